import { assert, assertEquals, assertRejects } from "@std/assert";
import type { Chat } from "../../../lib/chat/chat.ts";
import { deleteAccount } from "../../../lib/chat/people/deletion.ts";
import { addMember, joinRoom, removeMember } from "../../../lib/chat/rooms/members.ts";
import { sendMessage } from "../../../lib/chat/messages/messages.ts";
import { assignOwner, endRoom, listAllRooms } from "../../../lib/chat/rooms/room_admin.ts";
import { createRoom, getRoom, openDirect } from "../../../lib/chat/rooms/rooms.ts";
import { readAudit } from "../../../lib/chat/moderation/audit.ts";
import { FakeClock } from "../../../lib/base/clock.ts";
import { ChatError } from "../../../lib/base/errors.ts";
import { type Key, keys, ranges } from "../../../lib/store/keys.ts";
import { put } from "../../../lib/store/kv.ts";
import type { Actor } from "../../../lib/protocol/model.ts";
import { openTestChat } from "../../support/chat.ts";
import { addPerson } from "../../support/people.ts";
import { jobsLeft, upkeep } from "../../support/upkeep.ts";

const DAY = 86_400_000;

/** Days pass without the work of every minute. */
function quietClock(): FakeClock {
  const clock = new FakeClock();
  clock.every = () => () => {};
  return clock;
}

async function code(run: () => Promise<unknown>): Promise<string> {
  return (await assertRejects(run, ChatError)).code;
}

async function isEnded(chat: Chat, id: string): Promise<boolean> {
  return (await chat.kv.get(keys.room(id))).value?.deleted_at !== undefined;
}

async function keysOf(chat: Chat, roomId: string): Promise<string[]> {
  const all = await chat.kv.list<unknown>({ prefix: [] as Key<unknown> }, { limit: 100_000 });
  return all.map(({ key }) => key).filter((key) => key.includes(roomId)).map((key) => String(key[0])).sort();
}

async function world(clock = quietClock()) {
  const chat = await openTestChat({ clock });
  const [ada, bob, root] = [
    await addPerson(chat, "ada"),
    await addPerson(chat, "bob"),
    await addPerson(chat, "root", { admin: true }),
  ];
  let made = 0;
  const room = async (kind: "public" | "private" = "private", owner: Actor = ada) =>
    (await createRoom(chat, owner, { name: made++ === 0 ? "Ops" : `Ops ${made}`, kind })).id;
  return { chat, clock, ada, bob, root, room, [Symbol.asyncDispose]: () => chat[Symbol.asyncDispose]() };
}

Deno.test("leave: the last member of a private room is asked, and ends it by a confirmed leave", async () => {
  await using w = await world();
  const id = await w.room();
  await sendMessage(w.chat, w.ada, { room_id: id, content: "hello" });
  assertEquals(await code(() => removeMember(w.chat, w.ada, id, "ada")), "last_member");
  assertEquals((await getRoom(w.chat, w.ada, id)).members, 1, "a refusal changes nothing");
  await removeMember(w.chat, w.ada, id, "ada", { confirm: true });
  assertEquals([await isEnded(w.chat, id), await code(() => getRoom(w.chat, w.ada, id))], [true, "no_such_room"]);
  const { entries } = await readAudit(w.chat, w.root);
  assertEquals([entries[0]?.act, entries[0]?.actor, entries[0]?.room_id], ["room_deleted", "ada", id]);
  await upkeep(w.chat);
  assertEquals([...new Set(await keysOf(w.chat, id))], ["head", "room"]);
});

Deno.test("leave: of the last two who leave at once the second is asked", async () => {
  await using w = await world();
  const id = await w.room();
  await addMember(w.chat, w.ada, id, "bob", "owner");
  const outcomes = await Promise.allSettled([
    removeMember(w.chat, w.ada, id, "ada"),
    removeMember(w.chat, w.bob, id, "bob"),
  ]);
  assertEquals(outcomes.map(({ status }) => status), ["fulfilled", "rejected"]);
  assertEquals([await isEnded(w.chat, id), (await getRoom(w.chat, w.bob, id)).members], [false, 1]);
});

Deno.test("leave: a confirmed leave of somebody who is not the last one ends nothing", async () => {
  await using w = await world();
  const id = await w.room();
  await addMember(w.chat, w.ada, id, "bob");
  await removeMember(w.chat, w.bob, id, "bob", { confirm: true });
  assertEquals([await isEnded(w.chat, id), (await getRoom(w.chat, w.ada, id)).members], [false, 1]);
});

const EMPTIED: Record<string, (w: Awaited<ReturnType<typeof world>>, id: string) => Promise<unknown>> = {
  "a public room that its last member left": (w, id) => removeMember(w.chat, w.ada, id, "ada"),
  "a room whose last member an administrator removed": async (w, id) => {
    await joinRoom(w.chat, w.root, id);
    await removeMember(w.chat, w.root, id, "ada");
    await removeMember(w.chat, w.root, id, "root");
  },
  "a room whose last member's account was deleted": async (w, id) => {
    await deleteAccount(w.chat, w.root, "ada", false);
    await upkeep(w.chat);
    assertEquals((await w.chat.kv.get(keys.head(id))).value?.members, 0);
  },
};

for (const [what, empty] of Object.entries(EMPTIED)) {
  Deno.test(`${what} is left to the administrators for 30 days, then ended`, async () => {
    await using w = await world();
    const id = await w.room(what.includes("account") ? "private" : "public");
    await empty(w, id);
    const emptied = (await w.chat.kv.get(keys.head(id))).value?.at ?? 0;
    const listed = (await listAllRooms(w.chat, w.root)).rooms.find(({ room }) => room.id === id);
    assertEquals([listed?.head.members, listed?.ends_at], [0, emptied + 30 * DAY]);
    w.clock.tick(emptied + 30 * DAY - w.clock.now() - 1);
    await upkeep(w.chat);
    assertEquals(await isEnded(w.chat, id), false);
    w.clock.tick(1);
    await upkeep(w.chat);
    assertEquals([await isEnded(w.chat, id), await jobsLeft(w.chat.kv)], [true, []]);
    assertEquals([...new Set(await keysOf(w.chat, id))], ["head", "room"]);
    const { entries } = await readAudit(w.chat, w.root);
    assertEquals([entries[0]?.act, entries[0]?.actor, entries[0]?.room_id], ["room_deleted", "server", id]);
  });
}

Deno.test("administrators give an emptied room an owner, or end it; never one that somebody is in", async () => {
  await using w = await world();
  const [id, other, taken] = [await w.room(), await w.room(), await w.room("private", w.bob)];
  await deleteAccount(w.chat, w.root, "ada", false);
  w.clock.tick(60_000);
  await upkeep(w.chat);
  assertEquals(await code(() => assignOwner(w.chat, w.bob, id, "bob")), "forbidden");
  assertEquals(await code(() => assignOwner(w.chat, w.root, id, "nobody")), "no_such_user");
  assertEquals(await code(() => assignOwner(w.chat, w.root, taken, "root")), "conflict");
  await assignOwner(w.chat, w.root, id, "@Bob");
  const room = await getRoom(w.chat, w.bob, id);
  assertEquals([room.role, room.members], ["owner", 1]);
  await endRoom(w.chat, w.root, other);
  w.clock.tick(40 * DAY);
  await upkeep(w.chat);
  assertEquals([await isEnded(w.chat, id), await isEnded(w.chat, other)], [false, true]);
  assertEquals(await jobsLeft(w.chat.kv), []);
});

Deno.test("a public room to which somebody came back goes on, and is counted anew when it is empty again", async () => {
  await using w = await world();
  const id = await w.room("public");
  await removeMember(w.chat, w.ada, id, "ada");
  w.clock.tick(20 * DAY);
  await joinRoom(w.chat, w.bob, id);
  w.clock.tick(15 * DAY);
  await upkeep(w.chat);
  assertEquals(await isEnded(w.chat, id), false);
  await removeMember(w.chat, w.bob, id, "bob");
  w.clock.tick(29 * DAY);
  await upkeep(w.chat);
  assertEquals(await isEnded(w.chat, id), false);
  w.clock.tick(2 * DAY);
  await upkeep(w.chat);
  assertEquals(await isEnded(w.chat, id), true);
});

Deno.test("a public room where somebody came and went within the 30 days gets them anew from then", async () => {
  await using w = await world();
  const id = await w.room("public");
  await removeMember(w.chat, w.ada, id, "ada");
  w.clock.tick(20 * DAY);
  await joinRoom(w.chat, w.bob, id);
  await removeMember(w.chat, w.bob, id, "bob");
  // the job of the first time is due, and nobody is there
  w.clock.tick(11 * DAY);
  await upkeep(w.chat);
  assertEquals(await isEnded(w.chat, id), false);
  w.clock.tick(20 * DAY);
  await upkeep(w.chat);
  assertEquals(await isEnded(w.chat, id), true);
});

Deno.test("a direct conversation of two deleted accounts is ended, and its pair forgotten", async () => {
  await using w = await world();
  const { id } = await openDirect(w.chat, w.ada, "bob");
  for (const name of ["ada", "bob"]) await deleteAccount(w.chat, w.root, name, false);
  w.clock.tick(60_000);
  await upkeep(w.chat);
  w.clock.tick(31 * DAY);
  await upkeep(w.chat);
  assertEquals([await isEnded(w.chat, id), (await w.chat.kv.get(keys.direct("ada", "bob"))).value], [true, null]);
});

Deno.test("a room that was emptied before there were due keys gets its 30 days from the day's pass", async () => {
  await using w = await world();
  const id = await w.room("public");
  await removeMember(w.chat, w.ada, id, "ada");
  for (const { key } of await w.chat.kv.list(ranges.allDue(), { limit: 100 })) {
    await w.chat.kv.commit({ delete: [key] });
  }
  await upkeep(w.chat);
  assertEquals(await jobsLeft(w.chat.kv), [{ kind: "end_room", room_id: id }]);
});

Deno.test("general is never ended, though nobody is in it", async () => {
  await using w = await world();
  const head = (await w.chat.kv.get(keys.head("general"))).value;
  assert(head !== null);
  await w.chat.kv.commit({ set: [put(keys.head("general"), { ...head, members: 0 })] });
  w.clock.tick(31 * DAY);
  await upkeep(w.chat);
  assertEquals(await isEnded(w.chat, "general"), false);
});

Deno.test("making rooms and direct conversations has a rate of its own", async () => {
  const clock = quietClock();
  await using chat = await openTestChat({ clock, config: { limits: true } });
  const ada = await addPerson(chat, "ada");
  let made = 0;
  const make = () => createRoom(chat, ada, { name: `Room ${made++}`, kind: "private" });
  for (let i = 0; i < chat.config.rates.rooms.burst; i++) await make();
  assertEquals(await code(make), "rate_limited");
  await addPerson(chat, "bob");
  assertEquals(await code(() => openDirect(chat, ada, "bob")), "rate_limited");
  clock.tick(60_000);
  const { id } = await openDirect(chat, ada, "bob");
  assertEquals((await openDirect(chat, ada, "bob")).id, id, "one that is there costs nothing");
});
