import { assert, assertEquals } from "@std/assert";
import { sendMessage } from "../../lib/chat/messages/messages.ts";
import { type OpenChat } from "../../lib/chat/open.ts";
import { createRoom, updateRoom } from "../../lib/chat/rooms/rooms.ts";
import { Upkeep } from "../../lib/upkeep/upkeep.ts";
import { FakeClock } from "../../lib/base/clock.ts";
import { emptyHead } from "../../lib/log/draft.ts";
import { keys, ranges } from "../../lib/store/keys.ts";
import { DirectKv, type Kv, put } from "../../lib/store/kv.ts";
import { addPerson } from "../support/people.ts";
import { alteredKv } from "../support/altered_kv.ts";
import { openTestChat } from "../support/chat.ts";
import { until } from "../support/until.ts";

const DAY = 86_400_000;
const MINUTE = 60_000;

/** Counts operations that read, and keys that they gave. */
function counting(kv: Kv, counts: { reads: number; keys: number; commits: number }): Kv {
  return alteredKv(kv, {
    async get(key) {
      counts.reads++;
      counts.keys++;
      return await kv.get(key);
    },
    async getMany(wanted) {
      counts.reads++;
      counts.keys += wanted.length;
      return await kv.getMany(wanted);
    },
    async list(range, options) {
      const found = await kv.list(range, options);
      counts.reads++;
      counts.keys += found.length;
      return found;
    },
    commit(write) {
      counts.commits++;
      return kv.commit(write);
    },
  });
}

/** Rooms in which something was said, and nothing happens any more. */
async function addRooms(kv: Kv, rooms: number, at: number): Promise<void> {
  for (let i = 0; i < rooms; i++) {
    const id = `r${i}`;
    const item = { seq: 1, id: "1-abcdefgh", user_id: "ada", at, messages: 1 };
    await kv.commit({
      set: [
        put(keys.room(id), { id, kind: "private", name: id, topic: "", created_by: "ada", created_at: at }),
        put(keys.head(id), { ...emptyHead(at), seq: 1, id: item.id, messages: 1, members: 1, owners: 1 }),
        put(keys.item(id, 1), { ...item, kind: "message", content: "hello" }),
        put(keys.swept(id), 1),
        put(keys.indexed(id), { seq: 1, floor: 0, segments: [], garbage: [] }),
      ],
    });
  }
}

/** Runs the minutes one after the other, each until nothing is under way. */
async function minutes(chat: OpenChat, clock: FakeClock, count: number): Promise<void> {
  const upkeep = new Upkeep(chat);
  for (let i = 0; i < count; i++) {
    clock.tick(MINUTE);
    await upkeep.run();
  }
  await upkeep.close();
}

/** Without the server's own timers: the test calls what they would. */
function quietClock(): FakeClock {
  const clock = new FakeClock();
  clock.every = () => () => {};
  return clock;
}

Deno.test("upkeep: with 2,000 idle rooms a minute reads fewer than 20 keys, and a day a few keys for each room", async () => {
  const clock = quietClock();
  const counts = { reads: 0, keys: 0, commits: 0 };
  await using chat = await openTestChat({ clock, wrapKv: (kv) => counting(kv, counts) });
  await addRooms(chat.kv, 2_000, clock.now());
  await minutes(chat, clock, 2); // the first pass over all rooms
  Object.assign(counts, { reads: 0, keys: 0, commits: 0 });
  await minutes(chat, clock, 60);
  assert(counts.keys / 60 < 20, `${counts.keys} keys in an hour`);
  assert(counts.reads / 60 < 20, `${counts.reads} reads in an hour`);
  assert(counts.commits / 60 < 5, `${counts.commits} commits in an hour`);
  Object.assign(counts, { reads: 0, keys: 0, commits: 0 });
  clock.tick(DAY - 62 * MINUTE);
  await minutes(chat, clock, 5);
  assert(counts.keys > 2_000 && counts.keys < 5 * 2_000, `${counts.keys} keys in the day's pass`);
});

Deno.test("upkeep: a second process on the same store reads as few keys, and repeats no job", async () => {
  const clock = quietClock();
  const counts = { reads: 0, keys: 0, commits: 0 };
  await using chat = await openTestChat({ clock, wrapKv: (kv) => counting(kv, counts) });
  await addRooms(chat.kv, 500, clock.now());
  const all = Array.from({ length: 4 }, () => new Upkeep(chat));
  for (let i = 0; i < 3; i++) {
    clock.tick(MINUTE);
    await Promise.all(all.map((one) => one.run()));
  }
  const once = 5 * 500;
  assert(counts.keys < once + 1_000, `${counts.keys} keys: all rooms are looked at by one of them`);
  for (const one of all) await one.close();
});

Deno.test("upkeep: an interrupted pass over many rooms continues where it stopped, also in another process", async () => {
  const clock = quietClock();
  await using chat = await openTestChat({ clock });
  const at = clock.now();
  await addRooms(chat.kv, 6_000, at);
  await minutes(chat, clock, 1);
  const [job] = await chat.kv.list(ranges.due("rooms"), { limit: 9 });
  assertEquals(job?.value.kind, "look_at_rooms");
  assert(job?.value.kind === "look_at_rooms" && job.value.after !== "");
  await minutes(chat, clock, 2);
  const [next, ...others] = await chat.kv.list(ranges.due("rooms"), { limit: 9 });
  assertEquals([next?.value, others], [{ kind: "look_at_rooms", began: at + MINUTE, after: "" }, []]);
  assertEquals(next?.key[2], at + MINUTE + DAY);
});

Deno.test("upkeep: a new retention setting of the server or a room applies at once to existing rooms", async () => {
  const clock = quietClock();
  const store = await Deno.openKv(":memory:");
  const kv = new DirectKv(store);
  const open = (retentionDays: number) =>
    openTestChat({ clock, config: { retentionDays }, wrapKv: () => alteredKv(kv, { close: () => {} }) });
  let id = "";
  const floor = async () => (await kv.get(keys.head(id))).value?.floor;
  {
    await using chat = await open(0);
    const ada = await addPerson(chat, "ada");
    id = (await createRoom(chat, ada, { name: "Ops", kind: "private" })).id;
    await sendMessage(chat, ada, { room_id: id, content: "old" });
    await minutes(chat, clock, 2);
    clock.tick(3 * DAY);
    await minutes(chat, clock, 2);
    assertEquals(await floor(), 0);
    await updateRoom(chat, ada, id, { retention_days: 7 });
    await minutes(chat, clock, 1);
    assertEquals(await floor(), 0);
  }
  {
    await using chat = await open(2);
    await minutes(chat, clock, 3);
    assertEquals(await floor(), 3);
    const ada = await addPerson(chat, "ada");
    const { seq } = await sendMessage(chat, ada, { room_id: id, content: "later" });
    clock.tick(2 * DAY - 10 * MINUTE);
    await minutes(chat, clock, 5);
    assertEquals((await floor() ?? 0) < seq, true);
    await minutes(chat, clock, 8);
    assertEquals(await floor(), seq);
  }
  kv.close();
});

Deno.test("upkeep: events that an ended process had not indexed are found by another process", async () => {
  const clock = new FakeClock();
  await using chat = await openTestChat({ clock });
  const ada = await addPerson(chat, "ada");
  await chat.indexer?.caughtUp();
  const advance = (ms: number) => {
    clock.tick(ms);
    return new Promise((resolve) => setTimeout(resolve, 0));
  };
  for (let i = 0; i < 5; i++) await advance(MINUTE);
  // as another process commits it: nothing is told here
  const { value: head } = await chat.kv.get(keys.head("general"));
  assert(head !== null);
  const item = { seq: head.seq + 1, id: `${head.seq + 1}-abcdefgh`, user_id: "ada", at: clock.now() };
  await chat.kv.commit({
    set: [
      put(keys.item("general", item.seq), { ...item, kind: "message", content: "left", messages: head.messages + 1 }),
      put(keys.head("general"), { ...head, ...item, messages: head.messages + 1 }),
    ],
  });
  chat.bus.publish({ type: "lapse" });
  await until(async () => {
    await advance(MINUTE / 2);
    return (await chat.kv.get(keys.indexed("general"))).value?.seq === item.seq;
  });
  assertEquals(ada.user_id, "ada");
});
