/** What is erased in slices stays within the limits of whatever kind of store it is in. */
import { assert, assertEquals } from "@std/assert";
import { sweepSent, sweepSentUntil } from "../../lib/log/sent.ts";
import { keys, type Range, ranges } from "../../lib/store/keys.ts";
import { type Kv, type Put, put } from "../../lib/store/kv.ts";
import { POSTGRES_LIMITS } from "../../lib/store/limits.ts";
import { openStore } from "../../lib/store/open.ts";
import { eraseLog } from "../../lib/upkeep/erase.ts";
import { alteredKv } from "../support/altered_kv.ts";

const MESSAGES = 1_100;

/** With the limits of a store on PostgreSQL; what is checked is not looked at, for the one below takes fewer checks. */
function withLimits(kv: Kv): Kv {
  const { checksAWrite, mutations } = POSTGRES_LIMITS;
  return alteredKv(kv, {
    limits: POSTGRES_LIMITS,
    commit({ checks = [], set = [], delete: gone = [] }) {
      assert(checks.length <= checksAWrite, `${checks.length} checks`);
      assert(set.length + gone.length <= mutations, `${set.length + gone.length} mutations`);
      return kv.commit({ set, delete: gone });
    },
  });
}

/** Messages that name twenty people, each sent with a client_id that is known until `expires_at`. */
async function room(kv: Kv, expires_at: number): Promise<void> {
  const mentions = Array.from({ length: 20 }, (_, i) => `u${i}`);
  const puts = Array.from({ length: MESSAGES }, (_, i): Put[] => {
    const event = { seq: i + 1, id: `${i + 1}-abcdefgh`, user_id: "ada", at: 0, messages: i + 1 };
    return [
      put(keys.item("r", event.seq), { ...event, kind: "message", content: "x", client_id: `c${i}`, mentions }),
      put(keys.sent("r", "ada", `c${i}`), { ...event, expires_at }),
    ];
  }).flat();
  for (let i = 0; i < puts.length; i += 500) await kv.commit({ set: puts.slice(i, i + 500) });
}

async function count(kv: Kv, range: Range<unknown>): Promise<number> {
  return (await kv.list(range, { limit: 10_000 })).length;
}

Deno.test("eraseLog() and sweepSentUntil() stay within the mutations of one commit where it may have many checks", async () => {
  const store = await openStore(":memory:");
  const kv = withLimits(store.kv);
  await room(kv, 5);
  await eraseLog(kv, "r", MESSAGES, 1);
  assertEquals(await count(kv, ranges.items("r", 0, Number.MAX_SAFE_INTEGER)), 0);
  assertEquals(await count(kv, ranges.sentUntil(6)), MESSAGES);
  assertEquals(await sweepSentUntil(kv, 6), 2 * MESSAGES);
  await room(kv, 5);
  assertEquals(await sweepSent(kv, "r", 6), MESSAGES);
  await eraseLog(kv, "r", MESSAGES);
  assertEquals(await count(kv, ranges.items("r", 0, Number.MAX_SAFE_INTEGER)), 0);
  kv.close();
});
