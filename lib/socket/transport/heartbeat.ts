/** Pings every socket once an interval and drops those that stayed silent for two, without a timer for each. */
import type { Clock } from "../../clock.ts";

export interface Beating {
  /** Intervals since something was heard of it; whoever hears something sets it to 0. */
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
  readonly #cancel: () => void;
  #added = 0;
  #turn = 0;

  constructor(clock: Clock, intervalMs: number) {
    this.#cancel = clock.every(Math.max(1, Math.round(intervalMs / SLOTS)), () => this.#beat());
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
    for (const one of this.#slots[this.#turn++ % SLOTS] ?? []) {
      if (one.silent >= 2) {
        one.terminate();
        continue;
      }
      one.silent++;
      one.ping();
    }
  }
}
