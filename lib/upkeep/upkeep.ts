/** Does what is due, once a minute. Of several processes one does each kind: see upkeep/due_runner.ts. */
import { randomId } from "../base/ids.ts";
import { convertJobs, dueJob, kindOf } from "../store/jobs/due.ts";
import { DueRunner, type Handlers } from "./due_runner.ts";
import { type EraserOf, patient } from "../store/blobs/erase_files.ts";
import { type Job, keys, ranges } from "../store/keys.ts";
import { type Kv, put, slices } from "../store/kv.ts";
import { storeJobs } from "./store_jobs.ts";
import type { Chat } from "../chat/chat.ts";
import { eraseAuthor, leaveRooms, SETTLE_MS } from "../chat/people/deletion.ts";
import { trimRoom } from "./retention.ts";
import { endEmptyRoom } from "../chat/rooms/room_end.ts";
import { lookAtRooms } from "./room_pass.ts";

/** Jobs in one read. */
const SLICE = 100;
const LOOK_EVERY_MS = 600_000;
const LOOK: Job = { kind: "look_at_rooms", began: 0, after: "" };
/** Recurring passes. A run that finds no job of such a kind begins one. */
const PASSES: Job[] = [{ kind: "sweep_expired" }, { kind: "tidy" }, LOOK];

export class Upkeep {
  readonly #chat: Chat;
  readonly #runner: DueRunner;
  #blobsOf: EraserOf;
  readonly #unsubscribe: () => void;
  #begun = false;
  #askedAt = Number.NEGATIVE_INFINITY;

  constructor(chat: Chat) {
    this.#chat = chat;
    this.#blobsOf = patient(chat.blobs, chat.clock);
    this.#runner = new DueRunner({
      kv: chat.kv,
      clock: chat.clock,
      name: randomId(12),
      handlers: { ...storeJobs(chat.clock, (store) => this.#blobsOf(store)), ...roomJobs(chat) },
    });
    this.#unsubscribe = chat.bus.subscribe((signal) => {
      if (signal.type === "lapse" && signal.user_id === undefined) this.#lookSoon();
    });
  }

  /**
   * Does what is due, except for kinds that are still under way. Resolves with the number of jobs done; rejects with
   * the first failure, once all the rest is done.
   */
  async run(): Promise<number> {
    const { kv, clock, blobs } = this.#chat;
    if (!this.#begun) await this.#begin();
    this.#begun = true;
    await convertJobs(kv, clock.now() + 2 * SETTLE_MS);
    this.#blobsOf = patient(blobs, clock);
    return await this.#runner.run();
  }

  async close(): Promise<void> {
    this.#unsubscribe();
    await this.#runner.close();
  }

  /**
   * Another process ended, perhaps before it indexed its last commits: one of the remaining processes runs the pass
   * over all rooms.
   */
  #lookSoon(): void {
    const { kv, clock } = this.#chat;
    if (clock.elapsed() - this.#askedAt < LOOK_EVERY_MS) return;
    this.#askedAt = clock.elapsed();
    // where this fails, the next daily pass finds them
    kv.commit({ set: [dueJob(LOOK)] }).catch(() => {});
  }

  /**
   * Begins the passes that are not waiting. Begins the pass over all rooms again where a changed setting moves what is
   * due.
   */
  async #begin(): Promise<void> {
    const { kv, config } = this.#chat;
    for (const pass of PASSES) {
      if (!await isWaiting(kv, pass)) await kv.commit({ set: [dueJob(pass)] });
    }
    const { value, key, versionstamp } = await kv.get(keys.upkeep());
    if (value?.retention_days === config.retentionDays) return;
    await kv.commit({
      checks: [{ key, versionstamp }],
      set: [put(keys.upkeep(), { ...value, retention_days: config.retentionDays }), dueJob(LOOK)],
    });
  }
}

/** Whether a pass is waiting. Jobs of a newer version may be stored under the same kind. */
async function isWaiting(kv: Kv, pass: Job): Promise<boolean> {
  for await (const found of slices(kv, ranges.due(kindOf(pass)), SLICE)) {
    if (found.some(({ value }) => value.kind === pass.kind)) return true;
  }
  return false;
}

function roomJobs(chat: Chat): Handlers {
  return {
    leave_rooms: (_, job) => leaveRooms(chat, job),
    erase_author: (running, job) => eraseAuthor(chat, running, job),
    end_room: (running, job) => endEmptyRoom(chat, running, job),
    trim_room: (_, { room_id }) => trimRoom(chat, room_id),
    look_at_rooms: (running, job) => lookAtRooms(chat, running, job),
  };
}
