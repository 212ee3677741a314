import { assert, assertEquals, assertRejects } from "@std/assert";
import { addBookmark, listBookmarks } from "../../lib/chat/messages/bookmarks.ts";
import { checkCursor } from "../../lib/chat/messages/feed.ts";
import type { Chat } from "../../lib/chat/chat.ts";
import { latestMessages, readHistory, readMessage, readReplay } from "../../lib/chat/messages/history.ts";
import { deleteMessage, editMessage, markRead, react, sendMessage } from "../../lib/chat/messages/messages.ts";
import { joinRoom, removeMember } from "../../lib/chat/rooms/members.ts";
import { uploadFile } from "../../lib/chat/files/files.ts";
import { pinMessage } from "../../lib/chat/rooms/pins.ts";
import { listMentions } from "../../lib/chat/messages/mentions.ts";
import { trimRoom } from "../../lib/upkeep/retention.ts";
import { createRoom, deleteRoom, getRoom, updateRoom } from "../../lib/chat/rooms/rooms.ts";
import { FakeClock } from "../../lib/base/clock.ts";
import { ChatError } from "../../lib/base/errors.ts";
import { keys } from "../../lib/store/keys.ts";
import { put } from "../../lib/store/kv.ts";
import { openTestChat } from "../support/chat.ts";
import { addPerson } from "../support/people.ts";
import { sweep, upkeep } from "../support/upkeep.ts";

const DAY = 86_400_000;

/** Days pass without the work of every minute. */
function quietClock(): FakeClock {
  const clock = new FakeClock();
  clock.every = () => () => {};
  return clock;
}

/** Every key that names a seq of the room, as text. */
async function keysOf(chat: Chat, roomId: string): Promise<string[]> {
  const all = await chat.kv.list<unknown>({ prefix: [] }, { limit: 100_000 });
  return all.map(({ key }) => key).filter((key) => key.includes(roomId)).map((key) => key.join("/"));
}

/** A room with old messages that have everything a message can have, and one young message. */
async function oldRoom(chat: Chat, clock: FakeClock) {
  const ada = await addPerson(chat, "ada");
  const bob = await addPerson(chat, "bob");
  const { id } = await createRoom(chat, ada, { name: "Ops", kind: "public" });
  await joinRoom(chat, bob, id);
  const old: string[] = [];
  for (let i = 0; i < 5; i++) {
    old.push((await sendMessage(chat, ada, { room_id: id, content: `old ${i}`, client_id: `c${i}` })).id);
  }
  const [first = "", second = "", third = ""] = old;
  await editMessage(chat, ada, { room_id: id, message_id: first, content: "edited" });
  await react(chat, bob, { room_id: id, message_id: second, emoji: "👍", op: "add" });
  await deleteMessage(chat, ada, { room_id: id, message_id: third });
  const called = (await sendMessage(chat, ada, { room_id: id, content: "@bob and @room, oldtimers" })).id;
  const cursor = (await getRoom(chat, ada, id)).seq;
  clock.tick(10 * DAY);
  // young changes of an old message
  await react(chat, bob, { room_id: id, message_id: first, emoji: "🎉", op: "add" });
  const young = await sendMessage(chat, ada, { room_id: id, content: "young" });
  return { ada, bob, id, first, called, cursor, young };
}

Deno.test("retention: every key of older messages is erased, and no key of younger ones", async () => {
  const clock = quietClock();
  await using chat = await openTestChat({ clock });
  const { ada, bob, id, cursor, young } = await oldRoom(chat, clock);
  await upkeep(chat);
  assertEquals((await readHistory(chat, ada, id)).events.length > 5, true, "it is kept unless somebody wants it gone");

  await updateRoom(chat, ada, id, { retention_days: 7 });
  await upkeep(chat);
  const room = await getRoom(chat, bob, id);
  assertEquals([room.floor, room.retention_days], [cursor, 7]);
  // at once, before the job has erased anything
  const { events, has_more } = await readHistory(chat, bob, id);
  assertEquals([events.map(({ id }) => id).includes(young.id), events.every(({ seq }) => seq > cursor), has_more], [
    true,
    true,
    false,
  ]);
  assertEquals((await readHistory(chat, bob, id, { before: cursor })).events, []);
  assertEquals((await latestMessages(chat, bob)).map(({ id }) => id), [young.id]);

  await sweep(chat.kv, clock);
  const left = await keysOf(chat, id);
  const seqs = left.filter((key) => /^(item|change|revision|reaction|reacted|sent)\//.test(key));
  const gone = seqs.filter((key) => key.split("/").some((part) => /^\d+$/.test(part) && Number(part) <= cursor));
  // what bob said of an old message after it was old goes with the message
  assertEquals(gone, []);
  assertEquals(seqs.filter((key) => key.startsWith("sent/")), []);
  assertEquals(left.filter((key) => key.startsWith("job/")), []);
  await upkeep(chat);
  assertEquals((await getRoom(chat, bob, id)).floor, cursor, "a second run finds nothing");
});

Deno.test("[D3] a resend within seven days returns the first seq, even where its message is kept for less", async () => {
  const clock = quietClock();
  await using chat = await openTestChat({ clock });
  const ada = await addPerson(chat, "ada");
  const { id } = await createRoom(chat, ada, { name: "Ops", kind: "public" });
  await updateRoom(chat, ada, id, { retention_days: 1 });
  const send = () => sendMessage(chat, ada, { room_id: id, content: "once", client_id: "c1" });
  const first = await send();
  clock.tick(2 * DAY);
  await upkeep(chat);
  await sweep(chat.kv, clock);
  await assertRejects(() => readMessage(chat, ada, id, first.id), ChatError);
  assertEquals([(await send()).id, (await keysOf(chat, id)).filter((key) => key.startsWith("item/"))], [first.id, []]);

  clock.tick(6 * DAY);
  const again = await send();
  assertEquals(again.duplicate, undefined);
  await sweep(chat.kv, clock);
  assertEquals((await send()).id, again.id, "what has expired goes, but not what was sent since");
  clock.tick(8 * DAY);
  await upkeep(chat);
  await sweep(chat.kv, clock);
  assertEquals((await keysOf(chat, id)).filter((key) => key.startsWith("sent")), []);
});

Deno.test("retention: no key or value contains a word, a file, a mention or a pin of an erased message", async () => {
  const clock = quietClock();
  await using chat = await openTestChat({ clock, indexSizes: { slice: 10, tail: 120, page: 60, chunk: 8 } });
  const ada = await addPerson(chat, "ada");
  const bob = await addPerson(chat, "bob");
  const { id } = await createRoom(chat, ada, { name: "Ops", kind: "public" });
  await joinRoom(chat, bob, id);
  async function* body() {
    yield await Promise.resolve(new TextEncoder().encode("the oldplan itself").slice());
  }
  const file = await uploadFile(chat, ada, { name: "oldplan.txt", body: body() });
  const sent = await sendMessage(chat, ada, { room_id: id, content: "oldplan @bob @room", files: [file.id] });
  for (let i = 0; i < 30; i++) await sendMessage(chat, ada, { room_id: id, content: `oldplan${i} and more` });
  await editMessage(chat, ada, { room_id: id, message_id: sent.id, content: "oldplan, still @bob @room" });
  await pinMessage(chat, ada, { room_id: id, message_id: sent.id });
  await chat.indexer?.caughtUp();
  clock.tick(10 * DAY);
  await sendMessage(chat, ada, { room_id: id, content: "young" });
  await updateRoom(chat, ada, id, { retention_days: 7 });
  await upkeep(chat);
  await sweep(chat.kv, clock);
  await chat.indexer?.caughtUp();

  const decoder = new TextDecoder();
  const all = await chat.kv.list<unknown>({ prefix: [] }, { limit: 100_000 });
  const texts = all.map(({ key, value }) =>
    `${key.join("/")} ${value instanceof Uint8Array ? decoder.decode(value) : JSON.stringify(value)}`
  );
  assertEquals(texts.filter((text) => /oldplan/.test(text) || text.includes(file.id)), []);
  const families = new Set(all.map(({ key }) => key[0]));
  assertEquals(["file", "chunk", "file_usage", "mention", "revision", "job"].filter((name) => families.has(name)), []);
  for (const { key, value } of all) {
    if (key[0] === "called" || key[0] === "pins") assertEquals(value, [], key.join("/"));
  }
});

Deno.test("retention: bookmarks and mentions of erased messages, or of rooms the user has left, are removed once a day", async () => {
  const clock = quietClock();
  await using chat = await openTestChat({ clock });
  const { ada, bob, id, first, young } = await oldRoom(chat, clock);
  const other = await createRoom(chat, ada, { name: "Other", kind: "public" });
  await joinRoom(chat, bob, other.id);
  const kept = await sendMessage(chat, ada, { room_id: other.id, content: "@bob keep this" });
  const removed = await sendMessage(chat, ada, { room_id: id, content: "to be deleted" });
  for (const message_id of [first, young.id, removed.id]) await addBookmark(chat, bob, { room_id: id, message_id });
  await addBookmark(chat, bob, { room_id: other.id, message_id: kept.id });
  const own = async () => {
    const all = await keysOf(chat, "bob");
    return all.filter((key) => /^(bookmark|mentioned|read|draft)\//.test(key)).sort();
  };
  await sweep(chat.kv, clock);
  assertEquals((await own()).filter((key) => key.startsWith("bookmark")).length, 4, "nothing is gone yet");

  await deleteMessage(chat, ada, { room_id: id, message_id: removed.id });
  await updateRoom(chat, ada, id, { retention_days: 7 });
  await removeMember(chat, bob, other.id, "bob");
  // written behind the leaving, as a mark of half a second ago is
  await chat.kv.commit({ set: [put(keys.read("bob", other.id), { seq: 1, messages: 1 })] });
  clock.tick(DAY);
  await upkeep(chat);
  clock.tick(DAY);
  await sweep(chat.kv, clock);
  assertEquals(
    await own(),
    [
      `bookmark/bob/${id}/${young.id}`,
      `bookmark/bob/${other.id}/${kept.id}`,
      "read/bob/general",
      `read/bob/${id}`,
    ].sort(),
  );
  assertEquals((await chat.kv.get(keys.bookmarks("bob"))).value?.count, 2);

  await deleteRoom(chat, ada, other.id);
  clock.tick(DAY);
  await sweep(chat.kv, clock);
  assertEquals((await listBookmarks(chat, bob)).bookmarks.map(({ message_id }) => message_id), [young.id]);
});

Deno.test("[M10] [D4] below the floor a cursor gets a reset, and a request for a message finds none", async () => {
  const clock = quietClock();
  await using chat = await openTestChat({ clock });
  const { ada, bob, id, first, called, cursor } = await oldRoom(chat, clock);
  await addBookmark(chat, bob, { room_id: id, message_id: first });
  assertEquals((await listMentions(chat, bob)).messages.map(({ id }) => id), [called]);
  await updateRoom(chat, ada, id, { retention_days: 7 });
  await trimRoom(chat, id);
  for (const erased of [false, true]) {
    if (erased) await sweep(chat.kv, clock);
    const below = await checkCursor(chat, id, `${chat.epoch}:${first}`);
    assertEquals(below, { ok: false, reason: "below_floor" });
    const at = await checkCursor(chat, id, `${chat.epoch}:${cursor}-abcdefgh`);
    assertEquals(at, { ok: true, seq: cursor });
    for (
      const read of [
        () => readMessage(chat, bob, id, first),
        () => react(chat, bob, { room_id: id, message_id: first, emoji: "👍", op: "add" }),
        () => sendMessage(chat, bob, { room_id: id, content: "to what?", reply_to: first }),
      ]
    ) assertEquals((await assertRejects(read, ChatError)).code, "no_such_message");
    const marked = (await listBookmarks(chat, bob)).bookmarks.map(({ message }) => message);
    assertEquals(marked, erased ? [] : [null]);
    assertEquals((await listMentions(chat, bob)).messages, []);
    const tooOld = () => readReplay(chat, bob, id, { after: 1, limit: 10 });
    assertEquals((await assertRejects(tooOld, ChatError)).code, "conflict");
    const { events } = await readReplay(chat, bob, id, { limit: 100 });
    assertEquals(events[0]?.seq, cursor + 1);
  }
});

Deno.test("retention: erased messages are not counted as unread", async () => {
  const clock = quietClock();
  await using chat = await openTestChat({ clock });
  const { ada, bob, id, cursor } = await oldRoom(chat, clock);
  const unread = async () => {
    const room = await getRoom(chat, bob, id);
    return room.messages - room.read_messages;
  };
  assertEquals(await unread(), 7);
  await updateRoom(chat, ada, id, { retention_days: 7 });
  await upkeep(chat);
  await sweep(chat.kv, clock);
  assertEquals(await unread(), 1);
  await markRead(chat, bob, { room_id: id, seq: cursor, unread: true });
  assertEquals(await unread(), 1);
});

Deno.test("retention: the server's setting holds for every room, and a room may be stricter but not laxer", async () => {
  const clock = quietClock();
  await using chat = await openTestChat({ clock, config: { retentionDays: 30 } });
  const ada = await addPerson(chat, "ada");
  const { id } = await createRoom(chat, ada, { name: "Ops", kind: "private" });
  const days = async () => (await getRoom(chat, ada, id)).retention_days;
  assertEquals(await days(), 30);
  await updateRoom(chat, ada, id, { retention_days: 90 });
  assertEquals(await days(), 30);
  await updateRoom(chat, ada, id, { retention_days: 1 });
  assertEquals(await days(), 1);
  await sendMessage(chat, ada, { room_id: id, content: "old" });
  clock.tick(2 * DAY);
  await upkeep(chat);
  assertEquals((await readHistory(chat, ada, id)).events, []);
  await sendMessage(chat, ada, { room_id: id, content: "and on" });
  assertEquals((await readHistory(chat, ada, id)).events.length, 1);
});

Deno.test("retention: in a log longer than one pass erased messages are not counted as unread", async () => {
  const clock = quietClock();
  await using chat = await openTestChat({ clock });
  const ada = await addPerson(chat, "ada");
  const { id } = await createRoom(chat, ada, { name: "Ops", kind: "public" });
  const head = (await chat.kv.get(keys.head(id))).value;
  assert(head !== null);
  const messages = 20_100;
  const base = (seq: number) => ({ seq, id: `${seq}-abcdefgh`, user_id: "ada", at: head.at });
  const last = head.seq + messages + 1;
  const puts = Array.from({ length: messages }, (_, i) => {
    const seq = head.seq + 1 + i;
    return put(keys.item(id, seq), { ...base(seq), kind: "message", content: "x", messages: i + 1 });
  });
  for (let i = 0; i < messages; i += 500) await chat.kv.commit({ set: puts.slice(i, i + 500) });
  await chat.kv.commit({
    set: [
      put(keys.change(id, last), { ...base(last), kind: "delete", target: `${last - 1}-abcdefgh` }),
      put(keys.head(id), { ...head, ...base(last), messages }),
    ],
  });
  clock.tick(10 * DAY);
  await updateRoom(chat, ada, id, { retention_days: 7 });
  await upkeep(chat);
  await upkeep(chat);
  const room = await getRoom(chat, ada, id);
  assertEquals([room.floor, room.messages - room.read_messages], [last, 0]);
});

Deno.test("retention: two processes that trim at once, or one stopped half-way, have the same result", async () => {
  const clock = quietClock();
  await using chat = await openTestChat({ clock });
  const { ada, id, cursor } = await oldRoom(chat, clock);
  await updateRoom(chat, ada, id, { retention_days: 7 });
  await Promise.all([upkeep(chat), upkeep(chat), sendMessage(chat, ada, { room_id: id, content: "meanwhile" })]);
  await Promise.all([sweep(chat.kv, clock), sweep(chat.kv, clock)]);
  assertEquals((await getRoom(chat, ada, id)).floor, cursor);
  assertEquals((await keysOf(chat, id)).filter((key) => /^(job|sent|revision)\//.test(key)), []);
});
