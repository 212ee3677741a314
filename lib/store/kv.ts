/** The store's handle: the few operations everything else is built from, so that they can cross a port as they are. */
import { ChatError, messageOf } from "../base/errors.ts";
import { GatheredGets } from "./gathered_gets.ts";
import { type Key, type Range, rest } from "./keys.ts";
import { DENO_KV_LIMITS, passSlice, type StoreLimits } from "./limits.ts";

export interface Entry<T> {
  key: Deno.KvKey;
  value: T | null;
  /** null where there is no value. Opaque: it may be compared for equality, and says nothing else. */
  versionstamp: string | null;
}

export interface Found<T> {
  key: Deno.KvKey;
  value: T;
  versionstamp: string;
}

export interface Check {
  key: Deno.KvKey;
  versionstamp: string | null;
  /**
   * Set on an absent key that nobody creates without changing another key of these checks, one that is there: a store
   * that locks keys need not lock this one.
   */
  guarded?: true;
}

export interface Write {
  /** Set where every key is this room's and no other commit to it runs: rooms may then share a transaction. */
  room?: string;
  /**
   * The commit fails unless each key still has this versionstamp; at most `limits.checksAWrite` of them. A write without
   * checks is blind: of two blind writes of a key the later one stands. A blind write lands while its call lasts, or soon
   * after, or never (fence.ts): not minutes later over a newer one.
   */
  checks?: Check[];
  set?: Put[];
  delete?: Deno.KvKey[];
}

export type Put = readonly [key: Deno.KvKey, value: unknown];

/** One mutation whose value has the type that its key promises. */
export function put<T>(key: Key<T>, value: T): Put {
  return [key, value];
}

export interface Kv {
  /** The limits of this kind of store. */
  readonly limits: StoreLimits;
  get<T>(key: Key<T>): Promise<Entry<T>>;
  /** Any number of keys; they are read in tens, not in one snapshot. */
  getMany<T>(keys: Key<T>[]): Promise<Entry<T>[]>;
  /** At most `limit` entries in key order (or reverse). */
  list<T>(range: Range<T>, options: { limit: number; reverse?: boolean }): Promise<Found<T>[]>;
  /** Returns the versionstamp, or null when a check failed. Throws `storage_unavailable`: the outcome is then unknown. */
  commit(write: Write): Promise<string | null>;
  close(): void;
}

/**
 * A range in slices. Each begins after the last key of the one before, so that entries which the caller skips do not
 * hide later ones.
 */
export async function* slices<T>(kv: Pick<Kv, "list">, range: Range<T>, limit: number): AsyncGenerator<Found<T>[]> {
  for (let next = range;;) {
    const found = await kv.list(next, { limit });
    const last = found.at(-1);
    if (last === undefined) return;
    yield found;
    if (found.length < limit) return;
    next = rest(next, last.key);
  }
}

/** The entries of a range, read in slices. */
export async function* entriesOf<T>(
  kv: Pick<Kv, "list" | "limits">,
  range: Range<T>,
  limit = kv.limits.entriesABatch,
): AsyncGenerator<Found<T>, undefined> {
  for await (const found of slices(kv, range, limit)) yield* found;
  return undefined;
}

/** Removes every key of a range, in slices; returns how many there were. */
export async function removeRange(kv: Kv, range: Range<unknown>): Promise<number> {
  for (let removed = 0;;) {
    const found = await kv.list(range, { limit: passSlice(kv.limits) });
    if (found.length === 0) return removed;
    await kv.commit({ delete: found.map(({ key }) => key) });
    removed += found.length;
  }
}

/** A store that this isolate opened itself. */
export class DirectKv implements Kv {
  readonly limits = DENO_KV_LIMITS;
  readonly #kv: Deno.Kv;
  readonly #gets: GatheredGets<Entry<unknown>>;

  /** `maxCalls`: of those that get keys, so many are under way at a time. */
  constructor(kv: Deno.Kv, maxCalls = Infinity) {
    this.#kv = kv;
    this.#gets = new GatheredGets(this.limits.keysAGet, maxCalls, (keys) => this.#getTen(keys));
  }

  get<T>(key: Key<T>): Promise<Entry<T>> {
    // the key promises the type of its value, and equal keys promise the same
    return this.#gets.get(key) as Promise<Entry<T>>;
  }

  getMany<T>(keys: Key<T>[]): Promise<Entry<T>[]> {
    return Promise.all(keys.map((key) => this.get(key)));
  }

  async #getTen(ten: Deno.KvKey[]): Promise<Entry<unknown>[]> {
    try {
      return await attempt(() => this.#kv.getMany<unknown[]>(ten));
    } catch (error) {
      if (isTooLong(error)) return await Promise.all(ten.map((key) => this.#getOne(key)));
      throw error;
    }
  }

  async #getOne(key: Deno.KvKey): Promise<Entry<unknown>> {
    try {
      return await attempt(() => this.#kv.get(key));
    } catch (error) {
      if (isTooLong(error)) return absent(key);
      throw error;
    }
  }

  async list<T>(range: Range<T>, options: { limit: number; reverse?: boolean }): Promise<Found<T>[]> {
    return await attempt(async () => {
      const found: Found<T>[] = [];
      const batchSize = Math.min(options.limit, this.limits.entriesABatch);
      for await (const entry of this.#kv.list<T>(range, { ...options, batchSize })) found.push(entry);
      return found;
    });
  }

  async commit(write: Write): Promise<string | null> {
    const atomic = this.#kv.atomic();
    for (const { key, versionstamp } of write.checks ?? []) atomic.check({ key: [...key], versionstamp });
    for (const [key, value] of write.set ?? []) atomic.set(key, value);
    for (const key of write.delete ?? []) atomic.delete(key);
    const result = await attempt(() => atomic.commit());
    return result.ok ? result.versionstamp : null;
  }

  close(): void {
    this.#kv.close();
  }
}

/** The key is longer than any that the store can have: a client may give such a name. Nothing is stored under it. */
function isTooLong(error: unknown): boolean {
  return error instanceof TypeError && error.message.includes("Key too large");
}

function absent<T>(key: Key<T>): Entry<T> {
  return { key, value: null, versionstamp: null };
}

async function attempt<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw storeFailure(error) ?? error;
  }
}

/**
 * The error to report for a failure of the store; undefined where the store was used wrongly. SQLite's own errors are
 * TypeErrors too.
 */
export function storeFailure(error: unknown): ChatError | undefined {
  const why = messageOf(error);
  if (error instanceof TypeError && !/\b(?:disk|database|I\/O)\b/.test(why)) return undefined;
  const isFull = /full|no space/i.test(why);
  if (!isFull && !/read-?only|disk I\/O/i.test(why)) {
    const message = `The store did not answer (${why}). Nothing was lost; try again soon.`;
    return new ChatError("storage_unavailable", message, { retryAfter: 1 });
  }
  const message = `${
    isFull ? "The server's disk is full" : `The server's disk accepts no writes (${why})`
  }: nothing can be written until its operator mends that. Reading still works. Try again later.`;
  return new ChatError("storage_unavailable", message, { retryAfter: 5 });
}
