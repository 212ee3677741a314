/**
 * One process does the due jobs of a kind. Its lease lasts as long as others see the record change (LeaseWatch); a
 * holder that was frozen notices at its next renewal. What protects a job from being done twice is the job's own record.
 */
import type { Clock } from "../../base/clock.ts";
import { type DueKind, keys } from "../keys.ts";
import { type Kv, put } from "../kv.ts";
import type { LeaseWatch } from "./lease_watch.ts";

export const LEASE_MS = 45_000;
const RENEW_MS = 10_000;

export interface LeaseOptions {
  kv: Kv;
  clock: Clock;
  watch: LeaseWatch;
  /** This process, which no other is called. */
  by: string;
}

export class Lease {
  /** Another process has taken it. */
  isLost = false;
  readonly #options: LeaseOptions;
  readonly #kind: DueKind;
  readonly #cancel: () => void;
  #versionstamp: string;
  #n: number;
  #renewing: Promise<void> = Promise.resolve();

  private constructor(options: LeaseOptions, kind: DueKind, versionstamp: string, n: number) {
    this.#options = options;
    this.#kind = kind;
    this.#versionstamp = versionstamp;
    this.#n = n;
    this.#cancel = options.clock.every(RENEW_MS, () => {
      // a short outage of the store does not lose the lease: the others wait longer than that
      this.#renewing = this.#renewing.then(() => this.#renew()).catch(() => {});
    });
  }

  /** Takes the lease; undefined where another process has it. */
  static async take(options: LeaseOptions, kind: DueKind): Promise<Lease | undefined> {
    const { kv, watch, by } = options;
    const { key, value, versionstamp } = await kv.get(keys.lease(kind));
    if (value !== null && value.by !== by && !watch.isOver(kind, versionstamp, LEASE_MS)) return undefined;
    const n = (value?.n ?? 0) + 1;
    const done = await kv.commit({
      checks: [{ key, versionstamp }],
      set: [put(keys.lease(kind), { by, n })],
    });
    return done === null ? undefined : new Lease(options, kind, done, n);
  }

  async release(): Promise<void> {
    this.#cancel();
    await this.#renewing;
    if (this.isLost) return;
    const key = keys.lease(this.#kind);
    await this.#options.kv.commit({ checks: [{ key, versionstamp: this.#versionstamp }], delete: [key] });
  }

  async #renew(): Promise<void> {
    if (this.isLost) return;
    const { kv, by } = this.#options;
    const key = keys.lease(this.#kind);
    const done = await kv.commit({
      checks: [{ key, versionstamp: this.#versionstamp }],
      set: [put(key, { by, n: ++this.#n })],
    });
    if (done === null) this.isLost = true;
    else this.#versionstamp = done;
  }
}
