/**
 * Those who come back wait here for their turn: a few are let in at a time, the rest holds nothing but its place
 * (thundering herd). So the memory of those under way is bounded, their reads do not stand in front of everybody else's
 * commands, and those who wait at the same room meet there and share what is read.
 */
import type { Clock } from "../../base/clock.ts";

const AT_ONCE = 32;
/** One that takes longer gives its place to the next, and goes on: a room whose log cannot be read holds up nobody. */
const SLOW_MS = 500;

export class Arrivals {
  readonly #clock: Clock;
  /** The longest waiting first. */
  readonly #waiting: (() => void)[] = [];
  #places = AT_ONCE;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#places > 0) this.#places--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    let isGiven = false;
    const give = () => {
      if (isGiven) return;
      isGiven = true;
      const next = this.#waiting.shift();
      // the place goes to the next one
      if (next === undefined) this.#places++;
      else next();
    };
    const cancel = this.#clock.after(SLOW_MS, give);
    try {
      return await work();
    } finally {
      cancel();
      give();
    }
  }
}
