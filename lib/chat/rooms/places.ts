/** How many long operations (downloads) may run at once for one user, and for one address (D7). */
import { ChatError } from "../../base/errors.ts";

export interface Counted {
  who: string;
  most: number;
}

export class Places {
  readonly #what: string;
  readonly #taken = new Map<string, number>();

  /** `what` completes "Too many … at once". */
  constructor(what: string) {
    this.#what = what;
  }

  /** How many are counted. */
  get size(): number {
    return this.#taken.size;
  }

  /** Takes a place of each, or none; returns what gives them back, once. Throws `rate_limited`. */
  take(counted: readonly Counted[]): () => void {
    if (counted.some(({ who, most }) => (this.#taken.get(who) ?? 0) >= most)) {
      throw new ChatError("rate_limited", `Too many ${this.#what} at once. Wait for one to end.`, { retryAfter: 1 });
    }
    for (const { who } of counted) this.#taken.set(who, (this.#taken.get(who) ?? 0) + 1);
    let given = false;
    return () => {
      if (given) return;
      given = true;
      for (const { who } of counted) this.#giveBack(who);
    };
  }

  #giveBack(who: string): void {
    const left = (this.#taken.get(who) ?? 1) - 1;
    if (left > 0) this.#taken.set(who, left);
    else this.#taken.delete(who);
  }
}
