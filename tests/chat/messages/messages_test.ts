import { assert, assertEquals, assertRejects } from "@std/assert";
import { checkCursor, readEvents, readHead } from "../../../lib/chat/messages/feed.ts";
import { readMessage, readRevisions } from "../../../lib/chat/messages/history.ts";
import { deleteMessage, editMessage, markRead, react, sendMessage } from "../../../lib/chat/messages/messages.ts";
import { joinRoom } from "../../../lib/chat/rooms/members.ts";
import { createRoom, getRoom } from "../../../lib/chat/rooms/rooms.ts";
import { ChatError } from "../../../lib/base/errors.ts";
import { keys } from "../../../lib/store/keys.ts";
import { put } from "../../../lib/store/kv.ts";
import { openTestChat } from "../../support/chat.ts";
import { addPerson } from "../../support/people.ts";
import { sweep } from "../../support/upkeep.ts";

const room_id = "general";

async function refusal(run: () => Promise<unknown>): Promise<string> {
  return (await assertRejects(run, ChatError)).code;
}

Deno.test("[M3] sendMessage() with the same client_id returns the first message, marked as a repetition", async () => {
  await using chat = await openTestChat();
  const ada = await addPerson(chat, "ada");
  const first = await sendMessage(chat, ada, { room_id, content: "hello", client_id: "c1" });
  const again = await sendMessage(chat, ada, { room_id, content: "hello", client_id: "c1" });
  assertEquals(again, { ...first, duplicate: true });
});

Deno.test("sendMessage() rejects a non-member", async () => {
  await using chat = await openTestChat();
  const [ada, bob] = [await addPerson(chat, "ada"), await addPerson(chat, "bob")];
  const room = await createRoom(chat, ada, { name: "Ops", kind: "public" });
  assertEquals(await refusal(() => sendMessage(chat, bob, { room_id: room.id, content: "hi" })), "forbidden");
  assertEquals(await refusal(() => sendMessage(chat, bob, { room_id: "42", content: "hi" })), "no_such_room");
});

Deno.test("editMessage() accepts the author alone; earlier texts can be read until the message is deleted", async () => {
  await using chat = await openTestChat();
  const [ada, bob] = [await addPerson(chat, "ada"), await addPerson(chat, "bob")];
  const { id: message_id } = await sendMessage(chat, ada, { room_id, content: "one" });
  assertEquals(await refusal(() => editMessage(chat, bob, { room_id, message_id, content: "x" })), "forbidden");
  await editMessage(chat, ada, { room_id, message_id, content: "two" });
  const message = await readMessage(chat, bob, room_id, message_id);
  assertEquals([message.content, message.edited_at !== undefined], ["two", true]);
  assertEquals((await readRevisions(chat, bob, room_id, message_id)).map(({ content }) => content), ["one"]);

  assertEquals(await refusal(() => deleteMessage(chat, bob, { room_id, message_id })), "forbidden");
  await deleteMessage(chat, ada, { room_id, message_id });
  assertEquals((await readMessage(chat, bob, room_id, message_id)).deleted, true);
  assertEquals(await readRevisions(chat, bob, room_id, message_id), []);
  await sweep(chat.kv, chat.clock);
  assertEquals((await chat.kv.get(keys.revision(room_id, 3, 0))).value, null);
});

Deno.test("[E3] [E4] [D2] replay: events have the messages' present texts, and none of a deleted message", async () => {
  await using chat = await openTestChat();
  const ada = await addPerson(chat, "ada");
  const { id } = await sendMessage(chat, ada, { room_id, content: "first words" });
  const { id: gone } = await sendMessage(chat, ada, { room_id, content: "never said" });
  await editMessage(chat, ada, { room_id, message_id: id, content: "second words" });
  await editMessage(chat, ada, { room_id, message_id: gone, content: "never said either" });
  await deleteMessage(chat, ada, { room_id, message_id: gone });
  await react(chat, ada, { room_id, message_id: id, emoji: "👍", op: "add" });

  const head = await readHead(chat, room_id);
  const lines = (await readEvents(chat, room_id, 0, head?.seq ?? 0, 100)).map(({ line }) => line);
  const events = lines.map((line) => JSON.parse(line));
  assertEquals(events.map(({ seq }) => seq), [1, 2, 3, 4, 5, 6, 7]);
  assert(!lines.join().includes("first words") && !lines.join().includes("never said"));
  assertEquals(events[1].content, "second words");
  assertEquals(events[1].reactions, [{ emoji: "👍", count: 1 }]);
  assertEquals([events[3].type, events[3].target, events[3].content], ["message_edited", id, "second words"]);
  assertEquals([events[5].type, events[5].target], ["message_deleted", gone]);
  assertEquals([events[6].type, events[6].reactions], ["reaction", [{ emoji: "👍", count: 1 }]]);
});

Deno.test("reactions: a message has at most twenty different emoji", async () => {
  await using chat = await openTestChat();
  const ada = await addPerson(chat, "ada");
  const { id: message_id } = await sendMessage(chat, ada, { room_id, content: "hello" });
  for (let i = 0; i < 20; i++) await react(chat, ada, { room_id, message_id, emoji: `e${i}`, op: "add" });
  assertEquals(
    await refusal(() => react(chat, ada, { room_id, message_id, emoji: "e20", op: "add" })),
    "limit_reached",
  );
});

Deno.test("unread counts: others' messages count, my own moves the mark, and a mark moves back only on request", async () => {
  await using chat = await openTestChat();
  const [ada, bob] = [await addPerson(chat, "ada"), await addPerson(chat, "bob")];
  const unread = async (who: typeof ada) => {
    const room = await getRoom(chat, who, room_id);
    return room.messages - room.read_messages;
  };
  const first = await sendMessage(chat, ada, { room_id, content: "one" });
  await sendMessage(chat, ada, { room_id, content: "two" });
  assertEquals([await unread(ada), await unread(bob)], [0, 2]);
  await markRead(chat, bob, { room_id, seq: first.seq });
  assertEquals(await unread(bob), 1);
  await markRead(chat, bob, { room_id, seq: 1_000_000 });
  await markRead(chat, bob, { room_id, seq: first.seq });
  assertEquals(await unread(bob), 0);
  await markRead(chat, bob, { room_id, seq: first.seq - 1, unread: true });
  assertEquals(await unread(bob), 2);
  await chat.marks.flush();
  const { value: mark } = await chat.kv.get(keys.read("bob", room_id));
  assertEquals([mark?.seq, mark?.messages], [first.seq - 1, 0]);
});

Deno.test("[J6] [D4] checkCursor() accepts each event of the room, and gives the reason for refusing any other", async () => {
  await using chat = await openTestChat();
  const ada = await addPerson(chat, "ada");
  const { id, seq } = await sendMessage(chat, ada, { room_id, content: "hello" });
  const check = (since: string) => checkCursor(chat, room_id, since);
  assertEquals(await check(`${chat.epoch}:${id}`), { ok: true, seq });
  assertEquals(await check(`other:${id}`), { ok: false, reason: "epoch_changed" });
  assertEquals(await check("nonsense"), { ok: false, reason: "epoch_changed" });
  assertEquals(await check(`${chat.epoch}:nonsense`), { ok: false, reason: "cursor_unknown" });
  assertEquals(await check(`${chat.epoch}:${seq}-aaaaaaaa`), { ok: false, reason: "cursor_unknown" });
  assertEquals(await check(`${chat.epoch}:${seq + 1}-aaaaaaaa`), { ok: false, reason: "cursor_ahead" });
  const { value: head } = await chat.kv.get(keys.head(room_id));
  assert(head !== null);
  await chat.kv.commit({ set: [put(keys.head(room_id), { ...head, seq: seq + 10_001 })] });
  assertEquals(await check(`${chat.epoch}:${id}`), { ok: false, reason: "too_far_behind" });
  await chat.kv.commit({ set: [put(keys.head(room_id), { ...head, floor: seq + 1, seq: seq + 2 })] });
  assertEquals(await check(`${chat.epoch}:${id}`), { ok: false, reason: "below_floor" });
});

Deno.test("idempotency keys: a client_id is recognised until it expires, and then swept", async () => {
  await using chat = await openTestChat({ config: { idempotencyMs: 1 } });
  const ada = await addPerson(chat, "ada");
  await joinRoom(chat, ada, room_id);
  await sendMessage(chat, ada, { room_id, content: "hello", client_id: "c1" });
  const { value } = await chat.kv.get(keys.sent(room_id, "ada", "c1"));
  assert(value !== null);
  await chat.kv.commit({ set: [put(keys.sent(room_id, "ada", "c1"), { ...value, expires_at: 0 })] });
  await sweep(chat.kv, chat.clock);
  assertEquals((await chat.kv.get(keys.sent(room_id, "ada", "c1"))).value, null);
});
