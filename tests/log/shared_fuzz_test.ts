/** Two processes append to several rooms of one store; the rooms share commits, whose answers are lost and which land late. */
import { assert, assertEquals } from "@std/assert";
import { ChatError } from "../../lib/base/errors.ts";
import type { Appended } from "../../lib/log/draft.ts";
import { keys } from "../../lib/store/keys.ts";
import { type Kv, type Put, type Write } from "../../lib/store/kv.ts";
import { type Failed, SharedCommits } from "../../lib/store/shared_commits.ts";
import { ContendedStore } from "../support/contended_store.ts";
import { generalRoom } from "../support/general_room.ts";
import { random } from "../support/random.ts";

const ROOMS = ["general", "ops", "tea", "zoo", "bar"];
const SENDS = 40;

/** The records of `general`, for each of the rooms. */
function rooms(): Put[] {
  const own = (id: string, part: unknown) => part === "general" ? id : part;
  return ROOMS.flatMap((id) =>
    generalRoom().map(([key, value]): Put => {
      const isRoom = key[0] === "room";
      const named = key.map((part) => own(id, part) as Deno.KvKeyPart);
      return [named, isRoom ? { id, kind: "public", name: id, topic: "", created_by: "", created_at: 0 } : value];
    })
  );
}

/** Rooms share its commits; one in eight goes wrong. */
function faulty(store: ContendedStore, seed: number): { kv: Kv; shares: { rooms: number; fault: string }[] } {
  const handle = store.handle();
  const next = random(seed);
  const shares: { rooms: number; fault: string }[] = [];
  let calm = 0;
  const commit = async (write: Write): Promise<string | Failed | null> => {
    const count = (write.checks ?? []).filter(({ key: [family] }) => family === "head").length;
    const fault = calm-- > 0
      ? "none"
      : ["none", "none", "none", "lost", "late", "never", "none"][Math.floor(next() * 7)] ?? "none";
    // more than three in a row would be told to the sender
    if (fault !== "none") calm = 3 * ROOMS.length;
    shares.push({ rooms: count, fault });
    if (fault === "late") {
      const ms = next() * 40;
      void store.time.pause(ms).then(() => handle.commit(write));
    }
    if (fault === "lost") await handle.commit(write);
    if (fault !== "none") throw new ChatError("storage_unavailable", "no answer");
    const done = await handle.commit(write);
    if (done !== null || next() < 0.3) return done;
    const failed = new Set(
      (write.checks ?? []).filter(({ key, versionstamp }) => store.peek<unknown>(key).versionstamp !== versionstamp)
        .map(({ key }) => JSON.stringify(key)),
    );
    return (key) => failed.has(JSON.stringify(key));
  };
  const shared = new SharedCommits({ limits: handle.limits, lanes: 2, commit });
  const alone = async (write: Write) => {
    const done = await commit(write);
    return typeof done === "string" ? done : null;
  };
  return {
    shares,
    kv: { ...handle, commit: (write) => write.room === undefined ? alone(write) : shared.commit(write) },
  };
}

async function run(seed: number): Promise<{ rooms: number; fault: string }[]> {
  const store = new ContendedStore(rooms());
  const announced = [0, 1].map(() => new Map<string, Appended[]>(ROOMS.map((id) => [id, []])));
  const doubted = new Set<string>();
  const acknowledged = new Map<string, { room: string; seq: number }>();
  const stores = [0, 1].map((n) => faulty(store, seed * 2 + n));
  const processes = stores.map(({ kv }, n) =>
    store.process({
      kv,
      remember: 3,
      guesses: 90,
      committed: (room, events) => void announced[n]?.get(room)?.push(...events),
      doubted: (room) => void doubted.add(room),
    }).appender
  );
  const next = random(seed + 1_000);
  const send = async (n: number, room: string, client_id: string) => {
    // a sender that was refused sends again
    for (;;) {
      try {
        const { seq } = await processes[n]!.append(room, { type: "message", user_id: "ada", content: "x", client_id });
        const before = acknowledged.get(client_id);
        assert(before === undefined || before.seq === seq, `${client_id} is ${before?.seq} and ${seq}`);
        acknowledged.set(client_id, { room, seq });
        return;
      } catch (error) {
        assert(error instanceof ChatError && error.code === "storage_unavailable", String(error));
        await store.time.pause(20);
      }
    }
  };
  await store.time.until(Promise.all([0, 1].flatMap((n) =>
    ROOMS.map(async (room) => {
      for (let i = 0; i < SENDS; i++) {
        // now and then both processes send one
        const both = next() < 0.1;
        const client_id = both ? `${room}${i}` : `${room}${n}${i}`;
        const more = next() < 0.3 ? [send(n, room, `${client_id} more`)] : [];
        await Promise.all([send(n, room, client_id), ...more]);
        if (next() < 0.2) await store.time.pause(next() * 100);
      }
    })
  )));
  await store.time.until(Promise.all(processes.map((one) => one.settled())));
  await store.time.until(store.time.pause(200));
  for (const room of ROOMS) {
    const head = store.peek(keys.head(room)).value;
    const sent = [...acknowledged].filter(([, one]) => one.room === room).toSorted(([, a], [, b]) => a.seq - b.seq);
    assertEquals(sent.map(([, { seq }]) => seq), Array.from({ length: head?.seq ?? 0 }, (_, i) => i + 1), room);
    for (const [client_id, { seq }] of sent) {
      const item = store.peek(keys.item(room, seq)).value;
      assertEquals(item !== null && "client_id" in item && item.client_id, client_id);
    }
    const lists = announced.map((of) => of.get(room)?.map(({ record: { seq } }) => seq) ?? []);
    for (const list of lists) assertEquals(list, list.toSorted((a, b) => a - b));
    const all = lists.flat().toSorted((a, b) => a - b);
    assertEquals(all.length, new Set(all).size, "announced twice");
    if (!doubted.has(room)) assertEquals(all, sent.map(([, { seq }]) => seq));
  }
  return stores.flatMap(({ shares }) => shares);
}

Deno.test("[D1] [D2] [D3] [D9] commits that rooms share and whose answer is lost, which land late or never, lose and double nothing in any room", async () => {
  const all: { rooms: number; fault: string }[] = [];
  for (let seed = 1; seed <= 3; seed++) {
    try {
      all.push(...await run(seed));
    } catch (error) {
      throw new Error(`seed ${seed}`, { cause: error });
    }
  }
  assert(all.some(({ rooms, fault }) => fault === "none" && rooms > 1), "no rooms shared a commit");
  assert(all.some(({ rooms, fault }) => fault !== "none" && rooms > 1), "no shared commit went wrong");
});
