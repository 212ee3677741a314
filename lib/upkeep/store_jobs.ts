/** The jobs that need nothing but the store. */
import type { Clock } from "../base/clock.ts";
import { dueJob } from "../store/jobs/due.ts";
import type { Handlers } from "./due_runner.ts";
import { eraseLog, eraseMessage, eraseRoom } from "./erase.ts";
import { sweepAttempts, sweepControl, sweepSessions } from "./expired.ts";
import { eraseFile, type EraserOf, sweepUploads } from "../store/blobs/erase_files.ts";
import type { Kv } from "../store/kv.ts";
import { sweepSent, sweepSentUntil } from "../log/sent.ts";
import { tidy } from "./tidy.ts";

const EXPIRED_EVERY_MS = 600_000;
const TIDY_EVERY_MS = 86_400_000;
/** A job that was not finished in one run continues after this time, so that each run is short. */
export const GO_ON_MS = 60_000;

export function storeJobs(clock: Clock, blobsOf: EraserOf): Handlers {
  return {
    erase_message: async (running, job) => void await eraseMessage(running, job),
    erase_room: async (running, { room_id }) => void await eraseRoom(running, room_id),
    erase_below: async (running, { room_id, floor }) => void await eraseLog(running, room_id, floor, clock.now()),
    erase_file: async (running, { file_id }) => {
      await eraseFile(running, file_id, blobsOf, (write) => running.finish(write));
    },
    sweep_sent: async (running, { room_id }) => void await sweepSent(running, room_id, clock.now()),
    async sweep_expired(running) {
      await running.alone();
      await removeExpired(running, clock.now());
      return [dueJob({ kind: "sweep_expired" }, clock.now() + EXPIRED_EVERY_MS)];
    },
    async tidy(running) {
      await running.alone();
      const now = clock.now();
      const { isDone } = await tidy(running, now);
      if (isDone) await sweepSessions(running, now);
      return [dueJob({ kind: "tidy" }, now + (isDone ? TIDY_EVERY_MS : GO_ON_MS))];
    },
  };
}

/** Runs every part, also after one has failed; then throws the first failure. */
async function removeExpired(kv: Kv, now: number): Promise<void> {
  const failures: unknown[] = [];
  for (const part of [sweepUploads, sweepAttempts, sweepControl, sweepSentUntil]) {
    await part(kv, now).catch((error: unknown) => failures.push(error));
  }
  if (failures.length > 0) throw failures[0];
}
