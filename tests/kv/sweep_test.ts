import { assertEquals } from "@std/assert";
import { openStore } from "../../lib/kv/open.ts";
import { FakeClock } from "../../lib/clock.ts";
import { keys, type Range, ranges } from "../../lib/kv/keys.ts";
import { DirectKv, type Kv, type Put, put } from "../../lib/kv/kv.ts";
import { sweep } from "../../lib/kv/sweep.ts";
import type { SessionRecord } from "../../lib/model.ts";

const DAY = 86_400_000;

async function write(kv: Kv, sets: Put[]): Promise<void> {
  for (let i = 0; i < sets.length; i += 500) await kv.commit({ set: sets.slice(i, i + 500) });
}

async function count(kv: Kv, range: Range<unknown>): Promise<number> {
  return (await kv.list(range, { limit: 100_000 })).length;
}

Deno.test("sweep() removes entries of the control log after a day, and leaves its head", async () => {
  const { kv } = await openStore(":memory:");
  const clock = new FakeClock(10 * DAY);
  const entry = (at: number) => ({ user_id: "ada", sessions: "all" as const, reason: "signed_out" as const, at });
  await write(kv, [
    ...Array.from({ length: 450 }, (_, i) => put(keys.control(i + 1), entry(8 * DAY + i))),
    ...Array.from({ length: 5 }, (_, i) => put(keys.control(451 + i), entry(10 * DAY - 5 + i))),
    put(keys.controlHead(), 455),
  ]);
  await sweep(kv, clock);
  const left = await kv.list(ranges.control(0), { limit: 1_000 });
  assertEquals(left.map(({ key }) => key.at(-1)), [451, 452, 453, 454, 455]);
  assertEquals((await kv.get(keys.controlHead())).value, 455);
  kv.close();
});

Deno.test("sweep() removes invitations that have expired", async () => {
  const { kv } = await openStore(":memory:");
  const invitation = (code: string, expires_at: number) =>
    put(keys.invitation(code), { code, created_by: "ada", created_at: 0, expires_at, uses_left: 1 });
  await write(kv, [invitation("old", DAY - 1), invitation("new", DAY + 1)]);
  await sweep(kv, new FakeClock(DAY));
  assertEquals((await kv.list(ranges.invitations(), { limit: 9 })).map(({ value }) => value.code), ["new"]);
  kv.close();
});

Deno.test("sweep() finds what has expired behind any number of what has not", async () => {
  const { kv } = await openStore(":memory:");
  const session = (user: string, expires_at: number): Put[] => {
    const record: SessionRecord = {
      ...{ id: "s", user_id: user, kind: "cookie", created_at: 0, expires_at, last_seen_at: 0 },
      ...{ user_agent: "", address: "", secret_hash: `hash of ${user}` },
    };
    const points = { user_id: user, session_id: "s" };
    return [put(keys.session(user, "s"), record), put(keys.sessionBySecret(record.secret_hash), points)];
  };
  const live = Array.from({ length: 5_100 }, (_, i) => session(`a${i}`, 2 * DAY)).flat();
  await write(kv, [...live, ...Array.from({ length: 300 }, (_, i) => session(`z${i}`, DAY - 1)).flat()]);
  await sweep(kv, new FakeClock(DAY));
  assertEquals(await count(kv, ranges.allSessions()), 5_100);
  assertEquals((await kv.get(keys.sessionBySecret("hash of z9"))).value, null);
  kv.close();
});

Deno.test("[D3] sweep() never takes away what a client_id that is sent again has just got", async () => {
  const store = await Deno.openKv(":memory:");
  const direct = new DirectKv(store);
  const sent = { seq: 1, id: "1-abcdefgh", at: 0, expires_at: DAY };
  const key = keys.sent("general", "ada", "c1");
  const base = { seq: 1, id: "1-abcdefgh", user_id: "ada", at: 0, messages: 1 };
  await write(direct, [
    put(keys.room("general"), {
      ...{ id: "general", kind: "public", name: "General", topic: "", created_by: "ada", created_at: 0 },
    }),
    put(keys.item("general", 1), { ...base, kind: "message", content: "hi", client_id: "c1" }),
    put(key, sent),
  ]);
  let repeated = false;
  const kv: Kv = {
    get: (wanted) => direct.get(wanted),
    getMany: (wanted) => direct.getMany(wanted),
    list: (range, options) => direct.list(range, options),
    async commit(given) {
      const removes = given.delete?.some((one) => one.join() === key.join()) === true;
      if (removes && !repeated) {
        repeated = true;
        await direct.commit({ set: [put(key, { ...sent, seq: 2, id: "2-abcdefgh", expires_at: 9 * DAY })] });
      }
      return await direct.commit(given);
    },
    close: () => direct.close(),
  };
  await sweep(kv, new FakeClock(2 * DAY));
  assertEquals([repeated, (await kv.get(key)).value?.seq], [true, 2]);
  kv.close();
});
