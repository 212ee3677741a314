/** One store in memory for several append queues, each a process as far as they know; in virtual time. */
import { makeRules } from "../../lib/log/rules/rules.ts";
import { Appender } from "../../lib/log/append.ts";
import type { Appended } from "../../lib/log/draft.ts";
import type { AppenderOptions } from "../../lib/log/append_options.ts";
import type { Key } from "../../lib/store/keys.ts";
import { DENO_KV_LIMITS } from "../../lib/store/limits.ts";
import type { Entry, Found, Kv, Write } from "../../lib/store/kv.ts";
import { VirtualTime } from "./virtual_time.ts";

const DAY = 86_400_000;
/** As a KV Connect server on the same machine: on the way, and for a commit and each of its keys. */
const TRIP_MS = 0.5;
const COMMIT_MS = 1.3;
const MUTATION_MS = 0.1;

export class ContendedStore {
  readonly time = new VirtualTime();
  readonly #entries = new Map<string, { key: Deno.KvKey; value: unknown; versionstamp: string }>();
  #commits = 0;
  /** When the store is through with the commits that it has. */
  #busyUntil = 0;

  constructor(entries: Iterable<readonly [Deno.KvKey, unknown]>) {
    this.#apply({ set: [...entries] });
  }

  /** A process's handle. `slower`: its network takes so many times as long. */
  handle(slower = 1): Kv {
    const trip = () => this.time.pause(TRIP_MS * slower);
    const getMany = async <T>(keys: Key<T>[]): Promise<Entry<T>[]> => {
      await trip();
      const found = keys.map((key) => this.peek(key));
      await trip();
      return found;
    };
    return {
      limits: DENO_KV_LIMITS,
      getMany,
      get: async <T>(key: Key<T>): Promise<Entry<T>> => (await getMany([key]))[0] ?? absent(key),
      list: () => Promise.resolve<Found<never>[]>([]),
      commit: async (write: Write) => {
        await trip();
        const took = COMMIT_MS + MUTATION_MS * ((write.set ?? []).length + (write.delete ?? []).length);
        this.#busyUntil = Math.max(this.#busyUntil, this.time.elapsed()) + took;
        await this.time.pause(this.#busyUntil - this.time.elapsed());
        const versionstamp = this.#apply(write);
        await trip();
        return versionstamp;
      },
      close() {},
    };
  }

  peek<T>(key: Key<T>): Entry<T> {
    const found = this.#entries.get(JSON.stringify(key));
    // the key says the type
    return found === undefined ? absent(key) : { ...found, value: found.value as T };
  }

  process(more: Partial<AppenderOptions> = {}): { appender: Appender; announced: Appended[] } {
    const announced: Appended[] = [];
    const appender = new Appender({
      kv: this.handle(),
      clock: this.time,
      timer: (ms, run) => this.time.after(ms, run),
      remember: 0,
      guesses: 0,
      shared: true,
      rules: makeRules({ idempotencyMs: 7 * DAY }),
      committed: (_, events) => void announced.push(...events),
      onError: (error) => {
        throw error;
      },
      ...more,
    });
    return { appender, announced };
  }

  #apply({ checks = [], set = [], delete: gone = [] }: Write): string | null {
    if (checks.some(({ key, versionstamp }) => this.peek(key).versionstamp !== versionstamp)) return null;
    const versionstamp = String(++this.#commits).padStart(20, "0");
    for (const [key, value] of set) {
      this.#entries.set(JSON.stringify(key), { key, value: structuredClone(value), versionstamp });
    }
    for (const key of gone) this.#entries.delete(JSON.stringify(key));
    return versionstamp;
  }
}

function absent<T>(key: Key<T>): Entry<T> {
  return { key, value: null, versionstamp: null };
}
