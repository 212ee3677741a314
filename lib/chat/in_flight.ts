/** Bounds how many operations run at once, for one person and for all, in fair shares (D7). */
import { ChatError } from "../base/errors.ts";

/** An operation that is under way. */
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

  /** How many operations are under way, of one person or of all. */
  count(who?: string): number {
    return who === undefined ? this.#running.size : this.#of(who).length;
  }

  /**
   * Runs the work, which must end soon after its signal is aborted. Where every place is taken, one operation of the
   * person with the most is aborted for a person with fewer. Throws `rate_limited` where this person has too many under
   * way, `overloaded` where nobody has at least two more than this person.
   */
  async run<T>(who: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const mine = this.#of(who).length;
    if (mine >= this.#each) {
      throw new ChatError("rate_limited", `At most ${this.#each} uploads at a time: wait for one to end.`, {
        retryAfter: 1,
      });
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

  /** Aborts the newest operation of the person with the most (it loses the least work), for a person with `mine`. */
  #makeRoom(mine: number): void {
    const shares = Map.groupBy(this.#running, ({ who }) => who);
    const largest = [...shares.values()].reduce((most, share) => share.length > most.length ? share : most);
    const newest = largest.at(-1);
    if (newest === undefined || largest.length <= mine + 1) {
      throw new ChatError("overloaded", "The server is busy with too many uploads. Try again soon.", {
        retryAfter: 2,
      });
    }
    this.#running.delete(newest);
    newest.ends.abort(
      new ChatError(
        "overloaded",
        "The server was too busy and ended this upload for those of others. Try again soon.",
        { retryAfter: 5 },
      ),
    );
  }
}
