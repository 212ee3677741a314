import { assert, assertEquals, assertRejects } from "@std/assert";
import { BOB, FakeServer, MemoryStorage, openPage } from "../support.ts";
import { until } from "../../support/until.ts";

/** A room of so many messages that is seen, but not to its end. */
async function seen(messages: number, session: Storage | null = null) {
  const server = new FakeServer();
  for (let n = 0; n < messages; n++) server.say(BOB, `m${n}`);
  const page = openPage(server, null, { session });
  page.store.rooms.open("general");
  await until(() => page.session().state.ready.value);
  page.store.rooms.sight.show("general", false);
  const told = () =>
    server.sockets.flatMap(({ sent }) =>
      sent.flatMap(({ type, seq, unread }) => type === "mark_read" ? [[seq, unread]] : [])
    );
  return { page, server, told, room: () => page.store.rooms.list.get("general") };
}

Deno.test("read marks: of many within half a second the furthest is told, once", async () => {
  const { page, told, room } = await seen(9);
  using _ = page;
  for (const seq of [3, 5, 4]) page.session().markRead(seq);
  assertEquals(told(), []);
  page.env.tick(500);
  assertEquals(told(), [[5, false]]);
  await until(() => room()?.read_seq === 5);
  for (const seq of [5, 4]) page.session().markRead(seq);
  page.env.tick(500);
  assertEquals(told(), [[5, false]], "never back by itself");
});

Deno.test("read marks: what is not seen is not read: another room, a hidden page, beyond what is here", async () => {
  const { page, told } = await seen(9);
  using _ = page;
  page.store.rooms.sight.hide("general");
  page.session().markRead(3);
  page.store.rooms.sight.show("general", false);
  page.env.isVisible = false;
  page.env.changed();
  page.session().markRead(4);
  page.env.isVisible = true;
  page.env.changed();
  page.session().markRead(100);
  page.env.tick(500);
  assertEquals(told(), [[9, false]]);
});

Deno.test("read marks: a mark to the end empties the badge at once, and gives it back where it is refused", async () => {
  const { page, server, room } = await seen(3);
  using _ = page;
  server.refuse = { code: "overloaded", message: "Later." };
  page.session().markRead(3);
  page.env.tick(500);
  assertEquals([room()?.read_seq, page.store.rooms.unread.value], [3, 0]);
  await until(() => room()?.read_seq === 0);
  assertEquals(page.store.rooms.unread.value, 3);
});

Deno.test("read marks: leaving the page, or coming back to it, tells what waits", async () => {
  const { page, told } = await seen(9);
  using _ = page;
  page.session().markRead(3);
  page.env.changed();
  assertEquals(told(), [[3, false]]);
});

Deno.test("read marks: a message marked unread stays so over a reload of the tab, until its room is left and opened", async () => {
  const session = new MemoryStorage();
  const { page, server, told } = await seen(3, session);
  await page.session().markUnread(2);
  assertEquals(told(), [[1, true]]);
  page.session().markRead(3);
  page.env.tick(500);
  assertEquals(told(), [[1, true]], "what is on the screen does not read it again");
  page[Symbol.dispose]();

  server.room("ops");
  using again = openPage(server, null, { session, initial: initialOf(server) });
  assertEquals(again.store.rooms.isKeptUnread("general"), true);
  again.store.rooms.open("ops");
  again.store.rooms.open("general");
  assertEquals(again.store.rooms.isKeptUnread("general"), false);
});

Deno.test("read marks: where marking unread is refused nothing is kept", async () => {
  const { page, server } = await seen(3);
  using _ = page;
  server.refuse = { code: "overloaded", message: "Later." };
  await assertRejects(() => page.session().markUnread(2));
  assertEquals(page.store.rooms.isKeptUnread("general"), false);
});

/** As the server renders a page. */
function initialOf(server: FakeServer) {
  const { mine, ...page } = server.page("general", {});
  assert(page.events.length > 0);
  return { room_id: "general", cursor: server.cursor("general"), mine, ...page };
}
