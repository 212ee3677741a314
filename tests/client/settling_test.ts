/** What the page shows before the server has answered, and what becomes of it. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { NoAnswer } from "../../lib/client/connection/failure.ts";
import { ANN, BOB, FakeServer, MemoryStorage, openPage, turns } from "./support.ts";
import { until } from "../support/until.ts";

type Opened = ReturnType<typeof openPage>;

async function opened(page: Opened): Promise<void> {
  page.store.rooms.open("general");
  await until(() => page.store.rooms.active.value?.state.ready.value === true);
}

const shown = ({ store }: Opened, id: string) => {
  const view = store.rooms.active.value?.state.find(id)?.view.value;
  return [view?.reactions ?? [], view?.mine];
};
const marks = ({ server }: Opened) =>
  server.sockets.flatMap(({ sent }) => sent.filter(({ type }) => type === "mark_read").map(({ seq }) => seq));

Deno.test("settling: a reaction whose answer is lost stays once its event has arrived", async () => {
  using page = openPage();
  const { id } = page.server.say(BOB, "one");
  await opened(page);
  page.server.swallow = "react";
  const lost = assertRejects(() => page.session().react(id, "👍"), NoAnswer);
  await turns();
  page.env.tick(20);
  page.env.tick(15_000);
  await lost;
  assertEquals(shown(page, id), [[{ emoji: "👍", count: 1 }], ["👍"]]);
});

Deno.test("settling: a refused reaction is undone without undoing what others did meanwhile", async () => {
  using page = openPage();
  const { id } = page.server.say(BOB, "one");
  await opened(page);
  page.server.refuse = { code: "forbidden", message: "No." };
  const refused = assertRejects(() => page.session().react(id, "👍"));
  page.server.react(BOB, id, "👍", "add");
  page.env.tick(20);
  assertEquals(shown(page, id), [[{ emoji: "👍", count: 2 }], ["👍"]]);
  await refused;
  assertEquals(shown(page, id), [[{ emoji: "👍", count: 1 }], []]);
});

Deno.test("settling: two reactions at once are undone independently", async () => {
  using page = openPage();
  const { id } = page.server.say(BOB, "one");
  await opened(page);
  page.server.refuse = { code: "forbidden", message: "No." };
  const first = assertRejects(() => page.session().react(id, "👍"));
  await turns();
  page.server.refuse = null;
  const second = page.session().react(id, "🎉");
  await Promise.all([first, second]);
  page.env.tick(20);
  assertEquals(shown(page, id), [[{ emoji: "🎉", count: 1 }], ["🎉"]]);
});

Deno.test("settling: a refused read mark brings the badge back", async () => {
  const server = new FakeServer();
  using page = openPage(server);
  await opened(page);
  server.say(BOB, "one");
  page.env.tick(20);
  page.store.rooms.sight.show("general", false);
  server.refuse = { code: "rate_limited", message: "Slower." };
  page.session().markRead(1);
  page.env.tick(500);
  assertEquals(page.store.rooms.unread.value, 0);
  await until(() => page.store.rooms.unread.value === 1);
});

Deno.test("settling: my own message counts as read although its first answer was lost and the page is hidden", async () => {
  const server = new FakeServer();
  const storage = new MemoryStorage();
  {
    using page = openPage(server, storage);
    await opened(page);
    server.swallowReplies = 1;
    page.store.sending.send("general", "mine");
    await turns();
  }
  using again = openPage(server, storage);
  await opened(again);
  // as after a reload without a server: the event is behind it, and the list of rooms does not know that it was read
  await until(() => again.store.sending.outbox.list().length === 0);
  again.env.tick(500);
  assertEquals(marks(again), [1]);
  await until(() => again.store.rooms.unread.value === 0);
});

Deno.test("settling: a read mark that the server lost in a crash is sent again; otherwise none is", async () => {
  using page = openPage();
  await opened(page);
  page.store.sending.send("general", "mine");
  await until(() => page.store.sending.outbox.list().length === 0);
  page.env.tick(20);
  page.env.tick(500);
  assertEquals(marks(page), [], "its event says it");
  page.server.drop(undefined, 1012);
  page.env.tick(2_000);
  await until(() => page.store.connectionState.value === "open");
  page.env.tick(500);
  assertEquals(marks(page), [1]);
});

Deno.test("settling: a room that I lost before its first snapshot is not joined again", async () => {
  const server = new FakeServer();
  server.room("attic");
  using page = openPage(server);
  page.store.rooms.open("attic");
  server.rooms.delete("attic");
  await until(() => page.store.connectionState.value === "open");
  await turns();
  assert(server.sockets.every(({ joined }) => !joined.has("attic")));
});

Deno.test("settling: after the session is ended on purpose, nothing of the account is written to the browser", async () => {
  const session = new MemoryStorage();
  using page = openPage(new FakeServer(), new MemoryStorage(), { session });
  await opened(page);
  page.store.sending.send("general", "mine");
  await until(() => page.store.sending.outbox.list().length === 0);
  await page.session().markUnread(1);
  assert(
    Array.from({ length: session.length }, (_, at) => session.key(at)).every((key) => key?.endsWith(`:${ANN.id}`)),
  );
  page.server.signedIn = false;
  page.server.drop(undefined, 4100, "signed_out");
  page.env.tick(1_000);
  await until(() => page.store.connectionState.value === "signed_out");
  page.store.drafts.set("general", "typed on");
  page.store.sending.send("general", "sent on");
  await page.session().markUnread(1).catch(() => {});
  page.env.tick(5_000);
  assertEquals([page.storage?.length, session.length], [0, 0]);
});
