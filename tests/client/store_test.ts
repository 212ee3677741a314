import { assert, assertEquals, assertRejects } from "@std/assert";
import { ChatError } from "../../lib/base/errors.ts";
import { takeBack } from "../../lib/client/writing/take_back.ts";
import { MessageFeed } from "../../lib/client/message_feed.ts";
import type { Room } from "../../lib/protocol/model.ts";
import { isSameRoom } from "../../lib/client/room_list.ts";
import { ANN, BOB, FakeServer, openPage, type ServerFrame, turns } from "./support.ts";
import { until } from "../support/until.ts";

/** As the server makes them. */
function fileId(name: string): string {
  return name.replace(/\W/g, "").padEnd(24, "0");
}

async function opened(page: ReturnType<typeof openPage>) {
  page.store.rooms.open("general");
  await until(() => page.store.rooms.active.value?.state.ready.value === true);
  return page.session().state;
}

Deno.test("store: a room shows its snapshot, then follows live", async () => {
  using page = openPage();
  page.server.say(BOB, "one");
  await opened(page);
  assertEquals(page.texts(), ["one"]);
  page.server.say(BOB, "two");
  page.env.tick(20);
  assertEquals(page.texts(), ["one", "two"]);
});

Deno.test("store: events of one frame become one update, and a burst one for each of some frames, in order", async () => {
  using page = openPage();
  const room = await opened(page);
  const lengths: number[] = [];
  const stop = room.entries.subscribe((entries) => lengths.push(entries.length));
  for (let n = 0; n < 50; n++) page.server.say(BOB, `m${n}`);
  page.env.tick(1_000);
  stop();
  assertEquals(lengths, [0, 20, 40, 50]);
  assertEquals(page.texts(), Array.from({ length: 50 }, (_, n) => `m${n}`));
  assertEquals(page.store.rooms.active.value?.state.lastSeq, page.store.rooms.all.value[0]?.seq);
});

Deno.test("store: a burst on a hidden page is one update", async () => {
  using page = openPage();
  const room = await opened(page);
  page.env.isVisible = false;
  let updates = -1;
  const stop = room.entries.subscribe(() => updates++);
  for (let n = 0; n < 150; n++) page.server.say(BOB, `m${n}`);
  page.env.tick(20);
  stop();
  assertEquals([updates, page.texts().length], [1, 150]);
});

Deno.test("store: a message's counters keep the open room's object; a new topic makes a new one", async () => {
  using page = openPage();
  await opened(page);
  const info = page.store.rooms.activeInfo.value;
  page.server.say(BOB, "one");
  page.env.tick(20);
  assert(info !== null && page.store.rooms.activeInfo.value === info);
  assert(isSameRoom({ ...info, seq: 9, mentions: [9] }, info));
  assertEquals(isSameRoom({ ...info, topic: "new" }, info), false);
  assertEquals(isSameRoom({ ...info, read_only: true }, info), false);
});

Deno.test("store: a send shows at once and is settled in place by its event", async () => {
  using page = openPage();
  const room = await opened(page);
  page.store.sending.send("general", "hello");
  assertEquals(page.statuses(), ["pending"]);
  const key = room.entries.value[0]?.key;
  const view = room.entries.value[0]?.view;
  await until(() => page.server.room("general").log.length === 1);
  page.env.tick(20);
  await turns();
  assertEquals(page.statuses(), ["sent"]);
  assertEquals(room.entries.value[0]?.key, key);
  assert(room.entries.value[0]?.view === view, "the same signal");
  assertEquals(page.storage?.length, 0);
});

Deno.test("store: messages written offline are sent once and in order after a reconnect", async () => {
  using page = openPage();
  await opened(page);
  page.server.up = false;
  page.server.drop();
  for (const text of ["a", "b", "c"]) page.store.sending.send("general", text);
  assertEquals(page.statuses(), ["pending", "pending", "pending"]);
  page.server.say(BOB, "meanwhile");
  page.server.up = true;
  page.store.connection.retryNow();
  await until(() => page.server.room("general").log.length === 4);
  page.env.tick(20);
  await turns();
  page.env.tick(20);
  assertEquals(page.texts(), ["meanwhile", "a", "b", "c"]);
  assertEquals(page.statuses(), ["sent", "sent", "sent", "sent"]);
});

Deno.test("[D3] store: a lost acknowledgement and a reload leave one message", async () => {
  const server = new FakeServer();
  server.swallowReplies = 1;
  const first = openPage(server);
  await opened(first);
  first.store.sending.send("general", "once");
  await until(() => server.room("general").log.length === 1);
  assertEquals(first.storage?.length, 1);
  first[Symbol.dispose]();
  using second = openPage(server, first.storage);
  await opened(second);
  await until(() => second.storage?.length === 0);
  second.env.tick(20);
  assertEquals(second.texts(), ["once"]);
  assertEquals(second.statuses(), ["sent"]);
  assertEquals(server.room("general").log.length, 1);
});

Deno.test("store: a refused send keeps its text, and can be retried or taken back", async () => {
  using page = openPage();
  const room = await opened(page);
  page.server.refuse = { code: "forbidden", message: "You may not write here." };
  page.store.sending.send("general", "text");
  await until(() => page.statuses()[0] === "failed");
  const entry = room.entries.value[0];
  assert(entry?.type === "chat_message");
  assertEquals(entry.view.value.error, "You may not write here.");
  assertEquals(entry.view.value.content, "text");
  page.server.refuse = null;
  page.store.sending.outbox.retry(entry.key);
  await until(() => page.server.room("general").log.length === 1);
  page.env.tick(20);
  assertEquals(page.statuses(), ["sent"]);
  page.server.refuse = { code: "forbidden", message: "No." };
  page.store.sending.send("general", "other");
  await until(() => page.statuses()[1] === "failed");
  await takeBack(page.store, room.entries.value[1]?.key ?? "");
  assertEquals(page.store.drafts.get("general"), "other");
  assertEquals(page.texts(), ["text"]);
});

Deno.test("store: a refused answer that is taken back to the composer still answers, before the present draft", async () => {
  using page = openPage();
  const original = page.server.say(BOB, "one");
  const room = await opened(page);
  const { store, server } = page;
  server.refuse = { code: "forbidden", message: "No." };
  store.sending.send("general", "an answer", original.id);
  await until(() => page.statuses()[1] === "failed");
  store.drafts.set("general", "begun meanwhile");
  await takeBack(store, room.entries.value[1]?.key ?? "");
  assertEquals(store.drafts.get("general"), "an answer\nbegun meanwhile");
  assertEquals(store.drafts.composing("general").value, { kind: "reply", id: original.id });
});

Deno.test("store: drafts: what a draft answers is told to other devices, and taken from them", async () => {
  const server = new FakeServer();
  server.features = ["draft_replies"];
  using page = openPage(server);
  await opened(page);
  const { store, env } = page;
  const original = server.say(BOB, "one");
  store.drafts.answer("general", original.id);
  env.tick(2_000);
  const saves = () => server.socket?.sent.filter(({ type }) => type === "save_draft").map(({ reply_to }) => reply_to);
  await until(() => saves()?.length === 1);
  assertEquals(saves(), [original.id]);
  store.sending.send("general", "an answer", original.id);
  assertEquals(store.drafts.composing("general").value, null);
  env.tick(2_000);
  await until(() => saves()?.length === 2);
  assertEquals(saves(), [original.id, null]);
  await until(() => store.drafts.unsaved().length === 0);
  assert(server.socket !== undefined);
  server.tell(server.socket, {
    type: "user",
    change: "draft",
    room_id: "general",
    content: "",
    reply_to: original.id,
    at: Number.MAX_SAFE_INTEGER,
  });
  await until(() => store.drafts.composing("general").value?.id === original.id);
});

Deno.test("store: drafts: an older server is not told what a draft answers, and takes nothing from it", async () => {
  using page = openPage();
  await opened(page);
  const { store, server, env } = page;
  const original = server.say(BOB, "one");
  store.drafts.answer("general", original.id);
  store.drafts.set("general", "half an");
  env.tick(2_000);
  const saves = () => server.socket?.sent.filter(({ type }) => type === "save_draft") ?? [];
  await until(() => saves().length === 1);
  assertEquals("reply_to" in (saves()[0] ?? {}), false);
  await until(() => store.drafts.unsaved().length === 0);
  assert(server.socket !== undefined);
  const at = Number.MAX_SAFE_INTEGER;
  server.tell(server.socket, { type: "user", change: "draft", room_id: "general", content: "half an answer", at });
  await until(() => store.drafts.get("general") === "half an answer");
  assertEquals(store.drafts.replyTo("general"), original.id);
});

Deno.test("[D4] store: a resume brings the missed events in order, edits and deletes too", async () => {
  using page = openPage();
  const one = page.server.say(BOB, "one");
  const two = page.server.say(BOB, "two");
  const room = await opened(page);
  const keys = room.entries.value.map((entry) => entry.key);
  page.server.drop();
  page.server.edit(BOB, one.id, "one!");
  page.server.remove(BOB, two.id);
  page.server.say(BOB, "three");
  page.env.tick(1_000);
  await turns();
  page.env.tick(20);
  assertEquals(page.texts(), ["one!", "", "three"]);
  assertEquals(room.entries.value.slice(0, 2).map((entry) => entry.key), keys);
  const join = page.server.socket?.sent.find((command) => command.type === "join_room");
  assertEquals(join?.since, `e1:${two.id}`);
});

Deno.test("[D4] store: a reset shows its banner, replaces the timeline and keeps the outbox", async () => {
  using page = openPage();
  page.server.say(BOB, "old");
  await opened(page);
  page.server.up = false;
  page.server.drop();
  page.store.sending.send("general", "mine");
  page.server.epoch = "e2";
  page.server.rooms.clear();
  page.server.say(BOB, "restored");
  page.server.up = true;
  page.store.connection.retryNow();
  await until(() => page.server.room("general").log.length === 2);
  page.env.tick(20);
  await turns();
  assertEquals(page.store.banner.value, "history_reloaded");
  assertEquals(page.texts(), ["restored", "mine"]);
  page.env.tick(10_000);
  assertEquals(page.store.banner.value, "");
});

Deno.test("store: a missing event is fetched: no hole is shown", async () => {
  using page = openPage();
  await opened(page);
  const socket = page.server.socket;
  assert(socket !== undefined);
  socket.joined.clear();
  page.server.say(BOB, "lost on the way");
  socket.joined.add("general");
  page.server.say(BOB, "after");
  page.env.tick(20);
  await turns();
  page.env.tick(20);
  assertEquals(page.texts(), ["lost on the way", "after"]);
});

Deno.test("store: a drop shows its banner after 5 s; a short drop shows none", async () => {
  using page = openPage();
  await opened(page);
  page.server.drop();
  page.env.tick(400);
  assertEquals(page.store.banner.value, "");
  page.server.up = false;
  page.env.tick(5_000);
  assertEquals(page.store.banner.value, "reconnecting");
  page.env.isOnline = false;
  await turns();
  page.env.changed();
  assertEquals(page.store.banner.value, "offline");
  page.server.up = true;
  page.env.isOnline = true;
  page.env.changed();
  await until(() => page.store.banner.value === "");
});

Deno.test("store: the offline event shows its banner within 1 s where the server is silent, without the wait of a drop", async () => {
  using page = openPage();
  await opened(page);
  page.server.silent = true;
  page.env.isOnline = false;
  page.env.changed();
  await turns();
  page.env.tick(1_000);
  assertEquals(page.store.banner.value, "offline");
});

Deno.test("store: unread counts others' messages, not my own, and reading clears them", async () => {
  const server = new FakeServer();
  server.say(BOB, "one", {}, "ops");
  using page = openPage(server);
  await opened(page);
  assertEquals(page.store.rooms.unread.value, 1);
  server.say(ANN, "mine from another window");
  server.say(BOB, "two");
  page.env.tick(20);
  assertEquals(page.store.rooms.all.value.find((room) => room.id === "general")?.read_messages, 1);
  assertEquals(page.store.rooms.unread.value, 2);
  page.session().markRead(2);
  page.env.tick(1_000);
  assertEquals(page.store.rooms.unread.value, 2, "its timeline is not on the screen");
  page.store.rooms.sight.show("general", false);
  page.env.isVisible = false;
  page.env.changed();
  page.session().markRead(2);
  page.env.tick(1_000);
  assertEquals(page.store.rooms.unread.value, 2);
  page.env.isVisible = true;
  page.env.changed();
  page.session().markRead(2);
  page.env.tick(1_000);
  await turns();
  assertEquals(page.store.rooms.unread.value, 1);
  await page.session().markUnread(2);
  assertEquals(page.store.rooms.unread.value, 2);
});

Deno.test("store: marked unread holds while messages arrive, and ends when the reader asks for the latest, sends or comes back", async () => {
  using page = openPage();
  for (const text of ["one", "two"]) page.server.say(BOB, text);
  page.server.room("ops");
  await opened(page);
  page.store.rooms.sight.show("general", true);
  const readTo = () => page.store.rooms.all.value.find(({ id }) => id === "general")?.read_seq ?? -1;
  const last = () => page.store.rooms.active.value?.state.appliedSeq ?? 0;
  /** As the timeline does with what is on the screen. */
  const sees = async () => {
    page.env.tick(20);
    page.session().markRead(last());
    page.env.tick(1_000);
    await turns();
  };
  const byHand: Record<string, () => unknown> = {
    "the latest are asked for": () => page.session().jumpToLatest(),
    "something is sent": () => page.store.sending.send("general", "mine"),
    "the room is left and opened": () => ["ops", "general"].forEach((id) => page.store.rooms.open(id)),
  };
  await sees();
  for (const [what, read] of Object.entries(byHand)) {
    assertEquals(readTo(), last());
    const before = last() - 1;
    await page.session().markUnread(last());
    for (const text of ["next", "and next"]) {
      page.server.say(BOB, text);
      await sees();
      assertEquals(readTo(), before, `before ${what}, ${text}`);
    }
    assert(page.store.rooms.isKeptUnread("general"));
    await read();
    await until(() => page.store.rooms.active.value?.state.ready.value === true);
    page.store.rooms.sight.show("general", true);
    await sees();
    assert(!page.store.rooms.isKeptUnread("general"), what);
    assertEquals(readTo(), last(), what);
  }
});

Deno.test("store: messages marked unread on another device stay so, while messages arrive and after a reconnect", async () => {
  using page = openPage();
  for (const text of ["one", "two"]) page.server.say(BOB, text);
  page.server.room("ops");
  await opened(page);
  page.store.rooms.sight.show("general", true);
  const room = () => page.store.rooms.all.value.find(({ id }) => id === "general");
  const last = () => page.store.rooms.active.value?.state.appliedSeq ?? 0;
  const sees = async () => {
    page.env.tick(20);
    page.session().markRead(last());
    page.env.tick(1_000);
    await turns();
  };
  const told = async (read_seq: number, more = {}) => {
    const { socket } = page.server;
    assert(socket !== undefined);
    const change = { type: "user", change: "read", room_id: "general", read_seq } as const;
    page.server.tell(socket, { ...change, read_messages: read_seq, ...more });
    await turns();
  };
  const byHand = { mentions: [], unshown: [] };
  await sees();
  assertEquals(room()?.read_seq, 2);
  await told(1, byHand);
  assertEquals(page.store.rooms.active.value?.state.divider.value, 1);
  page.server.say(BOB, "three");
  await sees();
  assertEquals([room()?.read_seq, page.store.rooms.unread.value], [1, 2]);
  // read on that device
  await told(3);
  page.server.say(BOB, "four");
  await sees();
  assertEquals([room()?.read_seq, page.store.rooms.unread.value], [4, 0]);
  // while this one was away: the list says that the mark is further back
  page.server.reads.set("general", 2);
  page.server.drop();
  page.env.tick(1_000);
  await until(() => room()?.read_seq === 2);
  await sees();
  assertEquals([room()?.read_seq, page.store.rooms.unread.value], [2, 2]);
  ["ops", "general"].forEach((id) => page.store.rooms.open(id));
  page.store.rooms.sight.show("general", true);
  await turns();
  await sees();
  assertEquals([room()?.read_seq, page.store.rooms.unread.value], [4, 0]);
});

Deno.test("store: my reaction shows at once and disappears if the server refuses", async () => {
  using page = openPage();
  const message = page.server.say(BOB, "one");
  const room = await opened(page);
  const view = room.find(message.id)?.view;
  await page.session().react(message.id, "👍");
  page.env.tick(20);
  assertEquals(view?.value.reactions, [{ emoji: "👍", count: 1 }]);
  assertEquals(view?.value.mine, ["👍"]);
  page.server.refuse = { code: "rate_limited", message: "Slower." };
  await assertRejects(() => page.session().react(message.id, "🎉"), ChatError, "Slower.");
  assertEquals(view?.value.mine, ["👍"]);
  assertEquals(view?.value.reactions, [{ emoji: "👍", count: 1 }]);
});

Deno.test("store: the window stays bounded, and both ends can be loaded again", async () => {
  const server = new FakeServer();
  for (let n = 1; n <= 1_000; n++) server.say(BOB, `m${n}`);
  using page = openPage(server);
  const room = await opened(page);
  assertEquals([page.texts().at(0), page.texts().at(-1)], ["m951", "m1000"]);
  for (let n = 0; n < 10; n++) await page.session().loadOlder();
  assertEquals(page.texts().length, 300);
  assertEquals(page.texts()[0], "m451");
  assertEquals(room.hasNewer.value, true);
  server.say(BOB, "live");
  page.env.tick(20);
  assertEquals(page.texts().includes("live"), false);
  while (room.hasNewer.value) await page.session().loadNewer();
  assertEquals([page.texts().length, page.texts().at(-1)], [300, "live"]);
  await page.session().loadAround(100);
  assert(page.texts().includes("m100") && page.texts().includes("m60") && page.texts().includes("m140"));
  await page.session().jumpToLatest();
  assertEquals([page.texts().at(-1), room.hasNewer.value], ["live", false]);
});

Deno.test("store: events that arrive while a page loads are applied to it", async () => {
  const server = new FakeServer();
  const first = server.say(BOB, "m1");
  for (let n = 2; n <= 80; n++) server.say(BOB, `m${n}`);
  using page = openPage(server);
  await opened(page);
  const loading = page.session().loadOlder();
  // the page was read above; its bytes are on their way
  server.edit(BOB, first.id, "edited");
  await loading;
  assertEquals(page.texts()[0], "edited");
});

Deno.test("store: a page of history that hangs checks the connection, and fails with it if that is dead", async () => {
  const server = new FakeServer();
  for (let n = 1; n <= 80; n++) server.say(BOB, `m${n}`);
  let hangs = false;
  using page = openPage(server, null, { fetch: (url) => hangs ? new Promise(() => {}) : server.fetch(url) });
  await opened(page);
  const pings = () => server.sockets[0]?.sent.filter(({ type }) => type === "ping").length;
  hangs = true;
  page.env.tick(1);
  const alive = assertRejects(() => page.session().loadOlder());
  page.env.tick(1_000);
  server.say(BOB, "heard meanwhile");
  page.env.tick(2_000);
  assertEquals(pings(), 0, "the socket was heard: it is alive");
  page.env.tick(12_000);
  await alive;
  server.silent = true;
  const dead = assertRejects(() => page.session().loadOlder());
  page.env.tick(3_000);
  assertEquals(pings(), 1);
  page.env.tick(10_000);
  assertEquals(page.store.connectionState.value, "waiting");
  await dead;
});

Deno.test("store: typing shows others only, for 5 s or until their message", async () => {
  using page = openPage();
  const room = await opened(page);
  const socket = page.server.socket;
  assert(socket !== undefined);
  const typing: ServerFrame = { type: "typing", room_id: "general", users: [ANN, BOB] };
  page.server.tell(socket, typing);
  assertEquals(room.people.typing.value.map((user) => user.username), ["bob"]);
  page.env.tick(5_000);
  assertEquals(room.people.typing.value, []);
  page.server.tell(socket, typing);
  page.server.say(BOB, "done");
  page.env.tick(20);
  assertEquals(room.people.typing.value, []);
});

Deno.test("store: an event of a later version keeps its place without being shown", async () => {
  using page = openPage();
  const room = await opened(page);
  const socket = page.server.socket;
  assert(socket !== undefined);
  const log = page.server.room("general").log;
  page.server.say(BOB, "known");
  const known = log[0];
  assert(known !== undefined);
  page.server.tellAnother(socket, { ...known, type: "poll", seq: 2, id: "2-aaaaaaaa" });
  page.env.tick(20);
  assertEquals(page.texts(), ["known"]);
  assertEquals(room.cursor, "e1:2-aaaaaaaa");
});

Deno.test("store: a room that I was removed from disappears with a notice", async () => {
  using page = openPage();
  await opened(page);
  const socket = page.server.socket;
  assert(socket !== undefined);
  page.server.tell(socket, { type: "unsubscribed", room_id: "general", reason: "removed" });
  assertEquals(page.store.rooms.active.value, null);
  assertEquals(page.store.rooms.all.value, []);
  assertEquals(page.lost, [["general", "removed"]]);
});

Deno.test("store: an ended session leaves nothing of the account in the browser", async () => {
  using page = openPage();
  await opened(page);
  page.server.silent = true;
  page.store.sending.send("general", "unsent");
  page.store.drafts.set("general", "draft");
  assert((page.storage?.length ?? 0) > 0);
  page.server.signedIn = false;
  page.server.drop(undefined, 4100, "signed_out");
  page.env.tick(5_000);
  await until(() => page.store.connectionState.value === "signed_out");
  assertEquals(page.storage?.length, 0);
});

Deno.test("store: a mention by a blocked person is not counted and not read for a notification", async () => {
  const server = new FakeServer();
  server.room("attic");
  using page = openPage(server);
  await opened(page);
  page.store.feed = new MessageFeed(page.store, { isOn: true, wants: () => true, take: () => Promise.resolve() });
  page.store.blocked.value = new Set([BOB.id]);
  const { socket } = server;
  assert(socket !== undefined);
  const call = (seq: number, user_id: string) =>
    server.tell(socket, {
      type: "user",
      change: "mention",
      room_id: "attic",
      message_id: `${seq}-x`,
      seq,
      user_id,
      mentioned: true,
    });
  call(7, BOB.id);
  call(8, "u-cleo");
  assertEquals(page.store.rooms.all.value.find(({ id }) => id === "attic")?.mentions, [8]);
  const asked = () => server.requests.filter((path) => path.includes("-x"));
  await until(() => asked().length > 0);
  await turns();
  assertEquals(asked(), ["/api/rooms/attic/messages/8-x"]);
});

Deno.test("store: a message that waits for its files is sent from another room too, unless a file fails or it is edited", async () => {
  const server = new FakeServer();
  server.room("attic");
  const uploads: { done(): void; fail(): void }[] = [];
  using page = openPage(server, undefined, {
    sendFile: ({ name, size }) =>
      new Promise((resolve, reject) =>
        uploads.push({
          done: () => resolve({ id: fileId(name), name, size, type: "text/plain" }),
          fail: () => reject(new ChatError("limit_reached", "Full.")),
        })
      ),
  });
  await opened(page);
  const { store } = page;
  const { attached } = store.sending;
  const { uploads: files, held } = await store.sending.files();
  const attach = (name: string) => files.add("general", [new File(["x"], name)]);
  const waits = (roomId: string) => attached.held.value.has(roomId);
  const said = () => server.room("general").log.flatMap((e) => e.type === "chat_message" ? [e.content] : []);
  attach("a.txt");
  store.drafts.set("general", "with a file");
  const first = held.hold("general", "with a file");
  store.rooms.open("attic");
  assertEquals([waits("general"), waits("attic")], [true, false]);
  uploads[0]?.done();
  assertEquals(await first, true);
  await until(() => said().length === 1);
  assertEquals([said(), store.drafts.get("general"), waits("general")], [["with a file"], "", false]);

  attach("b.txt");
  const second = held.hold("general", "not without it");
  uploads[1]?.fail();
  assertEquals([await second, attached.of("general").value.length], [false, 1]);
  files.remove("general", attached.of("general").value[0]?.key ?? "");
  attach("c.txt");
  const third = held.hold("general", "half a");
  attached.release("general");
  uploads[2]?.done();
  assertEquals(await third, false);
  await turns();
  assertEquals(said(), ["with a file"]);

  assertEquals(await held.hold("general", "its file is there by now"), true);
  await until(() => said().length > 1);
  await turns();
  assertEquals(said(), ["with a file", "its file is there by now"]);
});

Deno.test("store: messages refused in other rooms are listed until they are dealt with, also those of rooms I am not in any more", async () => {
  const server = new FakeServer();
  server.room("attic");
  using page = openPage(server);
  await opened(page);
  const { store } = page;
  server.refuse = { code: "forbidden", message: "Not you." };
  store.sending.send("general", "nobody reads this");
  await until(() => store.sending.outbox.failed.value.length === 1);
  // it stands in the room that is shown
  assertEquals(store.unsent.value, []);
  store.rooms.open("attic");
  assertEquals(store.unsent.value.map(({ content }) => content), ["nobody reads this"]);
  const { socket } = server;
  assert(socket !== undefined);
  server.tell(socket, { type: "user", change: "room_removed", room_id: "general" });
  assertEquals(store.rooms.all.value.map(({ id }) => id), ["attic"]);
  // over a reload too
  using again = openPage(server, page.storage);
  const [left] = again.store.unsent.value;
  assertEquals(left?.content, "nobody reads this");
  again.store.sending.discard(left?.client_id ?? "");
  assertEquals(again.store.unsent.value, []);
});

Deno.test("store: held sends: a message that a file is taken out of waits for Enter, were it the last one or not", async () => {
  const server = new FakeServer();
  const done: (() => void)[] = [];
  using page = openPage(server, undefined, {
    sendFile: ({ name, size }) =>
      new Promise((resolve) => done.push(() => resolve({ id: fileId(name), name, size, type: "text/plain" }))),
  });
  await opened(page);
  const { attached } = page.store.sending;
  const { uploads, held } = await page.store.sending.files();
  const removeLast = () => uploads.remove("general", attached.of("general").value.at(-1)?.key ?? "");
  uploads.add("general", [new File(["x"], "a.png")]);
  const first = held.hold("general", "look");
  removeLast();
  assertEquals([await first, attached.held.value.has("general")], [false, false]);
  uploads.add("general", [new File(["x"], "b.png"), new File(["x"], "c.png")]);
  const second = held.hold("general", "look at both");
  done[1]?.();
  await turns();
  removeLast();
  assertEquals(await second, false);
  await turns();
  assertEquals(server.room("general").log, []);
  assertEquals(await held.hold("general", "look at one"), true);
  await until(() => server.room("general").log.length === 1);
});

Deno.test("store: a room that cannot be opened says why, and can be tried again", async () => {
  const server = new FakeServer();
  server.refuse = { code: "forbidden", message: "Not you." };
  using page = openPage(server);
  page.store.rooms.open("general");
  await until(() => page.store.rooms.active.value?.state.error.value instanceof ChatError);
  server.refuse = null;
  page.store.rooms.sessions.open("general");
  await until(() => page.store.rooms.active.value?.state.ready.value === true);
  assertEquals(page.store.rooms.active.value?.state.error.value, null);
});

Deno.test("store: a list of rooms that is told again says that a draft may have been missed: it is asked for", async () => {
  using page = openPage();
  await opened(page);
  const { store, server } = page;
  assert(server.socket !== undefined);
  server.drafts.set("general", { content: "written elsewhere, at length", at: 5 });
  server.tellAnother(server.socket, { type: "user", change: "snapshot", rooms: [server.view("general")] });
  await until(() => store.drafts.get("general") === "written elsewhere, at length");
});

Deno.test("store: a direct message of a blocked person is not counted as unread", async () => {
  using page = openPage();
  await opened(page);
  const { store, server } = page;
  const { socket } = server;
  assert(socket !== undefined);
  const direct: Room = {
    ...server.view("general"),
    id: "with-bob",
    kind: "direct",
    with: BOB,
    messages: 3,
    read_messages: 1,
  };
  server.tell(socket, { type: "user", change: "room", room: direct });
  const order = () => store.rooms.all.value.map(({ id }) => id);
  assertEquals([store.rooms.unread.value, order()], [2, ["with-bob", "general"]]);
  store.blocked.value = new Set([BOB.id]);
  assertEquals([store.rooms.unread.value, order()], [0, ["general", "with-bob"]]);
});

Deno.test("store: of two jumps at once the later one arrives; the other resolves as overtaken", async () => {
  const server = new FakeServer();
  for (let n = 1; n <= 400; n++) server.say(BOB, `line ${n}`);
  using page = openPage(server);
  await opened(page);
  const jumps = [page.session().loadAround(100), page.session().loadAround(250), page.session().jumpToLatest()];
  assertEquals(await Promise.all(jumps.slice(0, 2)), [false, true]);
  assert(page.texts().includes("line 250"));
  const [first, second] = [page.session().loadAround(100), page.session().jumpToLatest()];
  assertEquals(await Promise.all([first, second]), [false, true]);
  assert(page.texts().includes("line 400"));
  await jumps[2];
});
