import { assert, assertEquals } from "@std/assert";
import { blockUser } from "../../../lib/chat/people/blocks.ts";
import { readEvents, readHead } from "../../../lib/chat/messages/feed.ts";
import { readMessage } from "../../../lib/chat/messages/history.ts";
import { addMember, joinRoom, removeMember } from "../../../lib/chat/rooms/members.ts";
import { deleteMessage, editMessage, markRead, sendMessage } from "../../../lib/chat/messages/messages.ts";
import { createRoom, deleteRoom, getRoom, listRooms } from "../../../lib/chat/rooms/rooms.ts";
import { keys } from "../../../lib/store/keys.ts";
import { put } from "../../../lib/store/kv.ts";
import type { Actor } from "../../../lib/protocol/model.ts";
import { openTestChat } from "../../support/chat.ts";
import { addPerson } from "../../support/people.ts";
import { sweep } from "../../support/upkeep.ts";

const room_id = "general";

async function world() {
  const chat = await openTestChat();
  const [ada, bob, cleo] = [await addPerson(chat, "ada"), await addPerson(chat, "bob"), await addPerson(chat, "cleo")];
  const send = (content: string, by: Actor = ada) => sendMessage(chat, by, { room_id, content });
  const mentions = async (who: Actor, room = room_id) => (await getRoom(chat, who, room)).mentions ?? [];
  return { chat, ada, bob, cleo, send, mentions, [Symbol.asyncDispose]: () => chat[Symbol.asyncDispose]() };
}

Deno.test("[N1] mentions: a message notifies the members it names, and its event lists them", async () => {
  await using w = await world();
  const { seq, id } = await w.send("@bob and @nobody, see @Cleo.");
  const message = await readMessage(w.chat, w.ada, room_id, id);
  assertEquals(message.mentions, [{ user_id: "bob", username: "bob" }, { user_id: "cleo", username: "cleo" }]);
  assertEquals([await w.mentions(w.bob), await w.mentions(w.cleo), await w.mentions(w.ada)], [[seq], [seq], []]);
  const listed = (await listRooms(w.chat, w.bob)).find((room) => room.id === room_id);
  assertEquals(listed?.mentions, [seq]);
});

Deno.test("[N1] mentions: an author's own name, and a name inside code, notify nobody", async () => {
  await using w = await world();
  const { seq } = await w.send("@ada talks to herself");
  await w.send("`@bob` is code");
  await markRead(w.chat, w.ada, { room_id, seq: seq - 1, unread: true });
  assertEquals([await w.mentions(w.ada), await w.mentions(w.bob)], [[], []]);
});

Deno.test("[N1] mentions: a non-member is not notified, and no key is written for them", async () => {
  await using w = await world();
  const room = await createRoom(w.chat, w.ada, { name: "Ops", kind: "private" });
  const { id, seq } = await sendMessage(w.chat, w.ada, { room_id: room.id, content: "@bob must not know" });
  assertEquals((await readMessage(w.chat, w.ada, room.id, id)).mentions, undefined);
  assertEquals((await w.chat.kv.get(keys.mention("bob", room.id, seq))).value, null);
  await addMember(w.chat, w.ada, room.id, "bob");
  assertEquals(await w.mentions(w.bob, room.id), []);
});

Deno.test("[N1] mentions: a message notifies at most twenty people", async () => {
  await using w = await world();
  const names = Array.from({ length: 25 }, (_, i) => `p${i}`);
  for (const name of names) await addPerson(w.chat, name);
  const { id } = await w.send(names.map((name) => `@${name}`).join(" "));
  assertEquals((await readMessage(w.chat, w.ada, room_id, id)).mentions?.length, 20);
});

Deno.test("[N2] mentions: an edit notifies the people it adds, and withdraws the mentions it drops", async () => {
  await using w = await world();
  const { id: message_id, seq } = await w.send("@bob please");
  await w.send("@bob once more");
  await editMessage(w.chat, w.ada, { room_id, message_id, content: "@cleo please" });
  assertEquals([await w.mentions(w.bob), await w.mentions(w.cleo)], [[seq + 1], [seq]]);
  await editMessage(w.chat, w.ada, { room_id, message_id, content: "@bob please" });
  assertEquals([await w.mentions(w.bob), await w.mentions(w.cleo)], [[seq, seq + 1], []]);
  await editMessage(w.chat, w.ada, { room_id, message_id, content: "never mind" });
  assertEquals([await w.mentions(w.bob), await w.mentions(w.cleo)], [[seq + 1], []]);
  assertEquals((await readMessage(w.chat, w.bob, room_id, message_id)).mentions, undefined);
});

Deno.test("[N2] mentions: deleting a message withdraws its mentions, of people and of @room", async () => {
  await using w = await world();
  const { id: message_id, seq } = await w.send("@bob @room");
  assertEquals([await w.mentions(w.bob), await w.mentions(w.cleo)], [[seq], [seq]]);
  await deleteMessage(w.chat, w.ada, { room_id, message_id });
  assertEquals([await w.mentions(w.bob), await w.mentions(w.cleo)], [[], []]);
  assertEquals((await w.chat.kv.get(keys.mention("bob", room_id, seq))).value, null);
  const head = await readHead(w.chat, room_id);
  const lines = (await readEvents(w.chat, room_id, 0, head?.seq ?? 0, 100)).map(({ line }) => line);
  assert(!lines.join().includes("mentions"), "a replay names nobody whom the deleted message called");
});

Deno.test("[N3] mentions: @room writes one key for the whole room, and the newest hundred are kept", async () => {
  await using w = await world();
  const first = await w.send("@room one");
  for (let i = 0; i < 100; i++) await w.send(`@here ${i}`);
  assertEquals((await w.chat.kv.get(keys.called(room_id))).value?.length, 100);
  assertEquals((await w.chat.kv.get(keys.mention("bob", room_id, first.seq))).value, null);
  assertEquals((await w.mentions(w.bob)).length, 100);
  assertEquals(await w.mentions(w.ada), []);
});

Deno.test("[N3] mentions: an edit can add @room and withdraw it", async () => {
  await using w = await world();
  const { id: message_id, seq } = await w.send("hello");
  await editMessage(w.chat, w.ada, { room_id, message_id, content: "hello @room" });
  assertEquals(await w.mentions(w.bob), [seq]);
  await editMessage(w.chat, w.ada, { room_id, message_id, content: "hello" });
  assertEquals(await w.mentions(w.bob), []);
});

Deno.test("[N3] mentions: in a room of more than a hundred only moderators notify everybody", async () => {
  await using w = await world();
  const { id: big } = await createRoom(w.chat, w.ada, { name: "Big", kind: "public" });
  await joinRoom(w.chat, w.cleo, big);
  await joinRoom(w.chat, w.bob, big);
  const { value: head } = await w.chat.kv.get(keys.head(big));
  assert(head !== null);
  await w.chat.kv.commit({ set: [put(keys.head(big), { ...head, members: 101 })] });
  await sendMessage(w.chat, w.cleo, { room_id: big, content: "@room listen" });
  assertEquals(await w.mentions(w.bob, big), []);
  const { seq } = await sendMessage(w.chat, w.ada, { room_id: big, content: "@room listen" });
  assertEquals(await w.mentions(w.bob, big), [seq]);
});

Deno.test("[N4] mentions: reading clears the count, and marking unread restores it", async () => {
  await using w = await world();
  const first = await w.send("@bob one");
  const second = await w.send("@bob two");
  const forward = await markRead(w.chat, w.bob, { room_id, seq: first.seq });
  assertEquals([forward.mentions, await w.mentions(w.bob)], [undefined, [second.seq]]);
  const back = await markRead(w.chat, w.bob, { room_id, seq: first.seq - 1, unread: true });
  assertEquals([back.mentions, await w.mentions(w.bob)], [[first.seq, second.seq], [first.seq, second.seq]]);
  await w.send("my own words", w.bob);
  assertEquals(await w.mentions(w.bob), []);
});

Deno.test("[N4] mentions: more than a hundred unread ones count as a hundred", async () => {
  await using w = await world();
  await Promise.all(Array.from({ length: 130 }, (_, i) => w.send(`@bob ${i}`)));
  assertEquals((await w.mentions(w.bob)).length, 100);
});

Deno.test("[N4] mentions: a member who left and came back has no mention from before", async () => {
  await using w = await world();
  await w.send("@bob hello");
  await removeMember(w.chat, w.bob, room_id, "bob");
  await w.send("@bob are you gone?");
  await joinRoom(w.chat, w.bob, room_id);
  assertEquals(await w.mentions(w.bob), []);
});

Deno.test("mentions: deleting a room erases its mentions", async () => {
  await using w = await world();
  const room = await createRoom(w.chat, w.ada, { name: "Ops", kind: "public" });
  await joinRoom(w.chat, w.bob, room.id);
  const { seq } = await sendMessage(w.chat, w.ada, { room_id: room.id, content: "@bob @room" });
  await deleteRoom(w.chat, w.ada, room.id);
  await sweep(w.chat.kv, w.chat.clock);
  const left = await w.chat.kv.getMany<unknown>([
    keys.mention("bob", room.id, seq),
    keys.mentioned("bob", room.id),
    keys.called(room.id),
  ]);
  assertEquals(left.map(({ value }) => value), [null, null, null]);
});

Deno.test("[N4] mentions: those by a person I have blocked do not count, by name or by @room", async () => {
  await using w = await world();
  await blockUser(w.chat, w.bob, w.ada.user_id);
  await w.send("@bob and @room");
  const { seq } = await w.send("@room again", w.cleo);
  assertEquals(await w.mentions(w.bob), [seq]);
});
