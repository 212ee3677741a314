/** Runs the server's minute and daily jobs at once. */
import type { Chat } from "../../lib/chat/chat.ts";
import { Upkeep } from "../../lib/upkeep/upkeep.ts";
import type { Clock } from "../../lib/base/clock.ts";
import { dueJob } from "../../lib/store/jobs/due.ts";
import { DueRunner } from "../../lib/upkeep/due_runner.ts";
import { KvBlobs } from "../../lib/store/blobs/blobs.ts";
import { type EraserOf, patient } from "../../lib/store/blobs/erase_files.ts";
import { type Job, ranges } from "../../lib/store/keys.ts";
import type { Kv } from "../../lib/store/kv.ts";
import { storeJobs } from "../../lib/upkeep/store_jobs.ts";

const PASSES: Job[] = [{ kind: "sweep_expired" }, { kind: "tidy" }];

/** Runs all due jobs as one process would, and the jobs that they queue. */
export async function upkeep(chat: Chat): Promise<void> {
  const one = new Upkeep(chat);
  try {
    await chat.kv.commit({ set: [dueJob({ kind: "look_at_rooms", began: 0, after: "" })] });
    await untilIdle(() => one.run());
  } finally {
    await one.close();
  }
}

/** Runs the jobs that need only the store, with the sweeps of expired keys. */
export async function sweep(kv: Kv, clock: Clock, blobsOf: EraserOf = () => new KvBlobs(kv)): Promise<void> {
  await kv.commit({ set: PASSES.map((pass) => dueJob(pass)) });
  for (const { value } of await kv.list(ranges.rooms(), { limit: 1_000 })) {
    await kv.commit({ set: [dueJob({ kind: "sweep_sent", room_id: value.id })] });
  }
  const handlers = storeJobs(clock, patient(blobsOf, clock));
  const runner = new DueRunner({ kv, clock, name: crypto.randomUUID(), handlers });
  await untilIdle(() => runner.run());
}

/** The queued jobs, without the recurring sweeps. */
export async function jobsLeft(kv: Kv): Promise<Job[]> {
  const passes = new Set<Job["kind"]>(["sweep_expired", "tidy", "look_at_rooms"]);
  const found = [
    ...await kv.list(ranges.allDue(), { limit: 1_000 }),
    ...await kv.list(ranges.jobs(), { limit: 1_000 }),
  ];
  return found.map(({ value: { tries: _, ...job } }) => job as Job).filter(({ kind }) => !passes.has(kind));
}

async function untilIdle(run: () => Promise<number>): Promise<void> {
  const failures: unknown[] = [];
  for (;;) {
    const done = await run().catch((error: unknown) => void failures.push(error));
    if (done === 0 || failures.length > 5) break;
  }
  if (failures.length > 0) throw failures[0];
}
