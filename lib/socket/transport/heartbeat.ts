/** Pings every socket once an interval, without a timer for each, and drops those that stayed silent until the next. */
import type { Clock } from "../../base/clock.ts";

export interface Beating {
  /** Intervals without a word from the peer; each frame or pong sets it to 0. */
  silent: number;
  /** Which part of the interval it belongs to. */
  slot: number;
  ping(): void;
  terminate(): void;
}

/** The interval is cut into parts, so that thousands of sockets are not pinged in one go. */
const SLOTS = 16;

export class Heartbeat<T extends Beating> {
  readonly #slots: Set<T>[] = Array.from({ length: SLOTS }, () => new Set<T>());
  readonly #clock: Clock;
  readonly #everyMs: number;
  readonly #cancel: () => void;
  #added = 0;
  #turn = 0;
  #beatAt: number;

  constructor(clock: Clock, intervalMs: number) {
    this.#clock = clock;
    this.#everyMs = Math.max(1, Math.round(intervalMs / SLOTS));
    this.#beatAt = clock.elapsed();
    this.#cancel = clock.every(this.#everyMs, () => this.#beat());
  }

  add(one: T): void {
    one.slot = this.#added++ % SLOTS;
    this.#slots[one.slot]?.add(one);
  }

  remove(one: T): void {
    this.#slots[one.slot]?.delete(one);
  }

  stop(): void {
    this.#cancel();
  }

  #beat(): void {
    const now = this.#clock.elapsed();
    // after a stall of our own, what peers said meanwhile has not been read yet
    const stalled = now - this.#beatAt > 2 * this.#everyMs + 1_000;
    this.#beatAt = now;
    for (const one of this.#slots[this.#turn++ % SLOTS] ?? []) {
      if (one.silent >= 1 && !stalled) {
        one.terminate();
        continue;
      }
      one.silent++;
      one.ping();
    }
  }
}
