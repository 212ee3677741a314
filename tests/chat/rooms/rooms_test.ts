import { assert, assertEquals, assertRejects } from "@std/assert";
import type { Chat } from "../../../lib/chat/chat.ts";
import { deleteMessage, editMessage, react, sendMessage } from "../../../lib/chat/messages/messages.ts";
import { addMember, joinRoom, listMembers, removeMember, setRole } from "../../../lib/chat/rooms/members.ts";
import { membership } from "../../../lib/chat/rooms/membership.ts";
import {
  browseRooms,
  createRoom,
  deleteRoom,
  getRoom,
  listRooms,
  openDirect,
  updateRoom,
} from "../../../lib/chat/rooms/rooms.ts";
import { FakeClock } from "../../../lib/base/clock.ts";
import { ChatError } from "../../../lib/base/errors.ts";
import { keys, ranges } from "../../../lib/store/keys.ts";
import { type Kv, put } from "../../../lib/store/kv.ts";
import type { Actor } from "../../../lib/protocol/model.ts";
import { openTestChat } from "../../support/chat.ts";
import { MAX_ROOMS } from "../../../lib/chat/rooms/room_slots.ts";
import { addPerson } from "../../support/people.ts";
import { alteredKv } from "../../support/altered_kv.ts";
import { until } from "../../support/until.ts";
import { jobsLeft, sweep } from "../../support/upkeep.ts";

async function refusal(run: () => Promise<unknown>): Promise<string> {
  return (await assertRejects(run, ChatError)).code;
}

async function kinds(chat: Chat, roomId: string): Promise<string[]> {
  const found = await chat.kv.list(ranges.items(roomId, 0, 1e9), { limit: 100 });
  return found.map(({ value }) => value.kind);
}

Deno.test("createRoom() makes its maker the owner, and both are events of the room", async () => {
  await using chat = await openTestChat();
  const ada = await addPerson(chat, "ada");
  const room = await createRoom(chat, ada, { name: "  Ops ", topic: "fires", kind: "public" });
  assertEquals([room.name, room.role, room.members, room.seq], ["Ops", "owner", 1, 2]);
  assertEquals(await kinds(chat, room.id), ["room", "join"]);
});

Deno.test("a private room answers strangers exactly like one that does not exist", async () => {
  await using chat = await openTestChat();
  const [ada, bob] = [await addPerson(chat, "ada"), await addPerson(chat, "bob")];
  const { id } = await createRoom(chat, ada, { name: "Secret", kind: "private" });
  await refusesStranger(chat, bob, id);
});

Deno.test("a direct conversation answers strangers and administrators exactly like one that does not exist", async () => {
  await using chat = await openTestChat();
  const ada = await addPerson(chat, "ada");
  await addPerson(chat, "eve");
  const { id } = await openDirect(chat, ada, "eve");
  await refusesStranger(chat, await addPerson(chat, "bob", { admin: true }), id);
});

async function refusesStranger(chat: Chat, bob: Actor, id: string): Promise<void> {
  const attempts = (roomId: string) => [
    () => getRoom(chat, bob, roomId),
    () => joinRoom(chat, bob, roomId),
    () => sendMessage(chat, bob, { room_id: roomId, content: "hi" }),
    () => listMembers(chat, bob, roomId),
    () => updateRoom(chat, bob, roomId, { name: "Mine" }),
    () => removeMember(chat, bob, roomId, "ada"),
    () => removeMember(chat, bob, roomId, "bob"),
    () => deleteRoom(chat, bob, roomId),
    () => setRole(chat, bob, roomId, "bob", "owner"),
    () => addMember(chat, bob, roomId, "bob"),
    () => editMessage(chat, bob, { room_id: roomId, message_id: "9-abcdefgh", content: "hi" }),
    () => deleteMessage(chat, bob, { room_id: roomId, message_id: "9-abcdefgh" }),
    () => react(chat, bob, { room_id: roomId, message_id: "9-abcdefgh", emoji: "👍", op: "add" }),
  ];
  const [real, missing] = [attempts(id), attempts("nowhere")];
  for (const [i, run] of real.entries()) {
    const error = await assertRejects(run, ChatError);
    const other = await assertRejects(missing[i] ?? run, ChatError);
    assertEquals(error.message.replaceAll(id, "nowhere"), other.message);
    assertEquals(error.code, "no_such_room");
  }
  assertEquals((await browseRooms(chat, bob)).rooms.map((room) => room.id), ["general"]);
}

Deno.test("a member adds somebody to a private room, who then sees and lists it", async () => {
  await using chat = await openTestChat();
  const [ada, bob] = [await addPerson(chat, "ada"), await addPerson(chat, "bob")];
  const { id } = await createRoom(chat, ada, { name: "Secret", kind: "private" });
  const member = await addMember(chat, ada, id, "bob");
  assertEquals([member.username, member.role], ["bob", "member"]);
  assertEquals((await listRooms(chat, bob)).map((room) => room.id).sort(), ["general", id].sort());
  assertEquals(await refusal(() => addMember(chat, ada, id, "nobody")), "no_such_user");
});

Deno.test("joining twice is one event; leaving and joining again are two more", async () => {
  await using chat = await openTestChat();
  const [ada, bob] = [await addPerson(chat, "ada"), await addPerson(chat, "bob")];
  const { id } = await createRoom(chat, ada, { name: "Ops", kind: "public" });
  await joinRoom(chat, bob, id);
  await joinRoom(chat, bob, id);
  await removeMember(chat, bob, id, "bob");
  await joinRoom(chat, bob, id);
  assertEquals(await kinds(chat, id), ["room", "join", "join", "leave", "join"]);
  assertEquals((await getRoom(chat, bob, id)).members, 2);
});

Deno.test("openDirect() makes one conversation for a pair, however often and from whichever side", async () => {
  await using chat = await openTestChat();
  const [ada, bob] = [await addPerson(chat, "ada"), await addPerson(chat, "bob")];
  const rooms = await Promise.all([
    ...Array.from({ length: 10 }, () => openDirect(chat, ada, "bob")),
    ...Array.from({ length: 10 }, () => openDirect(chat, bob, "ada")),
  ]);
  assertEquals(new Set(rooms.map(({ id }) => id)).size, 1);
  assertEquals([rooms[0]?.with?.username, rooms[19]?.with?.username], ["bob", "ada"]);
  const id = rooms[0]?.id ?? "";
  assertEquals(await refusal(() => removeMember(chat, ada, id, "ada")), "forbidden");
  await addPerson(chat, "eve");
  assertEquals(await refusal(() => addMember(chat, ada, id, "eve")), "forbidden");
});

Deno.test("roles: a moderator removes members but not owners, and only owners change roles", async () => {
  await using chat = await openTestChat();
  const [ada, bob, eve] = await Promise.all(["ada", "bob", "eve"].map((name) => addPerson(chat, name)));
  assert(ada && bob && eve);
  const { id } = await createRoom(chat, ada, { name: "Ops", kind: "public" });
  await joinRoom(chat, bob, id);
  await joinRoom(chat, eve, id);
  assertEquals(await refusal(() => removeMember(chat, bob, id, "eve")), "forbidden");
  assertEquals(await refusal(() => setRole(chat, bob, id, "bob", "owner")), "forbidden");
  await setRole(chat, ada, id, "bob", "moderator");
  assertEquals(await refusal(() => removeMember(chat, bob, id, "ada")), "forbidden");
  await removeMember(chat, bob, id, "eve");
  assertEquals(await membership(chat, "eve", id), null);
});

Deno.test("the last owner cannot leave others behind, nor step down", async () => {
  await using chat = await openTestChat();
  const [ada, bob] = [await addPerson(chat, "ada"), await addPerson(chat, "bob")];
  const { id } = await createRoom(chat, ada, { name: "Ops", kind: "public" });
  await joinRoom(chat, bob, id);
  assertEquals(await refusal(() => removeMember(chat, ada, id, "ada")), "conflict");
  assertEquals(await refusal(() => setRole(chat, ada, id, "ada", "member")), "conflict");
  await setRole(chat, ada, id, "bob", "owner");
  await removeMember(chat, ada, id, "ada");
  assertEquals((await getRoom(chat, bob, id)).members, 1);
});

Deno.test("a banned person cannot come back until a moderator adds them", async () => {
  await using chat = await openTestChat();
  const [ada, bob] = [await addPerson(chat, "ada"), await addPerson(chat, "bob")];
  const { id } = await createRoom(chat, ada, { name: "Ops", kind: "public" });
  await joinRoom(chat, bob, id);
  await removeMember(chat, ada, id, "bob", { ban: true });
  assertEquals(await refusal(() => joinRoom(chat, bob, id)), "forbidden");
  await addMember(chat, ada, id, "bob");
  assertEquals((await membership(chat, "bob", id))?.role, "member");
});

Deno.test("a deleted room is gone at once, and what it held is erased by a job", async () => {
  await using chat = await openTestChat();
  const [ada, bob] = [await addPerson(chat, "ada"), await addPerson(chat, "bob")];
  const { id } = await createRoom(chat, ada, { name: "Ops", kind: "public" });
  await joinRoom(chat, bob, id);
  await sendMessage(chat, ada, { room_id: id, content: "hello", client_id: "c1" });
  assertEquals(await refusal(() => deleteRoom(chat, bob, id)), "forbidden");
  await deleteRoom(chat, ada, id);
  assertEquals(await refusal(() => getRoom(chat, ada, id)), "no_such_room");
  assertEquals(await refusal(() => sendMessage(chat, ada, { room_id: id, content: "?" })), "no_such_room");
  assertEquals((await listRooms(chat, bob)).map((room) => room.id), ["general"]);
  await sweep(chat.kv, chat.clock);
  assertEquals(await kinds(chat, id), []);
  assertEquals((await chat.kv.get(keys.sent(id, "ada", "c1"))).value, null);
  assertEquals(await jobsLeft(chat.kv), []);
});

Deno.test("a server administrator moderates public rooms without being a member", async () => {
  await using chat = await openTestChat();
  const [root, ada] = [await addPerson(chat, "root", { admin: true }), await addPerson(chat, "ada")];
  const open = await createRoom(chat, ada, { name: "Ops", kind: "public" });
  const hidden = await createRoom(chat, ada, { name: "Secret", kind: "private" });
  assertEquals((await updateRoom(chat, root, open.id, { topic: "calm" })).topic, "calm");
  assertEquals(await refusal(() => updateRoom(chat, root, hidden.id, { topic: "calm" })), "no_such_room");
  const { id } = await sendMessage(chat, ada, { room_id: open.id, content: "rude" });
  assertEquals((await deleteMessage(chat, root, { room_id: open.id, message_id: id })).changed, true);
});

Deno.test("general stays public: those who register join it", async () => {
  await using chat = await openTestChat();
  const root = await addPerson(chat, "root", { admin: true });
  assertEquals(await refusal(() => updateRoom(chat, root, "general", { kind: "private" })), "forbidden");
});

Deno.test("[E7] a ban of somebody who is no member is no event, and keeps them out", async () => {
  await using chat = await openTestChat();
  const [ada, bob] = [await addPerson(chat, "ada"), await addPerson(chat, "bob")];
  const { id } = await createRoom(chat, ada, { name: "Ops", kind: "public" });
  const before = (await chat.kv.get(keys.head(id))).value?.seq;
  await removeMember(chat, ada, id, "bob", { ban: true });
  assertEquals((await chat.kv.get(keys.head(id))).value?.seq, before);
  assertEquals(await refusal(() => joinRoom(chat, bob, id)), "forbidden");
});

Deno.test("ban: an unknown user id is refused", async () => {
  await using chat = await openTestChat();
  const ada = await addPerson(chat, "ada");
  const { id } = await createRoom(chat, ada, { name: "Ops", kind: "public" });
  assertEquals(await refusal(() => removeMember(chat, ada, id, "nobody", { ban: true })), "no_such_user");
});

Deno.test("a page of members is full, however many were banned", async () => {
  await using chat = await openTestChat();
  const ada = await addPerson(chat, "zoe");
  const { id } = await createRoom(chat, ada, { name: "Ops", kind: "public" });
  for (const name of ["ann", "bob", "cat", "dan"]) {
    await addPerson(chat, name);
    await addMember(chat, ada, id, name);
    if (name !== "cat") await removeMember(chat, ada, id, name, { ban: true });
  }
  const first = await listMembers(chat, ada, id, { limit: 1 });
  assertEquals([first.members.map((member) => member.username), first.has_more], [["cat"], true]);
  const second = await listMembers(chat, ada, id, { limit: 1, after: "cat" });
  assertEquals([second.members.map((member) => member.username), second.has_more], [["zoe"], false]);
});

Deno.test("add: a person in as many rooms as one may be in cannot be added to another", async () => {
  await using chat = await openTestChat();
  const ada = await addPerson(chat, "ada");
  await addPerson(chat, "bob");
  const set = Array.from({ length: MAX_ROOMS }, (_, i) => put(keys.joined("bob", `d${i}`), true as const));
  await chat.kv.commit({ set });
  assertEquals(await refusal(() => openDirect(chat, ada, "bob")), "limit_reached");
});

Deno.test("browseRooms() pages through the public rooms", async () => {
  await using chat = await openTestChat();
  const ada = await addPerson(chat, "ada");
  for (let i = 0; i < 4; i++) await createRoom(chat, ada, { name: `Room ${i}`, kind: "public" });
  const first = await browseRooms(chat, ada, { limit: 3 });
  const second = await browseRooms(chat, ada, { limit: 3, after: first.rooms.at(-1)?.id });
  assertEquals([first.rooms.length, first.has_more, second.rooms.length, second.has_more], [3, true, 2, false]);
  assertEquals(new Set([...first.rooms, ...second.rooms].map(({ id }) => id)).size, 5);
});

Deno.test("a room's name is refused when empty, too long or misleading; its topic when misleading", async () => {
  await using chat = await openTestChat();
  const ada = await addPerson(chat, "ada");
  for (const name of ["", "   ", "x".repeat(81), "a\u0000b", "a\u202eb", "\ud800"]) {
    assertEquals(await refusal(() => createRoom(chat, ada, { name, kind: "public" })), "invalid");
    if (name.trim() === "" || name.length > 80) continue;
    assertEquals(await refusal(() => createRoom(chat, ada, { name: "Ops", topic: name, kind: "public" })), "invalid");
  }
});

Deno.test("the number of rooms is exact, however one gets into them, all at once", async () => {
  await using chat = await openTestChat();
  const [ada, bob] = [await addPerson(chat, "ada"), await addPerson(chat, "bob")];
  const rooms = await Promise.all(
    Array.from({ length: 5 }, (_, i) => createRoom(chat, ada, { name: `r${i}`, kind: "public" })),
  );
  const before = (await chat.kv.list(ranges.joined("bob"), { limit: 500 })).length;
  const set = Array.from({ length: 495 - before }, (_, i) => put(keys.joined("bob", `d${i}`), true as const));
  await chat.kv.commit({ set });
  const tries = await Promise.allSettled([
    ...rooms.map(({ id }) => joinRoom(chat, bob, id)),
    ...rooms.map(({ id }) => joinRoom(chat, bob, id)),
    ...Array.from({ length: 3 }, (_, i) => createRoom(chat, bob, { name: `own ${i}`, kind: "private" })),
    openDirect(chat, bob, "ada"),
  ]);
  const codes = tries.flatMap((one) =>
    one.status === "rejected" && one.reason instanceof ChatError ? [one.reason.code] : []
  );
  assertEquals(new Set(codes), new Set(["limit_reached"]));
  assertEquals((await chat.kv.list(ranges.joined("bob"), { limit: 600 })).length, 500);
  assertEquals((await chat.kv.get(keys.roomSlots("bob"))).value, {}, "no slot stays taken");
});

Deno.test("the number of rooms is exact also where another room was joined, and its slot given back, while they were counted", async () => {
  let meanwhile: (() => Promise<unknown>) | undefined;
  const wrapKv = (kv: Kv): Kv =>
    alteredKv(kv, {
      async list(range, options) {
        const found = await kv.list(range, options);
        const once = "prefix" in range && range.prefix[0] === "joined" ? meanwhile : undefined;
        if (once !== undefined) meanwhile = undefined;
        await once?.();
        return found;
      },
    });
  await using chat = await openTestChat({ wrapKv });
  const [ada, bob] = [await addPerson(chat, "ada"), await addPerson(chat, "bob")];
  const [one, two] = [
    await createRoom(chat, ada, { name: "one", kind: "public" }),
    await createRoom(chat, ada, { name: "two", kind: "public" }),
  ];
  // as before bob's first slot
  await chat.kv.commit({
    set: Array.from({ length: 498 }, (_, i) => put(keys.joined("bob", `d${i}`), true as const)),
    delete: [keys.roomSlots("bob")],
  });
  meanwhile = () => joinRoom(chat, bob, one.id);
  assertEquals(await refusal(() => joinRoom(chat, bob, two.id)), "limit_reached");
  assertEquals((await chat.kv.list(ranges.joined("bob"), { limit: 600 })).length, 500);
});

Deno.test("a room that was made is announced once it can be; the failure is not its maker's", async () => {
  const clock = new FakeClock();
  let broken = false;
  await using chat = await openTestChat({
    clock,
    wrapKv: (kv) =>
      alteredKv(kv, {
        getMany(wanted) {
          const names = broken && wanted.some(([family]) => family === "user");
          return names ? Promise.reject(new ChatError("storage_unavailable", "test")) : kv.getMany(wanted);
        },
      }),
  });
  const ada = await addPerson(chat, "ada");
  const rooms = new Set<string>();
  chat.bus.subscribe((signal) => void (signal.type === "events" && rooms.add(signal.room_id)));
  chat.bus.publish({ type: "lapse" }); // names are read again
  broken = true;
  const { id } = await createRoom(chat, ada, { name: "Ops", kind: "private" });
  assertEquals(rooms.has(id), false);
  broken = false;
  await until(() => {
    clock.tick(1_000);
    return rooms.has(id);
  });
});
