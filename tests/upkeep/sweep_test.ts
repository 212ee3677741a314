import { assertEquals, assertRejects } from "@std/assert";
import { type Blobs, KvBlobs } from "../../lib/store/blobs/blobs.ts";
import { dueJob } from "../../lib/store/jobs/due.ts";
import { eraseFileJob } from "../../lib/store/blobs/erase_files.ts";
import { openStore } from "../../lib/store/open.ts";
import { FakeClock } from "../../lib/base/clock.ts";
import { keys, type Range, ranges } from "../../lib/store/keys.ts";
import { DirectKv, type Kv, type Put, put } from "../../lib/store/kv.ts";
import type { FileStore, SessionRecord } from "../../lib/protocol/model.ts";
import { jobsLeft, sweep } from "../support/upkeep.ts";

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

Deno.test("sweep() removes invitations that ended thirty days ago", async () => {
  const { kv } = await openStore(":memory:");
  const invitation = (code: string, expires_at: number) =>
    put(keys.invitation(code), { code, created_by: "ada", created_at: 0, expires_at, uses_left: 1 });
  await write(kv, [invitation("old", DAY - 1), invitation("new", DAY + 1)]);
  await sweep(kv, new FakeClock(31 * DAY));
  assertEquals((await kv.list(ranges.invitations(), { limit: 9 })).map(({ value }) => value.code), ["new"]);
  kv.close();
});

Deno.test("sweep() finds expired records behind any number of live ones", async () => {
  const { kv } = await openStore(":memory:");
  const session = (user: string, expires_at: number): Put[] => {
    const record: SessionRecord = {
      id: "s",
      user_id: user,
      kind: "cookie",
      created_at: 0,
      expires_at,
      last_seen_at: 0,
      user_agent: "",
      address: "",
      secret_hash: `hash of ${user}`,
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

Deno.test("[D3] sweep() never removes the record of a client_id that was just sent again", async () => {
  const store = await Deno.openKv(":memory:");
  const direct = new DirectKv(store);
  const sent = { seq: 1, id: "1-abcdefgh", at: 0, expires_at: DAY };
  const key = keys.sent("general", "ada", "c1");
  const base = { seq: 1, id: "1-abcdefgh", user_id: "ada", at: 0, messages: 1 };
  await write(direct, [
    put(keys.room("general"), {
      id: "general",
      kind: "public",
      name: "General",
      topic: "",
      created_by: "ada",
      created_at: 0,
    }),
    put(keys.item("general", 1), { ...base, kind: "message", content: "hi", client_id: "c1" }),
    put(key, sent),
  ]);
  let repeated = false;
  const kv: Kv = {
    limits: direct.limits,
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

/** A room whose retention, and an account whose files, are to be swept; a file's store that fails. */
async function storeWithJobs(files: number): Promise<Kv> {
  const { kv } = await openStore(":memory:");
  const file = (id: string, store: "kv" | "s3"): Put[] => [
    put(keys.file(id), {
      id,
      name: "a",
      type: "text/plain",
      size: 1,
      owner: "ada",
      created_at: 0,
      state: "gone",
      store,
    }),
    eraseFileJob(id),
  ];
  await write(kv, [
    ...Array.from({ length: files }, (_, i) => file(`f${i}`, "s3")).flat(),
    ...file("z", "kv"),
    put(keys.item("general", 1), {
      kind: "join",
      role: "member",
      seq: 1,
      id: "1-abcdefgh",
      user_id: "ada",
      at: 0,
      messages: 0,
    }),
    dueJob({ kind: "erase_below", room_id: "general", floor: 1 }),
    put(keys.invitation("old"), { code: "old", created_by: "ada", created_at: 0, expires_at: 1, uses_left: 1 }),
  ]);
  return kv;
}

async function leftOf(kv: Kv, files: number): Promise<{ items: number; invitations: number; jobs: number }> {
  assertEquals((await kv.get(keys.file("z"))).value, null, "the file in the store is erased");
  assertEquals(await count(kv, ranges.files()), files, "those in the bucket wait for it");
  return {
    items: await count(kv, ranges.items("general", 0, 9)),
    invitations: await count(kv, ranges.invitations()),
    jobs: (await jobsLeft(kv)).length,
  };
}

Deno.test("sweep: a bucket without settings on this server delays only its own files", async () => {
  const kv = await storeWithJobs(450);
  const blobsOf = (store: FileStore) => {
    if (store === "s3") throw new Error("no settings");
    return new KvBlobs(kv);
  };
  await assertRejects(() => sweep(kv, new FakeClock(31 * DAY), blobsOf), Error, "no settings");
  assertEquals(await leftOf(kv, 450), { items: 0, invitations: 0, jobs: 450 });
  kv.close();
});

Deno.test("sweep: a bucket that never answers is tried for some files in a pass, not for all", async () => {
  const kv = await storeWithJobs(5);
  const clock = new FakeClock(31 * DAY);
  let asked = 0;
  const silent: Pick<Blobs, "erase"> = {
    erase() {
      asked++;
      clock.tick(90_000);
      return Promise.reject(new Error("no answer"));
    },
  };
  await assertRejects(
    () => sweep(kv, clock, (store) => store === "s3" ? silent : new KvBlobs(kv)),
    Error,
    "no answer",
  );
  assertEquals([asked, await leftOf(kv, 5)], [1, { items: 0, invitations: 0, jobs: 5 }]);
  kv.close();
});
