/** Counting deleted messages by sums (SPEC.md, N5). */
import { assertEquals } from "@std/assert";
import { FakeClock } from "../../lib/base/clock.ts";
import { Appender } from "../../lib/log/append.ts";
import { makeRules } from "../../lib/log/rules/rules.ts";
import { keys, ranges } from "../../lib/store/keys.ts";
import { type Kv, put, removeRange } from "../../lib/store/kv.ts";
import { openStore, SCHEMA_VERSION } from "../../lib/store/open.ts";
import { countUnshown, pageOf, settleSums, SUMS_SCHEMA, withOneMore } from "../../lib/store/unshown.ts";
import { alteredKv } from "../support/altered_kv.ts";
import { generalRoom } from "../support/general_room.ts";
import { random } from "../support/random.ts";

const room_id = "room";
/** More than two records of sums. */
const LAST = 600_000;

/** As the rule does it. */
async function remove(kv: Kv, seq: number): Promise<void> {
  const { key, value } = await kv.get(keys.unshownSums(room_id, pageOf(seq)));
  await kv.commit({ set: [put(keys.unshown(room_id, seq), true), put(key, withOneMore(value, seq))] });
}

async function open(floor = 0): Promise<Kv> {
  const { kv } = await openStore(":memory:");
  const head = { seq: LAST, id: "", floor, messages: 0, members: 0, owners: 0, at: 0, unshown: LAST };
  await kv.commit({ set: [put(keys.head(room_id), head)] });
  return kv;
}

Deno.test("[N5] deleted messages between any two seqs are counted exactly, with few reads however many there are", async () => {
  const kv = await open();
  const next = random(1);
  const below = (n: number) => Math.floor(next() * n);
  const edges = [1_023, 1_024, 1_025, 262_143, 262_144, 262_145, 524_287, 524_288];
  const gone = new Set(edges);
  while (gone.size < 1_500) gone.add(1 + below(LAST));
  for (let seq = 3_000; seq < 4_500; seq++) gone.add(seq);
  for (const seq of gone) await remove(kv, seq);
  let read = 0;
  const counted = alteredKv(kv, {
    async list(range, options) {
      const found = await kv.list(range, options);
      read += found.length;
      return found;
    },
  });
  const points = [0, ...edges, 3_100, 4_400, LAST + 1, ...Array.from({ length: 4 }, () => below(LAST))];
  for (const after of points) {
    for (const before of points) {
      read = 0;
      const expected = [...gone].filter((seq) => seq > after && seq < before).length;
      assertEquals(await countUnshown(counted, room_id, after, before), expected, `${after} to ${before}`);
      assertEquals(read <= 2_048 + 3, true, `${read} keys and records`);
    }
  }
  kv.close();
});

Deno.test("[N5] sums that an older version or an import left out are made anew from the keys, beside deletions, and again changes nothing", async () => {
  const kv = await open(10);
  const sums = async () => (await kv.list(ranges.unshownSums(room_id, 0, 9), { limit: 9 })).map(({ value }) => value);
  for (const seq of [2_000, 2_001, 300_000]) await kv.commit({ set: [put(keys.unshown(room_id, seq), true)] });
  await kv.commit({ set: [put(keys.unshownSums(room_id, 2), [7])] });
  let late = false;
  const beside = alteredKv(kv, {
    async list(range, options) {
      const found = await kv.list(range, options);
      // a message is deleted after the keys were read
      if (!late) {
        late = true;
        await remove(kv, 2_002);
      }
      return found;
    },
  });
  await settleSums(beside, room_id);
  const settled = await sums();
  assertEquals(settled.map((one) => one.reduce((a, b) => a + b, 0)), [3, 1]);
  await settleSums(kv, room_id);
  assertEquals(await sums(), settled);
  assertEquals(await countUnshown(kv, room_id, 10, LAST), 4);
  kv.close();
});

Deno.test("[N5] while the store is of an older schema, whose processes raise no sums, the keys alone are counted", async () => {
  const kv = await open();
  for (const seq of [5, 2_000, 300_000]) await kv.commit({ set: [put(keys.unshown(room_id, seq), true)] });
  const schema = (schema_version: number) => kv.commit({ set: [put(keys.meta(), { epoch: "e", schema_version })] });
  await schema(SUMS_SCHEMA - 1);
  assertEquals(await countUnshown(kv, room_id, 0, LAST), 3);
  await settleSums(kv, room_id);
  await schema(SCHEMA_VERSION);
  await removeRange(kv, ranges.unshown(room_id, 262_144));
  assertEquals(await countUnshown(kv, room_id, 0, 262_144), 2);
  kv.close();
});

Deno.test("[N5] a deletion that was decided before the sums were made anew does not put the old ones back", async () => {
  const { kv } = await openStore(":memory:");
  await kv.commit({ set: generalRoom() });
  let settling = false;
  const slow = alteredKv(kv, {
    async commit(write) {
      // another process makes the sums between this one's reading and its commit
      if (settling && (write.set ?? []).some(([[family]]) => family === "unshown_sums")) {
        settling = false;
        await settleSums(kv, "general");
      }
      return await kv.commit(write);
    },
  });
  const appender = new Appender({
    kv: slow,
    clock: new FakeClock(1_000),
    rules: makeRules({ idempotencyMs: 1e9 }),
    remember: 300,
    guesses: 90,
    committed() {},
    onError: (error) => {
      throw error;
    },
  });
  const sent = [];
  for (const content of ["a", "b", "c"]) {
    sent.push((await appender.append("general", { type: "message", user_id: "ada", content })).id);
  }
  const [first = "", second = "", third = ""] = sent;
  await appender.append("general", { type: "delete", user_id: "ada", target: first });
  await appender.append("general", { type: "delete", user_id: "ada", target: second });
  // as an older version leaves it: keys without sums
  await removeRange(kv, ranges.unshownSums("general", 0, 9));
  settling = true;
  await appender.append("general", { type: "delete", user_id: "ada", target: third });
  assertEquals((await kv.get(keys.unshownSums("general", 0))).value, [3]);
  kv.close();
});
