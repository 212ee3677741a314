/** How much of something goes on at once, for one person and for all, in fair shares (D7). */
import { ChatError } from "../base/errors.ts";

/** One that is under way. */
interface Running {
  readonly who: string;
  readonly ends: AbortController;
}

export class InFlight {
  readonly #each: number;
  readonly #all: number;
  /** The newest last. */
  readonly #running = new Set<Running>();

  constructor(each: number, all: number) {
    this.#each = each;
    this.#all = all;
  }

  /** How many are under way, of one person or of all. */
  count(who?: string): number {
    return who === undefined ? this.#running.size : this.#of(who).length;
  }

  /**
   * Runs the work, which has to end soon once its signal is aborted: where every place is taken, one of whoever holds
   * the most goes to somebody who holds fewer. Throws `rate_limited` where this one has too many under way,
   * `overloaded` where everybody holds as few.
   */
  async run<T>(who: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const mine = this.#of(who).length;
    if (mine >= this.#each) {
      throw new ChatError("rate_limited", `At most ${this.#each} at a time: wait for one to end.`, { retryAfter: 1 });
    }
    if (this.#running.size >= this.#all) this.#makeRoom(mine);
    const running: Running = { who, ends: new AbortController() };
    this.#running.add(running);
    try {
      return await work(running.ends.signal);
    } finally {
      this.#running.delete(running);
    }
  }

  #of(who: string): Running[] {
    return [...this.#running].filter((one) => one.who === who);
  }

  /** Ends the newest of whoever holds the most, for somebody who holds `mine`: the least is lost with it. */
  #makeRoom(mine: number): void {
    const shares = Map.groupBy(this.#running, ({ who }) => who);
    const largest = [...shares.values()].reduce((most, share) => share.length > most.length ? share : most);
    const newest = largest.at(-1);
    if (newest === undefined || largest.length <= mine + 1) {
      throw new ChatError("overloaded", "The server has too many of these under way. Try again soon.", {
        retryAfter: 2,
      });
    }
    this.#running.delete(newest);
    newest.ends.abort(
      new ChatError("overloaded", "Others need the place that this took: try again soon.", { retryAfter: 5 }),
    );
  }
}
