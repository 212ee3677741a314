import { assertEquals, assertRejects } from "@std/assert";
import { readHistory, readMessage, readReplay } from "../../../lib/chat/messages/history.ts";
import { joinRoom, setRole } from "../../../lib/chat/rooms/members.ts";
import { deleteMessage, editMessage, sendMessage } from "../../../lib/chat/messages/messages.ts";
import { pinMessage, readPins, unpinMessage } from "../../../lib/chat/rooms/pins.ts";
import { createRoom, deleteRoom, openDirect } from "../../../lib/chat/rooms/rooms.ts";
import type { Chat } from "../../../lib/chat/chat.ts";
import { ChatError } from "../../../lib/base/errors.ts";
import { keys } from "../../../lib/store/keys.ts";
import type { Actor } from "../../../lib/protocol/model.ts";
import { LIMITS } from "../../../lib/protocol/limits.ts";
import { openTestChat } from "../../support/chat.ts";
import { addPerson } from "../../support/people.ts";
import { sweep } from "../../support/upkeep.ts";

/** A room that is ada's, with the others in it. */
async function ownRoom(chat: Chat, ada: Actor, ...others: Actor[]): Promise<string> {
  const room = await createRoom(chat, ada, { name: "pins", topic: "", kind: "public" });
  for (const other of others) await joinRoom(chat, other, room.id);
  return room.id;
}

async function refusal(run: () => Promise<unknown>): Promise<string> {
  return (await assertRejects(run, ChatError)).code;
}

Deno.test("[M5] [E6] a pin is an event of the room, and the message says that it is pinned until it is not", async () => {
  await using chat = await openTestChat();
  const [ada, bob] = [await addPerson(chat, "ada"), await addPerson(chat, "bob")];
  const room_id = await ownRoom(chat, ada, bob);
  const { id: message_id } = await sendMessage(chat, bob, { room_id, content: "keep this" });
  const target = { room_id, message_id };
  assertEquals((await pinMessage(chat, ada, target)).changed, true);
  assertEquals((await pinMessage(chat, ada, target)).changed, false);
  await editMessage(chat, bob, { ...target, content: "keep that" });
  assertEquals((await readMessage(chat, bob, room_id, message_id)).pinned, true);
  const [pin] = await readPins(chat, bob, room_id);
  assertEquals([pin?.message.content, pin?.by.username], ["keep that", "ada"]);
  assertEquals((await unpinMessage(chat, ada, target)).changed, true);
  assertEquals((await unpinMessage(chat, ada, target)).changed, false);
  assertEquals((await readMessage(chat, bob, room_id, message_id)).pinned, undefined);
  assertEquals(await readPins(chat, bob, room_id), []);

  const { events } = await readReplay(chat, bob, room_id, { limit: 100 });
  assertEquals(
    events.filter(({ type }) => type.startsWith("message") || type === "chat_message").map(({ type }) => type),
    [
      "chat_message",
      "message_pinned",
      "message_edited",
      "message_unpinned",
    ],
  );
  const page = await readHistory(chat, bob, room_id);
  assertEquals(page.events.at(-1)?.type, "message_pinned");
  assertEquals((await readHistory(chat, bob, room_id, { messages_only: true })).events.length, 1);
});

Deno.test("[M5] moderators pin, members do not; in a direct conversation both do; others learn nothing", async () => {
  await using chat = await openTestChat();
  const [ada, bob, eve] = [await addPerson(chat, "ada"), await addPerson(chat, "bob"), await addPerson(chat, "eve")];
  const room_id = await ownRoom(chat, ada, bob, eve);
  const { id: message_id } = await sendMessage(chat, bob, { room_id, content: "mine" });
  assertEquals(await refusal(() => pinMessage(chat, bob, { room_id, message_id })), "forbidden");
  await setRole(chat, ada, room_id, bob.user_id, "moderator");
  await pinMessage(chat, bob, { room_id, message_id });
  assertEquals(await refusal(() => unpinMessage(chat, eve, { room_id, message_id })), "forbidden");

  const room = await openDirect(chat, bob, eve.user_id);
  const said = await sendMessage(chat, eve, { room_id: room.id, content: "between us" });
  const target = { room_id: room.id, message_id: said.id };
  await pinMessage(chat, eve, target);
  await unpinMessage(chat, bob, target);
  assertEquals(await refusal(() => pinMessage(chat, ada, target)), "no_such_room");
  assertEquals(await refusal(() => readPins(chat, ada, room.id)), "no_such_room");
});

Deno.test("[M5] what is deleted is pinned no longer, cannot be pinned, and a deleted room leaves no pins", async () => {
  await using chat = await openTestChat();
  const ada = await addPerson(chat, "ada");
  const room_id = await ownRoom(chat, ada);
  const { id: message_id } = await sendMessage(chat, ada, { room_id, content: "gone soon" });
  const target = { room_id, message_id };
  await pinMessage(chat, ada, target);
  await deleteMessage(chat, ada, target);
  assertEquals(await readPins(chat, ada, room_id), []);
  assertEquals((await chat.kv.get(keys.pins(room_id))).value, []);
  assertEquals((await readMessage(chat, ada, room_id, message_id)).pinned, undefined);
  assertEquals(await refusal(() => pinMessage(chat, ada, target)), "no_such_message");
  assertEquals(await refusal(() => pinMessage(chat, ada, { ...target, message_id: "1-abcdefgh" })), "no_such_message");
  await deleteRoom(chat, ada, room_id);
  await sweep(chat.kv, chat.clock);
  assertEquals((await chat.kv.get(keys.pins(room_id))).value, null);
});

Deno.test("[M5] a room has at most so many pins", async () => {
  await using chat = await openTestChat();
  const ada = await addPerson(chat, "ada");
  const room_id = await ownRoom(chat, ada);
  const ids: string[] = [];
  for (let i = 0; i <= LIMITS.pins_per_room; i++) {
    ids.push((await sendMessage(chat, ada, { room_id, content: `m${i}` })).id);
  }
  const last = ids.pop() ?? "";
  await Promise.all(ids.map((message_id) => pinMessage(chat, ada, { room_id, message_id })));
  assertEquals(await refusal(() => pinMessage(chat, ada, { room_id, message_id: last })), "limit_reached");
  await unpinMessage(chat, ada, { room_id, message_id: ids[7] ?? "" });
  await pinMessage(chat, ada, { room_id, message_id: last });
  const pins = await readPins(chat, ada, room_id);
  assertEquals([pins.length, pins[0]?.message.id], [LIMITS.pins_per_room, last]);
});
