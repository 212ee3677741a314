/** What differs between the kinds of store. */
import { assertEquals } from "@std/assert";
import { PLATFORM_STORE } from "../../lib/base/config/store_kind.ts";
import { keys, ranges, shardOf } from "../../lib/store/keys.ts";
import { storeTraits } from "../../lib/store/kinds.ts";
import { CHUNK_BYTES } from "../../lib/store/blobs/blobs.ts";
import { DirectKv, put } from "../../lib/store/kv.ts";
import { LEAST_LIMITS } from "../../lib/store/limits.ts";
import { RunningJob } from "../../lib/store/jobs/running_job.ts";
import { dueJob } from "../../lib/store/jobs/due.ts";

Deno.test("[D5] storeTraits: over KV Connect and on the platform the append's own atomic wakes, else the bus does it after the commit", () => {
  for (const path of [PLATFORM_STORE, "http://localhost:4512", "https://kv.example"]) {
    assertEquals(storeTraits(path).wakeInAtomic?.("general"), [put(keys.wake(shardOf("general")), true)]);
  }
  for (const path of [":memory:", "data/parley.db", "/var/lib/parley.db"]) {
    assertEquals(storeTraits(path).wakeInAtomic, undefined);
  }
});

Deno.test("[D9] storeTraits: a file's and PostgreSQL's queues remember idle rooms and guess, where a commit needs one trip", () => {
  for (const path of [":memory:", "data/parley.db", "postgres://parley@localhost/parley"]) {
    const { remember, guesses } = storeTraits(path);
    assertEquals([remember > 0, guesses > 0], [true, true], path);
  }
  const { remember, guesses } = storeTraits("http://localhost:4512");
  assertEquals([remember, guesses], [0, 0]);
});

Deno.test("limits: a job checks its own record as well, so that its writes have one check fewer", async () => {
  const kv = new DirectKv(await Deno.openKv(":memory:"));
  await kv.commit({ set: [dueJob({ kind: "tidy" })] });
  const [found] = await kv.list(ranges.due("tidy"), { limit: 1 });
  if (found === undefined) throw new Error("the job is not there");
  const running = await RunningJob.claim(kv, found);
  assertEquals(running?.limits, { ...kv.limits, checksAWrite: kv.limits.checksAWrite - 1 });
  kv.close();
});

Deno.test("limits: a chunk of a file stays 60 KiB, which every store takes: files are in the store in these pieces", () => {
  assertEquals(CHUNK_BYTES, 60 * 1024);
  assertEquals(CHUNK_BYTES < LEAST_LIMITS.valueBytes, true);
});
