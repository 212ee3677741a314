/** How much of something goes on at once, for one person and for all (D7). */
import { ChatError } from "../errors.ts";

export class InFlight {
  readonly #each: number;
  readonly #all: number;
  readonly #running = new Map<string, number>();
  #total = 0;

  constructor(each: number, all: number) {
    this.#each = each;
    this.#all = all;
  }

  /** Throws `rate_limited` where this one has too many under way, `overloaded` where all have. */
  async run<T>(who: string, work: () => Promise<T>): Promise<T> {
    const running = this.#running.get(who) ?? 0;
    if (running >= this.#each) {
      throw new ChatError("rate_limited", `At most ${this.#each} at a time: wait for one to end.`, { retryAfter: 1 });
    }
    if (this.#total >= this.#all) {
      throw new ChatError("overloaded", "The server has too many of these under way. Try again soon.", {
        retryAfter: 2,
      });
    }
    this.#running.set(who, running + 1);
    this.#total++;
    try {
      return await work();
    } finally {
      this.#total--;
      const left = (this.#running.get(who) ?? 1) - 1;
      if (left > 0) this.#running.set(who, left);
      else this.#running.delete(who);
    }
  }
}
