import { assert, assertEquals, assertRejects } from "@std/assert";
import type { Chat } from "../../../lib/chat/chat.ts";
import { addMember } from "../../../lib/chat/rooms/members.ts";
import { createRoom, deleteRoom, updateRoom } from "../../../lib/chat/rooms/rooms.ts";
import { ChatError } from "../../../lib/base/errors.ts";
import { claimName } from "../../../lib/store/room_names.ts";
import { keys, ranges } from "../../../lib/store/keys.ts";
import { put, removeRange } from "../../../lib/store/kv.ts";
import { openTestChat } from "../../support/chat.ts";
import { addPerson } from "../../support/people.ts";
import { sweep } from "../../support/upkeep.ts";

async function refusal(run: () => Promise<unknown>): Promise<[string, string | undefined]> {
  const { code, field } = await assertRejects(run, ChatError);
  return [code, field];
}

const TAKEN = ["room_name_taken", "name"] as const;
const make = (chat: Chat, by: Awaited<ReturnType<typeof addPerson>>, name: string, kind: "public" | "private") =>
  createRoom(chat, by, { name, kind });

Deno.test("a room whose name looks like a public room's is refused, whoever makes it", async () => {
  await using chat = await openTestChat();
  const [ada, bob] = [await addPerson(chat, "ada"), await addPerson(chat, "bob")];
  await make(chat, ada, "Ideas", "public");
  for (const name of ["ideas", "IDEAS", " Ideas ", "ldeas", "\u0406deas", "General"]) {
    assertEquals(await refusal(() => make(chat, bob, name, "public")), [...TAKEN], name);
    assertEquals(await refusal(() => make(chat, bob, name, "private")), [...TAKEN], name);
  }
});

Deno.test("a private room's name is refused to those who are in it, and tells others nothing", async () => {
  await using chat = await openTestChat();
  const [ada, bob, eve] = [await addPerson(chat, "ada"), await addPerson(chat, "bob"), await addPerson(chat, "eve")];
  const { id } = await make(chat, ada, "Merger", "private");
  await addMember(chat, ada, id, "bob");
  assertEquals(await refusal(() => make(chat, bob, "merger", "private")), [...TAKEN]);
  await make(chat, eve, "Merger", "public");
});

Deno.test("renaming frees the old name and claims the new one; a room may change the case of its own", async () => {
  await using chat = await openTestChat();
  const [ada, bob] = [await addPerson(chat, "ada"), await addPerson(chat, "bob")];
  const { id } = await make(chat, ada, "Ops", "public");
  const other = await make(chat, bob, "Design", "public");
  assertEquals(await refusal(() => updateRoom(chat, bob, other.id, { name: "0ps" })), [...TAKEN]);
  assertEquals((await updateRoom(chat, ada, id, { name: "OPS" })).name, "OPS");
  await updateRoom(chat, ada, id, { name: "Operations" });
  assertEquals((await updateRoom(chat, bob, other.id, { name: "ops" })).name, "ops");
  assertEquals(await refusal(() => make(chat, bob, "operations", "public")), [...TAKEN]);
});

Deno.test("a room that becomes public claims its name; one that becomes private gives it up", async () => {
  await using chat = await openTestChat();
  const [ada, bob] = [await addPerson(chat, "ada"), await addPerson(chat, "bob")];
  const hidden = await make(chat, ada, "Plans", "private");
  const open = await make(chat, bob, "plans", "public");
  assertEquals(await refusal(() => updateRoom(chat, ada, hidden.id, { kind: "public" })), [...TAKEN]);
  await updateRoom(chat, bob, open.id, { kind: "private" });
  await updateRoom(chat, ada, hidden.id, { kind: "public" });
  assertEquals(await refusal(() => updateRoom(chat, bob, open.id, { kind: "public" })), [...TAKEN]);
});

Deno.test("a deleted room's name is free at once, and its claims are erased", async () => {
  await using chat = await openTestChat();
  const ada = await addPerson(chat, "ada");
  const first = await make(chat, ada, "Launch", "public");
  await deleteRoom(chat, ada, first.id);
  const second = await make(chat, ada, "launch", "public");
  await sweep(chat.kv, chat.clock);
  const claims = await chat.kv.list(ranges.family("room_name"), { limit: 100 });
  const holders = new Set(claims.map(({ value }) => (value as { room_id: string }).room_id));
  assertEquals([holders.has(first.id), holders.has(second.id)], [false, true]);
});

Deno.test("of two rooms that take one name at the same moment one is refused", async () => {
  await using chat = await openTestChat();
  const [ada, bob] = [await addPerson(chat, "ada"), await addPerson(chat, "bob")];
  const made = await Promise.allSettled([
    make(chat, ada, "Lunch", "public"),
    make(chat, bob, "lunch", "public"),
    make(chat, bob, "Iunch", "public"), // a capital i
  ]);
  assertEquals(made.filter(({ status }) => status === "fulfilled").length, 1);
  const rooms = await Promise.all(["One", "Two", "Three"].map((name) => make(chat, ada, name, "public")));
  const renamed = await Promise.allSettled(rooms.map(({ id }) => updateRoom(chat, ada, id, { name: "Same" })));
  assertEquals(renamed.filter(({ status }) => status === "fulfilled").length, 1);
});

Deno.test("[D6] who may not rename a room is not told whether the name is taken", async () => {
  await using chat = await openTestChat();
  const [ada, bob] = [await addPerson(chat, "ada"), await addPerson(chat, "bob")];
  const { id } = await make(chat, ada, "Merger", "private");
  assertEquals((await refusal(() => updateRoom(chat, bob, id, { name: "general" })))[0], "no_such_room");
});

Deno.test("a claim that an older version's renaming left behind is taken over", async () => {
  await using chat = await openTestChat();
  const ada = await addPerson(chat, "ada");
  const { id } = await make(chat, ada, "Before", "public");
  const room = (await chat.kv.get(keys.room(id))).value;
  assert(room !== null);
  await chat.kv.commit({ set: [put(keys.room(id), { ...room, name: "After" })] });
  assertEquals((await make(chat, ada, "before", "public")).name, "before");
});

Deno.test("rooms without claims get them; of two that look alike the first one keeps the name for itself", async () => {
  await using chat = await openTestChat();
  const ada = await addPerson(chat, "ada");
  const rooms = await Promise.all(["Alpha", "Beta"].map((name) => make(chat, ada, name, "public")));
  await removeRange(chat.kv, ranges.family("room_name"));
  for (const { id } of rooms) {
    const room = (await chat.kv.get(keys.room(id))).value;
    if (room !== null) { for (let i = 0; i < 2; i++) await claimName(chat.kv, { ...room, name: "Alpha" }); }
  }
  const claims = await chat.kv.list(ranges.family("room_name"), { limit: 100 });
  const holders = new Set(claims.map(({ value }) => (value as { room_id: string }).room_id));
  assertEquals([...holders], [rooms[0]?.id]);
  assertEquals(await refusal(() => make(chat, ada, "ALPHA", "public")), [...TAKEN]);
});
