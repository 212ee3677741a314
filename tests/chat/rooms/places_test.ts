import { assert, assertEquals, assertRejects } from "@std/assert";
import type { Chat } from "../../../lib/chat/chat.ts";
import { addMember, joinRoom, removeMember } from "../../../lib/chat/rooms/members.ts";
import { sendMessage } from "../../../lib/chat/messages/messages.ts";
import { withRoomSlot } from "../../../lib/chat/rooms/room_slots.ts";
import { createRoom, getRoom, listRooms, openDirect } from "../../../lib/chat/rooms/rooms.ts";
import { FakeClock } from "../../../lib/base/clock.ts";
import { ChatError } from "../../../lib/base/errors.ts";
import { keys, ranges } from "../../../lib/store/keys.ts";
import { type Kv, put } from "../../../lib/store/kv.ts";
import type { Actor, Added } from "../../../lib/protocol/model.ts";
import { LIMITS } from "../../../lib/protocol/limits.ts";
import { alteredKv } from "../../support/altered_kv.ts";
import { openTestChat } from "../../support/chat.ts";
import { addPerson } from "../../support/people.ts";

async function refusal(run: () => Promise<unknown>): Promise<{ code: string; message: string }> {
  const { code, message } = await assertRejects(run, ChatError);
  return { code, message };
}

const codeOf = async (run: () => Promise<unknown>) => (await refusal(run)).code;

/** Makes somebody a member of so many rooms more, of which the store has no more than that. */
async function fill(chat: Chat, userId: string, count: number, value: true | Added = true): Promise<void> {
  const name = value === true ? "own" : value.direct === true ? `direct${value.by}` : `added${value.by}`;
  for (let at = 0; at < count; at += 400) {
    const length = Math.min(400, count - at);
    const set = Array.from({ length }, (_, i) => put(keys.joined(userId, `${name}${at + i}`), value));
    await chat.kv.commit({ set });
  }
}

const makeRooms = (chat: Chat, actor: Actor, count: number, kind: "public" | "private" = "private") =>
  Promise.all(
    Array.from({ length: count }, (_, i) =>
      createRoom(chat, actor, { name: `Room ${i} ${kind} of ${actor.username}`, kind })),
  );

Deno.test("[J8] join: somebody in 500 rooms gets one answer for a private room, a ban and what does not exist, and takes no place", async () => {
  await using chat = await openTestChat();
  const [ada, bob] = [await addPerson(chat, "ada"), await addPerson(chat, "bob")];
  const secret = await createRoom(chat, ada, { name: "Secret", kind: "private" });
  const direct = await openDirect(chat, ada, "ada");
  const open = await createRoom(chat, ada, { name: "Open", kind: "public" });
  await removeMember(chat, ada, open.id, "bob", { ban: true });
  await fill(chat, "bob", LIMITS.rooms_per_user);
  await chat.kv.commit({ delete: [keys.roomSlots("bob")] });
  const missing = await refusal(() => joinRoom(chat, bob, "nowhere"));
  assertEquals(missing.code, "no_such_room");
  for (const { id } of [secret, direct]) {
    const found = await refusal(() => joinRoom(chat, bob, id));
    assertEquals({ ...found, message: found.message.replace(id, "nowhere") }, missing);
  }
  assertEquals(await codeOf(() => joinRoom(chat, bob, open.id)), "forbidden");
  assertEquals((await chat.kv.get(keys.roomSlots("bob"))).value, null, "no slot was ever taken");
});

Deno.test("add: the rule refuses before a place of the other person is taken", async () => {
  await using chat = await openTestChat();
  const [ada, bob] = [await addPerson(chat, "ada"), await addPerson(chat, "bob")];
  await addPerson(chat, "eve");
  const room = await createRoom(chat, ada, { name: "Secret", kind: "private" });
  await addMember(chat, ada, room.id, "bob");
  await removeMember(chat, ada, room.id, "eve", { ban: true });
  await fill(chat, "eve", LIMITS.rooms_added, { by: "somebody" });
  await chat.kv.commit({ delete: [keys.roomSlots("eve")] });
  assertEquals(await codeOf(() => addMember(chat, bob, room.id, "eve")), "forbidden");
  assertEquals(await codeOf(() => addMember(chat, bob, room.id, "eve", "owner")), "forbidden");
  assertEquals(await codeOf(() => addMember(chat, bob, "nowhere", "eve")), "no_such_room");
  assertEquals((await chat.kv.get(keys.roomSlots("eve"))).value, null);
});

/** A store in which a commit that makes somebody a member waits, once `next()` was called. */
function holding() {
  const free = Promise.withResolvers<void>();
  const reached = Promise.withResolvers<void>();
  let holds = false;
  const wrapKv = (kv: Kv): Kv =>
    alteredKv(kv, {
      async commit(write) {
        if (holds && write.set?.some(([key]) => key[0] === "joined") === true) {
          holds = false;
          reached.resolve();
          await free.promise;
        }
        return await kv.commit(write);
      },
    });
  const next = () => {
    holds = true;
    return reached.promise;
  };
  return { wrapKv, next, free: () => free.resolve() };
}

const slotsOf = async (chat: Chat, userId: string) =>
  Object.keys((await chat.kv.get(keys.roomSlots(userId))).value ?? {}).length;

Deno.test("two joins of one room at once count as one room, and each gives back its own slot", async () => {
  const hold = holding();
  await using chat = await openTestChat({ wrapKv: hold.wrapKv });
  const [ada, bob] = [await addPerson(chat, "ada"), await addPerson(chat, "bob")];
  const [one, two, three] = await makeRooms(chat, ada, 3, "public");
  assert(one && two && three);
  await fill(chat, "bob", LIMITS.rooms_per_user - 3);
  const reached = hold.next();
  const first = joinRoom(chat, bob, one.id);
  await reached;
  const second = joinRoom(chat, bob, one.id);
  while (await slotsOf(chat, "bob") < 2) await new Promise((resolve) => setTimeout(resolve, 1));
  await joinRoom(chat, bob, two.id);
  assertEquals(await codeOf(() => joinRoom(chat, bob, three.id)), "limit_reached");
  hold.free();
  await Promise.all([first, second]);
  assertEquals((await chat.kv.list(ranges.joined("bob"), { limit: 600 })).length, LIMITS.rooms_per_user);
  assertEquals(await slotsOf(chat, "bob"), 0, "no slot stays taken");
});

Deno.test("two joins of one room of which one is refused: the other keeps its place while it is on its way", async () => {
  const hold = holding();
  await using chat = await openTestChat({ wrapKv: hold.wrapKv });
  const [ada, bob] = [await addPerson(chat, "ada"), await addPerson(chat, "bob")];
  const [one, two] = await makeRooms(chat, ada, 2, "public");
  assert(one && two);
  await fill(chat, "bob", LIMITS.rooms_per_user - 2);
  const reached = hold.next();
  const first = joinRoom(chat, bob, one.id);
  await reached;
  const refused = () => Promise.reject(new ChatError("forbidden", "banned meanwhile"));
  assertEquals(await codeOf(() => withRoomSlot(chat, { user_id: "bob", room_id: one.id }, refused)), "forbidden");
  assertEquals(await codeOf(() => joinRoom(chat, bob, two.id)), "limit_reached");
  hold.free();
  await first;
  assertEquals((await chat.kv.list(ranges.joined("bob"), { limit: 600 })).length, LIMITS.rooms_per_user);
});

Deno.test("[J7] add: one account puts another into few rooms without their consent, and none of these takes their places", async () => {
  await using chat = await openTestChat({ config: { limits: false } });
  const [mallory, bob] = [await addPerson(chat, "mallory"), await addPerson(chat, "bob")];
  const rooms = await makeRooms(chat, mallory, LIMITS.rooms_added_by_one + 1);
  const outcomes = await Promise.allSettled(rooms.map(({ id }) => addMember(chat, mallory, id, "bob")));
  const refused = outcomes.filter(({ status }) => status === "rejected");
  assertEquals(refused.length, 1, "exact, also all at once");
  // bob, who has all but one of his own places filled, can still join
  await fill(chat, "bob", LIMITS.rooms_per_user - 2);
  const open = await createRoom(chat, mallory, { name: "Open", kind: "public" });
  assertEquals((await joinRoom(chat, bob, open.id)).role, "member");
  const more = await createRoom(chat, mallory, { name: "More", kind: "public" });
  assertEquals(await codeOf(() => joinRoom(chat, bob, more.id)), "limit_reached");
});

Deno.test("add: five accounts that add as much as they can leave places for others to add the same person", async () => {
  await using chat = await openTestChat({ config: { limits: false } });
  await addPerson(chat, "eve");
  const added: number[] = [];
  for (let n = 0; n < 5; n++) {
    const mallory = await addPerson(chat, `mallory${n}`);
    const before = (await chat.kv.list(ranges.joined("eve"), { limit: 600 })).length;
    for (const room of await makeRooms(chat, mallory, LIMITS.rooms_added_by_one + 1)) {
      await addMember(chat, mallory, room.id, "eve").catch((error) => assertEquals(error.code, "limit_reached"));
    }
    added.push((await chat.kv.list(ranges.joined("eve"), { limit: 600 })).length - before);
  }
  assertEquals(added, [10, 8, 6, 5, 4]);
  const bob = await addPerson(chat, "bob");
  for (const room of await makeRooms(chat, bob, 3)) await addMember(chat, bob, room.id, "eve");
});

Deno.test("add: many accounts together leave all of a person's own places free, and the lists bounded", async () => {
  await using chat = await openTestChat({ config: { limits: false } });
  const [eve, bob] = [await addPerson(chat, "eve"), await addPerson(chat, "bob")];
  for (let i = 0; i < 5; i++) await fill(chat, "bob", 10, { by: `sybil${i}` });
  const [room] = await makeRooms(chat, eve, 1);
  assertEquals(await codeOf(() => addMember(chat, eve, room?.id ?? "", "bob")), "limit_reached");
  // conversations are bounded apart: rooms that were added keep nobody from writing
  assertEquals((await openDirect(chat, eve, "bob")).with?.id, "bob");
  await fill(chat, "bob", LIMITS.direct_unopened - 1, { by: "sybil", direct: true });
  const zoe = await addPerson(chat, "zoe");
  assertEquals(await codeOf(() => openDirect(chat, zoe, "bob")), "limit_reached");
  await fill(chat, "bob", LIMITS.rooms_per_user - 2);
  const [open] = await makeRooms(chat, eve, 1, "public");
  await joinRoom(chat, bob, open?.id ?? "");
  const all = await chat.kv.list(ranges.joined("bob"), { limit: 1_000 });
  assertEquals(all.length, LIMITS.rooms_per_user + LIMITS.rooms_added + LIMITS.direct_unopened);
});

Deno.test("[J7] stay: whoever joins, writes, or opens a conversation agrees; the room says who added me until then", async () => {
  await using chat = await openTestChat();
  const [ada, bob] = [await addPerson(chat, "ada"), await addPerson(chat, "bob")];
  const told: string[] = [];
  chat.bus.subscribe((signal) => signal.type === "user" && signal.user_id === "bob" && told.push(signal.line));
  const [one, two] = await makeRooms(chat, ada, 2);
  assert(one !== undefined && two !== undefined);
  for (const { id } of [one, two]) await addMember(chat, ada, id, "bob");
  assertEquals((await getRoom(chat, bob, one.id)).added_by?.username, "ada");
  assertEquals((await chat.kv.get(keys.joined("bob", one.id))).value, { by: "ada" });
  const { seq } = await getRoom(chat, bob, one.id);
  const stayed = await joinRoom(chat, bob, one.id);
  assertEquals([stayed.added_by, stayed.seq], [undefined, seq], "no event");
  await sendMessage(chat, bob, { room_id: two.id, content: "hello" });
  assertEquals((await getRoom(chat, bob, two.id)).added_by, undefined);
  for (const { id } of [one, two]) assertEquals((await chat.kv.get(keys.joined("bob", id))).value, true);
  assertEquals((await listRooms(chat, bob)).filter(({ added_by }) => added_by !== undefined), []);
  await chat.appender.settled();
  const rooms = () => told.filter((line) => line.includes('"change":"room"')).length;
  while (rooms() < 2) await new Promise((resolve) => setTimeout(resolve, 1));
});

Deno.test("add: an administrator is not asked to wait, and the room is the person's own", async () => {
  await using chat = await openTestChat({ config: { limits: false } });
  const root = await addPerson(chat, "root", { admin: true });
  await addPerson(chat, "bob");
  const rooms = await makeRooms(chat, root, LIMITS.rooms_added_by_one + 5);
  for (const { id } of rooms) await addMember(chat, root, id, "bob");
  assertEquals((await chat.kv.get(keys.joined("bob", rooms[0]?.id ?? ""))).value, true);
});

Deno.test("add: a rate for each adder and target, which others and administrators do not share", async () => {
  const clock = new FakeClock();
  await using chat = await openTestChat({ clock });
  const [mallory, root] = [await addPerson(chat, "mallory"), await addPerson(chat, "root", { admin: true })];
  const bob = await addPerson(chat, "bob");
  await addPerson(chat, "eve");
  const [room] = await makeRooms(chat, mallory, 1);
  const id = room?.id ?? "";
  await addMember(chat, mallory, id, "root");
  for (let i = 0; i < 10; i++) {
    await addMember(chat, mallory, id, "bob");
    await removeMember(chat, bob, id, "bob");
  }
  assertEquals(await codeOf(() => addMember(chat, mallory, id, "bob")), "rate_limited");
  await addMember(chat, mallory, id, "eve");
  await addMember(chat, root, id, "bob");
  await removeMember(chat, bob, id, "bob");
  clock.tick(60_000);
  await addMember(chat, mallory, id, "bob");
});

Deno.test("[D6] add: a removal ends a room that one had not agreed to, and frees its place", async () => {
  await using chat = await openTestChat();
  const [ada, bob] = [await addPerson(chat, "ada"), await addPerson(chat, "bob")];
  const [room] = await makeRooms(chat, ada, 1);
  const id = room?.id ?? "";
  await addMember(chat, ada, id, "bob");
  await removeMember(chat, ada, id, "bob");
  assertEquals((await chat.kv.get(keys.joined("bob", id))).value, null);
  assertEquals(await codeOf(() => joinRoom(chat, bob, id)), "no_such_room");
  assertEquals(await codeOf(() => chat.appender.append(id, { type: "stay", user_id: "bob" })), "no_such_room");
});
