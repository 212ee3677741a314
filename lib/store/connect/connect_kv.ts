/** A store over KV Connect, which other processes may use at the same time. */
import { ChatError, messageOf } from "../../base/errors.ts";
import { type ByteRange, byteRange, keyRange, restOf } from "../encoding/byte_range.ts";
import type { Key, Range } from "../keys.ts";
import { DENO_KV_LIMITS } from "../limits.ts";
import type { Entry, Found, Kv, Write } from "../kv.ts";
import { ConnectClient, type ConnectOptions } from "./client.ts";
import { decodeRead, decodeWrite, encodeRead, encodeWrite, entryOf } from "./messages.ts";

/** As many ranges as one read may have, and as many entries of one. */
const { keysAGet: RANGES, entriesABatch: BATCH } = DENO_KV_LIMITS;

interface WaitingGet {
  range: ByteRange;
  resolve(found: Found<unknown> | undefined): void;
  reject(error: unknown): void;
}

export class ConnectKv implements Kv {
  readonly limits = DENO_KV_LIMITS;
  readonly #client: ConnectClient;
  #gets: WaitingGet[] = [];

  private constructor(client: ConnectClient) {
    this.#client = client;
  }

  static async open(options: ConnectOptions): Promise<ConnectKv> {
    const client = new ConnectClient(options);
    await client.open();
    return new ConnectKv(client);
  }

  // the casts rely on the type that the key promises for its value

  /** The gets of one turn of the event loop go out as one request for each ten keys. */
  async get<T>(key: Key<T>): Promise<Entry<T>> {
    const range = keyRange(key);
    // the store would refuse the whole request, with the gets of other callers in it
    if (range === undefined) return entryOf(key, undefined);
    const found = await new Promise<Found<unknown> | undefined>((resolve, reject) => {
      if (this.#gets.push({ range, resolve, reject }) === 1) queueMicrotask(() => this.#sendGets());
    });
    return entryOf(key, found as Found<T> | undefined);
  }

  #sendGets(): void {
    const gets = this.#gets;
    this.#gets = [];
    for (let i = 0; i < gets.length; i += RANGES) {
      const some = gets.slice(i, i + RANGES);
      this.#read(some.map(({ range }) => range)).then(
        (found) => some.forEach((get, n) => get.resolve(found[n]?.[0])),
        (error) => some.forEach((get) => get.reject(error)),
      );
    }
  }

  async getMany<T>(keys: Key<T>[]): Promise<Entry<T>[]> {
    const ranges = keys.map(keyRange);
    const readable = ranges.filter((range) => range !== undefined);
    const tens: Promise<Found<unknown>[][]>[] = [];
    for (let i = 0; i < readable.length; i += RANGES) tens.push(this.#read(readable.slice(i, i + RANGES)));
    const found = (await Promise.all(tens)).flat();
    let at = 0;
    return keys.map((key, n) => entryOf(key, (ranges[n] && found[at++]?.[0]) as Found<T> | undefined));
  }

  async list<T>(
    range: Range<T>,
    { limit, reverse = false }: { limit: number; reverse?: boolean },
  ): Promise<Found<T>[]> {
    const all: Found<T>[] = [];
    for (let next = byteRange(range, Math.min(limit, BATCH), reverse); next.limit > 0;) {
      const [found = []] = await this.#read([next]);
      all.push(...found as Found<T>[]);
      const last = found.at(-1);
      if (last === undefined || found.length < next.limit) break;
      next = restOf(next, last.key, Math.min(limit - all.length, BATCH));
    }
    return all;
  }

  /**
   * Commits. Repeated where no answer came, so null may also mean that an earlier attempt has committed (unknown commit
   * outcome, D9).
   */
  async commit(write: Write): Promise<string | null> {
    const answer = await this.#client.call("atomic_write", encodeWrite(write));
    return understood(() => decodeWrite(answer));
  }

  close(): void {
    this.#client.close();
  }

  async #read(ranges: Parameters<typeof encodeRead>[0]): Promise<Found<unknown>[][]> {
    const answer = await this.#client.call("snapshot_read", encodeRead(ranges));
    return understood(() => decodeRead(answer));
  }
}

function understood<T>(decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    const message = `The store's answer is not understood: ${messageOf(error)}. Try again later.`;
    throw new ChatError("storage_unavailable", message, { retryAfter: 5 });
  }
}
