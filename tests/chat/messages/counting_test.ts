/** What deleted messages leave behind for counting, what it costs, and who erases it (SPEC.md, N5). */
import { assertEquals } from "@std/assert";
import { FakeClock } from "../../../lib/base/clock.ts";
import { deleteAccount } from "../../../lib/chat/people/deletion.ts";
import { deleteMessage, sendMessage } from "../../../lib/chat/messages/messages.ts";
import type { OpenChat } from "../../../lib/chat/open.ts";
import { trimTo } from "../../../lib/upkeep/retention.ts";
import { createRoom, deleteRoom, getRoom, listRooms } from "../../../lib/chat/rooms/rooms.ts";
import { keys, ranges } from "../../../lib/store/keys.ts";
import type { Kv } from "../../../lib/store/kv.ts";
import type { Actor } from "../../../lib/protocol/model.ts";
import { alteredKv } from "../../support/altered_kv.ts";
import { openTestChat } from "../../support/chat.ts";
import { addPerson } from "../../support/people.ts";
import { unreadIn } from "../../support/unread_counts.ts";
import { sweep, upkeep } from "../../support/upkeep.ts";

const room_id = "general";

async function say(chat: OpenChat, actor: Actor, times: number, room = room_id) {
  const sent = [];
  for (let i = 0; i < times; i++) sent.push(await sendMessage(chat, actor, { room_id: room, content: `m${i}` }));
  return sent;
}

const unshown = async (kv: Kv, room = room_id) =>
  (await kv.list(ranges.unshown(room, 0), { limit: 100 })).map(({ key }) => Number(key[2]));

Deno.test("[N5] counting: a message writes no extra key, a deletion writes one, and without deletions nothing extra is read", async () => {
  const lists: string[] = [];
  const written: string[][] = [];
  await using chat = await openTestChat({
    wrapKv: (kv) =>
      alteredKv(kv, {
        list(range, options) {
          lists.push(String("prefix" in range ? range.prefix[0] : range.start[0]));
          return kv.list(range, options);
        },
        commit(write) {
          if (write.room !== undefined) written.push([...write.set ?? []].map(([key]) => String(key[0])).sort());
          return kv.commit(write);
        },
      }),
  });
  const [ada, ben] = [await addPerson(chat, "ada"), await addPerson(chat, "ben")];
  written.length = 0;
  const [one, two] = await say(chat, ada, 2);
  assertEquals(written, [["head", "item"], ["head", "item"]]);
  lists.length = 0;
  await listRooms(chat, ben);
  assertEquals(lists.filter((family) => family === "unshown"), []);
  written.length = 0;
  await deleteMessage(chat, ada, { room_id, message_id: one?.id ?? "" });
  assertEquals(written, [["change", "head", "item", "unshown", "unshown_sums"]]);
  assertEquals(unreadIn(await getRoom(chat, ben, room_id)), 1);
  // who has read past it reads nothing more either
  lists.length = 0;
  chat.marks.set("ben", room_id, { seq: two?.seq ?? 0, messages: 2 });
  assertEquals(unreadIn(await getRoom(chat, ben, room_id)), 0);
  assertEquals(lists.filter((family) => family === "unshown"), []);
});

Deno.test("[N5] counting: deleting twice counts once, and a batch that sends and deletes leaves no unread message", async () => {
  await using chat = await openTestChat();
  const [ada, ben] = [await addPerson(chat, "ada"), await addPerson(chat, "ben")];
  const sent = await say(chat, ada, 3);
  const remove = ({ id: message_id }: { id: string }) => deleteMessage(chat, ada, { room_id, message_id });
  await Promise.all([...sent, ...sent].map(remove));
  assertEquals(await unshown(chat.kv), sent.map(({ seq }) => seq));
  assertEquals(unreadIn(await getRoom(chat, ben, room_id)), 0);
});

Deno.test("[N5] counting: retention and a room's deletion erase the keys of deleted messages", async () => {
  await using chat = await openTestChat({ clock: new FakeClock() });
  const [ada, ben] = [await addPerson(chat, "ada"), await addPerson(chat, "ben")];
  const sent = await say(chat, ada, 6);
  for (const at of [0, 1, 4]) await deleteMessage(chat, ada, { room_id, message_id: sent[at]?.id ?? "" });
  await trimTo(chat, room_id, { floor: sent[2]?.seq ?? 0, messages: 3 });
  assertEquals(unreadIn(await getRoom(chat, ben, room_id)), 2, "before anything is erased");
  await sweep(chat.kv, chat.clock);
  assertEquals(await unshown(chat.kv), [sent[4]?.seq]);
  assertEquals(unreadIn(await getRoom(chat, ben, room_id)), 2);
  await trimTo(chat, room_id, { floor: sent[5]?.seq ?? 0, messages: 6 });
  await sweep(chat.kv, chat.clock);
  assertEquals([await unshown(chat.kv), (await chat.kv.get(keys.head(room_id))).value?.unshown], [[], undefined]);

  const { id } = await createRoom(chat, ada, { name: "Doomed", kind: "public" });
  for (const { id: message_id } of await say(chat, ada, 3, id)) {
    await deleteMessage(chat, ada, { room_id: id, message_id });
  }
  assertEquals((await unshown(chat.kv, id)).length, 3);
  await deleteRoom(chat, ada, id);
  await sweep(chat.kv, chat.clock);
  assertEquals(await unshown(chat.kv, id), []);
});

Deno.test("[N5] counting: the erased messages of a deleted account are no longer unread", async () => {
  const clock = new FakeClock();
  // nothing is done by itself
  clock.every = () => () => {};
  await using chat = await openTestChat({ clock });
  const [root, ada, eve] = [
    await addPerson(chat, "root", { admin: true }),
    await addPerson(chat, "ada"),
    await addPerson(chat, "eve"),
  ];
  await say(chat, eve, 3);
  await say(chat, root, 1);
  assertEquals(unreadIn(await getRoom(chat, ada, room_id)), 4);
  await deleteAccount(chat, root, "eve", true);
  clock.tick(60_000);
  await upkeep(chat);
  await upkeep(chat);
  assertEquals(unreadIn(await getRoom(chat, ada, room_id)), 1);
});
