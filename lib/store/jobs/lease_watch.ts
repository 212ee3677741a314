/**
 * Whether another process's lease has run out: its record has stayed unchanged for long enough by this process's own
 * monotonic clock. The clocks of two machines are never compared (clock skew).
 */
import type { Clock } from "../../base/clock.ts";

const MAX = 10_000;

export class LeaseWatch {
  readonly #clock: Pick<Clock, "elapsed">;
  readonly #seen = new Map<string, { versionstamp: string | null; at: number }>();

  constructor(clock: Pick<Clock, "elapsed">) {
    this.#clock = clock;
  }

  /** True once a record was seen with this versionstamp, and no other, for `ms`. */
  isOver(name: string, versionstamp: string | null, ms: number): boolean {
    const now = this.#clock.elapsed();
    const seen = this.#seen.get(name);
    if (seen?.versionstamp === versionstamp) return now - seen.at >= ms;
    this.#seen.delete(name);
    this.#seen.set(name, { versionstamp, at: now });
    for (const oldest of this.#seen.keys()) {
      if (this.#seen.size <= MAX) break;
      this.#seen.delete(oldest);
    }
    return false;
  }

  forget(name: string): void {
    this.#seen.delete(name);
  }
}
