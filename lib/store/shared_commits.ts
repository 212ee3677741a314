/**
 * Rooms share commits: what waits while a commit runs goes into the next one together, so that many rooms cost one write
 * to disk and one call of the store. A commit in which one room's check failed is done again without that room.
 */
import { setImmediate } from "node:timers";
import type { Write } from "./kv.ts";
import { estimatedMutations, type StoreLimits } from "./limits.ts";

/** Tells whether the check of a key failed. */
export type Failed = (key: Deno.KvKey) => boolean;

export interface SharedCommitsOptions {
  limits: StoreLimits;
  /** How many commits run at a time. */
  lanes: number;
  /**
   * Returns the versionstamp; where a check failed, which one, or null where the store does not say that. Throws a
   * TypeError where the commit is over a limit: nothing was written then.
   */
  commit(write: Write): Promise<string | Failed | null>;
}

interface Waiting {
  write: Write;
  resolve(versionstamp: string | null): void;
  reject(error: unknown): void;
}

export class SharedCommits {
  readonly #options: SharedCommitsOptions;
  #waiting: Waiting[] = [];
  #lanes = 0;
  /** Whether the last commit was of several rooms. */
  #isShared = false;

  constructor(options: SharedCommitsOptions) {
    this.#options = options;
  }

  /** A room has one such commit at a time, so the keys of those that wait are disjoint. */
  commit(write: Write): Promise<string | null> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ write, resolve, reject });
      if (this.#lanes < this.#options.lanes) void this.#run();
    });
  }

  async #run(): Promise<void> {
    this.#lanes++;
    // where many rooms are busy, their commits come in one turn of the event loop: the first must not go alone
    if (this.#isShared) await new Promise<void>((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) {
      const together = this.#waiting.splice(0, this.#shareable());
      this.#isShared = together.length > 1;
      await this.#together(together);
    }
    this.#lanes--;
  }

  /** How many of those in front fit into one commit. */
  #shareable(): number {
    const { limits } = this.#options;
    const most = { checks: limits.checks, mutations: estimatedMutations(limits) };
    let checks = 0;
    let mutations = 0;
    let count = 0;
    for (const { write } of this.#waiting) {
      checks += write.checks?.length ?? 0;
      mutations += (write.set?.length ?? 0) + (write.delete?.length ?? 0);
      if (count > 0 && (checks > most.checks || mutations > most.mutations)) break;
      count++;
    }
    return count;
  }

  async #together(waiting: Waiting[]): Promise<void> {
    const [first, ...others] = waiting;
    if (first === undefined) return;
    let failed: Failed | null = null;
    try {
      const done = await this.#options.commit(others.length === 0 ? first.write : merged(waiting));
      if (typeof done === "string") return waiting.forEach(({ resolve }) => resolve(done));
      if (others.length === 0) return first.resolve(null);
      failed = done;
    } catch (error) {
      // over a limit of the store: one of them is to blame, or all together
      const mayBeOne = error instanceof TypeError && others.length > 0;
      if (!mayBeOne) return waiting.forEach(({ reject }) => reject(error));
    }
    await this.#without(failed, waiting);
  }

  /** Nothing was written: tells those whose check failed, and does the others. */
  async #without(failed: Failed | null, waiting: Waiting[]): Promise<void> {
    const hasFailed = ({ write }: Waiting) => write.checks?.some(({ key }) => failed?.(key)) === true;
    const left = waiting.filter((one) => !hasFailed(one));
    if (left.length < waiting.length) {
      for (const one of waiting) if (hasFailed(one)) one.resolve(null);
      return await this.#together(left);
    }
    // the one at fault (poison command) is found by halving, so that the others lose little time
    const half = waiting.length >> 1;
    await this.#together(waiting.slice(0, half));
    await this.#together(waiting.slice(half));
  }
}

function merged(waiting: readonly Waiting[]): Write {
  return {
    checks: waiting.flatMap(({ write }) => write.checks ?? []),
    set: waiting.flatMap(({ write }) => write.set ?? []),
    delete: waiting.flatMap(({ write }) => write.delete ?? []),
  };
}
