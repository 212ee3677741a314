/** Time that moves on when nothing is left to do, so that a test of long waits is exact, and over at once. */
import { setImmediate } from "node:timers";
import type { Clock } from "../../lib/base/clock.ts";

export class VirtualTime implements Clock {
  #now = 0;
  #timers: { at: number; run: () => void }[] = [];

  now(): number {
    return Date.parse("2026-01-02T03:04:05Z") + this.#now;
  }

  elapsed(): number {
    return this.#now;
  }

  after(ms: number, run: () => void): () => void {
    const timer = { at: this.#now + ms, run };
    // of two timers at once the one that was set first runs first
    const place = this.#timers.findLastIndex(({ at }) => at <= timer.at) + 1;
    this.#timers.splice(place, 0, timer);
    return () => {
      const at = this.#timers.indexOf(timer);
      if (at >= 0) this.#timers.splice(at, 1);
    };
  }

  every(ms: number, run: () => void): () => void {
    let cancel = () => {};
    const next = () => {
      run();
      cancel = this.after(ms, next);
    };
    cancel = this.after(ms, next);
    return () => cancel();
  }

  pause(ms: number): Promise<void> {
    return new Promise((resolve) => void this.after(ms, resolve));
  }

  /** Moves on from timer to timer until the work is done. */
  async until<T>(work: Promise<T>): Promise<T> {
    let done = false;
    const end = () => done = true;
    work.then(end, end);
    for (;;) {
      // what follows from the last timer runs first
      for (let i = 0; i < 4; i++) await new Promise<void>((resolve) => setImmediate(resolve));
      if (done) return await work;
      const next = this.#timers.shift();
      if (next === undefined) throw new Error("the work waits for something that is not in this time");
      this.#now = next.at;
      next.run();
    }
  }
}
