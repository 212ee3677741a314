/**
 * One job while a process does it. The process has claimed the job by rewriting its record, and each of its commits
 * checks that record: a process that was frozen meanwhile, and whose job another one took, writes nothing more.
 */
import { kindOf } from "./due.ts";
import { type Job, type Key, type Range, ranges } from "../keys.ts";
import { type Entry, type Found, type Kv, type Put, put, slices, type Write } from "../kv.ts";
import type { StoreLimits } from "../limits.ts";

/** Another process has the job, or has done it. */
export class Overtaken extends Error {}

export class RunningJob<J extends Job = Job> implements Kv {
  readonly key: Key<Job>;
  /** Whether the job's effect and its removal were committed, in one atomic. */
  isFinished = false;
  #job: J;
  #versionstamp: string;
  readonly #kv: Kv;

  constructor(kv: Kv, key: Key<Job>, job: J, versionstamp: string) {
    this.#kv = kv;
    this.key = key;
    this.#job = job;
    this.#versionstamp = versionstamp;
  }

  /** Claims a job; undefined where it has changed since it was found. */
  static async claim(kv: Kv, { key, value, versionstamp }: Found<Job>): Promise<RunningJob | undefined> {
    const job = { ...value, tries: (value.tries ?? 0) + 1 };
    const done = await kv.commit({ checks: [{ key, versionstamp }], set: [put<Job>(key, job)] });
    return done === null ? undefined : new RunningJob(kv, key, job, done);
  }

  /** Each commit checks the job's own record as well. */
  get limits(): StoreLimits {
    return { ...this.#kv.limits, checksAWrite: this.#kv.limits.checksAWrite - 1 };
  }

  get job(): J {
    return this.#job;
  }

  get<T>(key: Key<T>): Promise<Entry<T>> {
    return this.#kv.get(key);
  }

  getMany<T>(wanted: Key<T>[]): Promise<Entry<T>[]> {
    return this.#kv.getMany(wanted);
  }

  list<T>(range: Range<T>, options: { limit: number; reverse?: boolean }): Promise<Found<T>[]> {
    return this.#kv.list(range, options);
  }

  /** Throws Overtaken where the job is another's by now; null: one of the write's own checks failed. */
  async commit(write: Write): Promise<string | null> {
    const own = { key: this.key, versionstamp: this.#versionstamp };
    const done = await this.#kv.commit({ ...write, checks: [...write.checks ?? [], own] });
    if (done === null && (await this.#kv.get(this.key)).versionstamp !== this.#versionstamp) throw new Overtaken();
    return done;
  }

  /**
   * Removes the other waiting jobs of this job's kind. For a repeating pass, which two processes may both have
   * scheduled.
   */
  async alone(): Promise<void> {
    for await (const found of slices(this, ranges.due(kindOf(this.job)), 100)) {
      const same = found.filter(({ value }) => value.kind === this.job.kind);
      const others = same.filter(({ key }) => key[2] !== this.key[2]).map(({ key }) => key);
      if (others.length > 0) await this.commit({ delete: others });
    }
  }

  /** Saves the job's progress, for the process that continues it. */
  async save(job: J): Promise<void> {
    const done = await this.commit({ set: [put<Job>(this.key, job)] });
    if (done === null) throw new Overtaken();
    this.#versionstamp = done;
    this.#job = job;
  }

  /** Commits the job's effect and its removal in one atomic, with the jobs that follow it, `next`. */
  async finish(write: Write = {}, next: Put[] = []): Promise<string | null> {
    const again = next.some(([key]) => key.join("\0") === this.key.join("\0"));
    const done = await this.commit({
      ...write,
      set: [...write.set ?? [], ...next],
      delete: [...write.delete ?? [], ...(again ? [] : [this.key])],
    });
    if (done !== null) this.isFinished = true;
    return done;
  }

  close(): void {
    this.#kv.close();
  }
}
