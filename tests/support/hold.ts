import { keyName } from "../../lib/log/draft.ts";
import type { Key } from "../../lib/store/keys.ts";
import type { Kv } from "../../lib/store/kv.ts";
import { alteredKv } from "./altered_kv.ts";

/** Delays the answer of one read of the store after the value was read. */
export class Hold {
  readonly #reached = Promise.withResolvers<void>();
  readonly #release = Promise.withResolvers<void>();
  #what: string | undefined;

  /** Its store. */
  readonly wrapKv = (kv: Kv): Kv =>
    alteredKv(kv, {
      get: async (key) => await this.#pass(keyName(key), await kv.get(key)),
      list: async (range, options) => await this.#pass(JSON.stringify(range), await kv.list(range, options)),
    });

  /** From now on the next reading of this key, or range, waits. */
  on(what: Key<unknown> | object): void {
    this.#what = Array.isArray(what) ? keyName(what) : JSON.stringify(what);
  }

  get reached(): Promise<void> {
    return this.#reached.promise;
  }

  release(): void {
    this.#release.resolve();
  }

  async #pass<T>(what: string, answer: T): Promise<T> {
    if (what !== this.#what) return answer;
    this.#what = undefined;
    this.#reached.resolve();
    await this.#release.promise;
    return answer;
  }
}
