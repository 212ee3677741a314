/**
 * Does the jobs that are due, kind by kind. A slow or failing kind delays no other (no head-of-line blocking). Jobs
 * that are not due yet cost nothing.
 */
import type { Clock } from "../base/clock.ts";
import { dueJob, isKnown } from "../store/jobs/due.ts";
import { Overtaken, RunningJob } from "../store/jobs/running_job.ts";
import { DUE_KINDS, type DueKind, type Job, ranges } from "../store/keys.ts";
import { type Found, type Kv, type Put, slices } from "../store/kv.ts";
import { Lease } from "../store/jobs/lease.ts";
import { LeaseWatch } from "../store/jobs/lease_watch.ts";

const SLICE = 100;
/** A job that fails is tried again after a minute, then after twice as long, and so on. */
const RETRY_MS = 60_000;
const MAX_RETRY_MS = 3_600_000;

/** Does a job; what it writes goes through `running`. Returns the jobs that follow it. */
export type Handler<K extends Job["kind"]> = (
  running: RunningJob,
  job: Extract<Job, { kind: K }>,
) => Promise<Put[] | void>;
export type Handlers = { [K in Job["kind"]]?: Handler<K> };

export interface DueOptions {
  kv: Kv;
  clock: Clock;
  /** This process's name, which no other process has. */
  name: string;
  handlers: Handlers;
}

export class DueRunner {
  readonly #options: DueOptions;
  readonly #watch: LeaseWatch;
  readonly #running = new Map<DueKind, Promise<number>>();
  #closed = false;

  constructor(options: DueOptions) {
    this.#options = options;
    this.#watch = new LeaseWatch(options.clock);
  }

  /**
   * Does the due jobs of every kind that is not under way here. Resolves with the number of jobs done; rejects with the
   * first failure, once all kinds are over.
   */
  async run(): Promise<number> {
    const passes = DUE_KINDS.filter((kind) => !this.#running.has(kind)).map((kind) => {
      const pass = this.#runKind(kind).finally(() => this.#running.delete(kind));
      this.#running.set(kind, pass);
      return pass;
    });
    const results = await Promise.allSettled(passes);
    const failed = results.find(({ status }) => status === "rejected");
    if (failed?.status === "rejected") throw failed.reason;
    return results.reduce((sum, result) => sum + (result.status === "fulfilled" ? result.value : 0), 0);
  }

  /** Resolves when the job that each kind is doing now is over. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled(this.#running.values());
  }

  async #runKind(kind: DueKind): Promise<number> {
    const { kv, clock, name } = this.#options;
    const due = () => ranges.due(kind, clock.now());
    if ((await kv.list(due(), { limit: 1 })).length === 0) return 0;
    const lease = await Lease.take({ kv, clock, watch: this.#watch, by: name }, kind);
    if (lease === undefined) return 0;
    let done = 0;
    const failures: unknown[] = [];
    try {
      // starts again from the front, where jobs are that followed others, until only jobs of a newer version are left
      for (let before = -1; before < done + failures.length;) {
        before = done + failures.length;
        // listed while the lease is held: jobs that another process did before are gone
        for await (const found of slices(kv, due(), SLICE)) {
          for (const one of found) {
            if (this.#closed || lease.isLost) return done;
            try {
              if (await this.#do(one)) done++;
            } catch (error) {
              if (!(error instanceof Overtaken)) failures.push(error);
            }
          }
        }
      }
    } finally {
      await lease.release();
    }
    if (failures.length > 0) throw failures[0];
    return done;
  }

  /** Does one job. Returns false where another process has done it, or where this version has no handler for it. */
  async #do(found: Found<Job>): Promise<boolean> {
    const { kv, handlers, clock } = this.#options;
    if (!isKnown(found.value)) return false;
    // the table has each kind's handler under its name
    const handler = handlers[found.value.kind] as Handler<Job["kind"]> | undefined;
    if (handler === undefined) return false;
    const running = await RunningJob.claim(kv, found);
    if (running === undefined) return false;
    try {
      const next = await handler(running, running.job);
      if (!running.isFinished) await running.finish({}, next ?? []);
      return true;
    } catch (error) {
      if (error instanceof Overtaken || running.isFinished) throw error;
      const { tries = 1 } = running.job;
      const wait = Math.min(RETRY_MS * 2 ** (tries - 1), MAX_RETRY_MS);
      await running.finish({}, [dueJob(running.job, clock.now() + wait)]);
      throw error;
    }
  }
}
