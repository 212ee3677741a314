/**
 * A store on PostgreSQL, which other processes may use at the same time. Each read is one statement, and so one
 * snapshot; each commit is one call of a function (schema.ts). A read is repeated until it is answered or its time is
 * over. A commit is repeated only while it has certainly not happened. Where the answer to a commit is lost, the call
 * fails with an unknown outcome, and the caller looks for what it wrote (D9; change.ts).
 */
import type { Clock } from "../../base/clock.ts";
import { ChatError } from "../../base/errors.ts";
import { byteRange, readableKey } from "../encoding/byte_range.ts";
import { decodeKey, encodeKey } from "../encoding/key_codec.ts";
import type { Key, Range } from "../keys.ts";
import type { Entry, Found, Kv, Write } from "../kv.ts";
import { POSTGRES_LIMITS } from "../limits.ts";
import { type Failed, SharedCommits } from "../shared_commits.ts";
import { decodeValue } from "../encoding/value_codec.ts";
import { encodeCommit } from "./commit.ts";
import { LastingFailure } from "../store_error.ts";
import { isGone, isUndone, serverError, storeFailure, unavailable } from "./failures.ts";
import type { Link, LinkOptions, Shared } from "./link.ts";
import { Links, NotOpened } from "./links.ts";
import { byteaArray } from "./parameters.ts";
import { COMMIT_CALL, LIST, LIST_BACKWARDS, READ, type Statement } from "./schema.ts";

/** Reads share connections: the next does not wait for the answer of the one before (pipelining). */
const READERS = 2;
/**
 * One commit at a time on a connection: pipelined commits would run one after the other, each with its own disk flush.
 */
const WRITERS = 6;
/** A read without an answer for this long means that its connection is dead. */
const READ_MS = 3_000;
/** A commit may be without an answer for this long. The server does not begin it later than that either (schema.ts). */
const COMMIT_MS = 5_000;
/** Of commits that rooms share: the next ones gather while these run. The other writers are for everything else. */
const SHARED_LANES = 2;
const FIRST_PAUSE_MS = 10;
const MAX_PAUSE_MS = 250;

interface WaitingGet {
  key: Uint8Array<ArrayBuffer>;
  resolve(found: Stored | undefined): void;
  reject(error: unknown): void;
}

interface Stored {
  value: unknown;
  versionstamp: string;
}

export interface PostgresOptions extends LinkOptions {
  /** How long a call may take, with all its repetitions. */
  callMs: number;
}

export class PostgresKv implements Kv {
  readonly limits = POSTGRES_LIMITS;
  readonly #options: PostgresOptions;
  readonly #clock: Clock;
  readonly #readers: Links;
  readonly #writers: Links;
  readonly #shared = new SharedCommits({
    limits: this.limits,
    lanes: SHARED_LANES,
    commit: (write) => this.#commit(write),
  });
  #gets: WaitingGet[] = [];

  constructor(options: PostgresOptions, shared: Shared) {
    this.#options = options;
    this.#clock = options.clock;
    this.#readers = new Links(options, shared, READERS, Infinity);
    this.#writers = new Links(options, shared, WRITERS, 1);
  }

  // the casts: a key's type says the type of its value

  /** The gets of one turn of the event loop go out as one statement. */
  async get<T>(key: Key<T>): Promise<Entry<T>> {
    const bytes = readableKey(key);
    if (bytes === undefined) return entryOf(key, undefined);
    const found = await new Promise<Stored | undefined>((resolve, reject) => {
      if (this.#gets.push({ key: bytes, resolve, reject }) === 1) queueMicrotask(() => this.#sendGets());
    });
    return entryOf(key, found);
  }

  #sendGets(): void {
    const gets = this.#gets;
    this.#gets = [];
    this.#readKeys(gets.map(({ key }) => key)).then(
      (found) => gets.forEach((get, n) => get.resolve(found.get(n))),
      (error) => gets.forEach((get) => get.reject(error)),
    );
  }

  async getMany<T>(keys: Key<T>[]): Promise<Entry<T>[]> {
    const encoded = keys.map(readableKey);
    const readable = encoded.filter((bytes) => bytes !== undefined);
    const found = readable.length === 0 ? new Map<number, Stored>() : await this.#readKeys(readable);
    let at = 0;
    return keys.map((key, n) => entryOf(key, encoded[n] && found.get(at++)));
  }

  async list<T>(
    range: Range<T>,
    { limit, reverse = false }: { limit: number; reverse?: boolean },
  ): Promise<Found<T>[]> {
    const { start, end } = byteRange(range, limit, reverse);
    const rows = await this.#read(reverse ? LIST_BACKWARDS : LIST, [start, end, limit]);
    return rows.map(([key = "", encoding = "", value = "", versionstamp = ""]) => ({
      key: decodeKey(bytesOf(key)),
      value: decodeValue(bytesOf(value), Number(encoding)) as T,
      versionstamp,
    }));
  }

  async commit(write: Write): Promise<string | null> {
    if (write.room !== undefined) return await this.#shared.commit(write);
    const done = await this.#commit(write);
    return typeof done === "string" ? done : null;
  }

  async #commit(write: Write): Promise<string | Failed> {
    const parameters = encodeCommit(write);
    const until = this.#clock.elapsed() + this.#options.callMs;
    return await this.#repeated(until, () => this.#writers.use((link) => this.#commitOn(link, parameters)));
  }

  close(): void {
    this.#readers.close();
    this.#writers.close();
  }

  /** Each entry by the index of its key in `keys`. */
  async #readKeys(keys: Uint8Array[]): Promise<Map<number, Stored>> {
    const rows = await this.#read(READ, [byteaArray(keys)]);
    return new Map(rows.map(([place, encoding, value = "", versionstamp = ""]) => [
      Number(place) - 1,
      { value: decodeValue(bytesOf(value), Number(encoding)), versionstamp },
    ]));
  }

  async #read(statement: Statement, values: unknown[]): Promise<string[][]> {
    const until = this.#clock.elapsed() + this.#options.callMs;
    return await this.#repeated(until, () =>
      this.#readers.use(async (link) => {
        try {
          return await link.run(statement, values, READ_MS);
        } catch (error) {
          const said = serverError(error);
          if (said !== undefined && isGone(said)) link.close();
          if (said !== undefined && !isGone(said) && !isUndone(said)) throw error;
          throw new Undone(error);
        }
      }));
  }

  async #commitOn(link: Link, parameters: unknown[]): Promise<string | Failed> {
    const asked = this.#clock.elapsed();
    link.takeWarning();
    let rows: string[][];
    try {
      rows = await link.run(COMMIT_CALL, [link.serverTime(COMMIT_MS) / 1_000, ...parameters], COMMIT_MS);
    } catch (error) {
      const said = serverError(error);
      if (said !== undefined && isGone(said)) link.close();
      if (said !== undefined && (isUndone(said) || said.code === "25006")) throw new Undone(error);
      throw error;
    }
    const warning = link.takeWarning();
    if (warning !== "") throw unavailable(`The store's standby may not have it (${warning}). Try again soon.`, 1);
    const [[versionstamp = null, failed, seconds = ""] = []] = rows;
    link.heard(seconds, asked);
    return versionstamp ?? failedOf(failed ?? "");
  }

  /** Repeats the call while it certainly has not happened, until its time is over. */
  async #repeated<T>(until: number, run: () => Promise<T>): Promise<T> {
    const { user, database } = this.#options.url;
    for (let pause = FIRST_PAUSE_MS;; pause = Math.min(pause * 2, MAX_PAUSE_MS)) {
      try {
        return await run();
      } catch (error) {
        const cause = error instanceof NotOpened || error instanceof Undone ? error.cause : error;
        const isFinal = cause === error || cause instanceof LastingFailure || this.#clock.elapsed() + pause > until;
        if (isFinal) throw cause instanceof ChatError ? cause : storeFailure(cause, user, database);
      }
      await new Promise((resolve) => setTimeout(resolve, pause * (0.5 + Math.random() / 2)));
    }
  }
}

/** Whether the call certainly did not happen and may be repeated. */
class Undone extends Error {
  constructor(override readonly cause: unknown) {
    super("not done");
  }
}

function entryOf<T>(key: Key<T>, found: Stored | undefined): Entry<T> {
  return { key, value: (found?.value ?? null) as T | null, versionstamp: found?.versionstamp ?? null };
}

/** `failed`: keys in hexadecimal. */
function failedOf(failed: string): Failed {
  const keys = new Set(failed.split(","));
  return (key) => keys.has(encodeKey(key).toHex());
}

/** Decodes bytea as the server writes it: `\x` and hexadecimal digits. */
function bytesOf(text: string): Uint8Array {
  return Uint8Array.fromHex(text.slice(2));
}
