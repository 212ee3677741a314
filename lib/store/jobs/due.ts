/**
 * Durable jobs are keys by kind and time, so that finding what is due costs one read a kind, however many jobs
 * wait for later. Set a job in the atomic that makes it necessary.
 */
import { type DueKind, type Job, keys, ranges } from "../keys.ts";
import { type Kv, type Put, put, slices } from "../kv.ts";
import { passSlice } from "../limits.ts";

const KIND: Record<Job["kind"], DueKind> = {
  erase_message: "erase",
  erase_room: "erase",
  erase_below: "erase",
  erase_file: "file",
  leave_rooms: "account",
  erase_author: "author",
  end_room: "room_end",
  trim_room: "retention",
  sweep_sent: "sent",
  sweep_expired: "expired",
  look_at_rooms: "rooms",
  tidy: "tidy",
};

/** The key that makes a job due at `at`: the same job at the same time is one key. 0: as soon as possible. */
export function dueJob(job: Job, at = 0): Put {
  return put(keys.due(KIND[job.kind], at, idOf(job)), job);
}

export function kindOf(job: Job): DueKind {
  return KIND[job.kind];
}

export function isKnown(job: Job): boolean {
  return Object.hasOwn(KIND, job.kind);
}

function idOf(job: Job): string {
  switch (job.kind) {
    case "erase_message":
      return `message ${job.room_id} ${job.seq}`;
    case "erase_room":
      return `room ${job.room_id}`;
    case "erase_below":
      return `below ${job.room_id}`;
    case "erase_file":
      return job.file_id;
    case "leave_rooms":
    case "erase_author":
      return job.user_id;
    case "end_room":
    case "trim_room":
    case "sweep_sent":
      return job.room_id;
    case "sweep_expired":
    case "look_at_rooms":
    case "tidy":
      return "pass";
  }
}

/**
 * Gives jobs that an older version set (without due keys) their due keys. `authorsAt`: when the messages of deleted
 * accounts may be erased.
 */
export async function convertJobs(kv: Kv, authorsAt: number): Promise<number> {
  let converted = 0;
  for await (const found of slices(kv, ranges.jobs(), passSlice(kv.limits))) {
    for (const { key, value, versionstamp } of found) {
      if (!isKnown(value)) continue; // of a newer version
      const done = await kv.commit({
        checks: [{ key, versionstamp }],
        set: [dueJob(value, value.kind === "erase_author" ? authorsAt : 0)],
        delete: [key],
      });
      if (done !== null) converted++;
    }
  }
  return converted;
}
