/**
 * A clock that keeps the store's time. Several processes share a store, each with its machine's clock; were one an hour
 * ahead (clock skew), its events would set a room's time an hour ahead for all. Each answer of the store says its time;
 * a machine that is off by more than a little is corrected by the difference.
 */
import type { Clock } from "./clock.ts";

/**
 * The store's answers give whole seconds, so a difference of less than this is not corrected. A process may be ahead of
 * the store by this much.
 */
export const TOLERANCE_MS = 2_000;
/** An answer that took longer is too inaccurate. */
const MAX_TRIP_MS = 2_000;
/** The store's time is somewhere in the second that it says. */
const SECOND_MS = 1_000;

export class StoreClock implements Clock {
  readonly #machine: Clock;
  /** Told how far the machine's clock is ahead of the store's, in milliseconds, when that changes. */
  onSkew: (ms: number) => void = () => {};
  #correction = 0;
  #skew = 0;

  constructor(machine: Clock) {
    this.#machine = machine;
  }

  /** How far the machine's clock is ahead of the store's; 0: within the tolerance, or not known. */
  get skewMs(): number {
    return this.#skew;
  }

  now(): number {
    return this.#machine.now() + this.#correction;
  }

  elapsed(): number {
    return this.#machine.elapsed();
  }

  after(ms: number, run: () => void): () => void {
    return this.#machine.after(ms, run);
  }

  every(ms: number, run: () => void): () => void {
    return this.#machine.every(ms, run);
  }

  /** Takes the time of an answer that has just arrived; its request was sent `tripMs` ago. */
  observe(storeTime: number, tripMs: number): void {
    if (!Number.isFinite(storeTime) || tripMs > MAX_TRIP_MS) return;
    const now = this.#machine.now();
    // the answer was written at some moment of the trip
    const least = storeTime - now;
    const most = storeTime + SECOND_MS - (now - tripMs);
    if (this.#correction >= least - TOLERANCE_MS && this.#correction <= most + TOLERANCE_MS) return;
    const difference = (least + most) / 2;
    this.#correction = Math.abs(difference) <= TOLERANCE_MS ? 0 : Math.round(difference);
    this.#skew = this.#correction === 0 ? 0 : -this.#correction;
    this.onSkew(this.#skew);
  }
}
