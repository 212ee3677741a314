/** Reads what the other processes tell (ring_writer.ts), and notices who is gone and what was missed. */
import type { Clock } from "../base/clock.ts";
import { type Ephemera, lastPart, type Online, ranges } from "../store/keys.ts";
import type { Kv } from "../store/kv.ts";
import { SCHEMA_VERSION, schemaOf } from "../store/migrations.ts";
import type { Signal } from "./bus.ts";
import { forgetIsolate, LEASE_MS } from "./ring_writer.ts";

const MAX_ISOLATES = 1_000;
const PAGE = 500;
const RETRY_MS = 1_000;

export interface RingReaderOptions {
  kv: Kv;
  clock: Clock;
  /** Ours, whose ring is passed over. */
  isolate: string;
  emit(signal: Signal): void;
  /** Told after each reading: the lowest schema that a process knows whose lease lives. */
  onSchema(lowest: number): void;
  onError(error: unknown): void;
}

export class RingReader {
  readonly #options: RingReaderOptions;
  /** The number of the last signal taken, by isolate. */
  readonly #seen = new Map<string, number>();
  /** Everything was read once: of a ring that appears after that, all its signals are news. */
  #began = false;
  /** When each ring was last seen to change: the clocks of two machines are not compared. */
  readonly #changed = new Map<string, { versionstamp: string; at: number }>();
  #reading: Promise<void> | undefined;
  #again = false;
  /** Somebody listens who did not before. */
  #anew = false;
  #closed = false;
  #failing = false;

  constructor(options: RingReaderOptions) {
    this.#options = options;
  }

  /** Resolves when everything written before the call was taken, or could not be read. */
  read(): Promise<void> {
    if (this.#closed) return Promise.resolve();
    this.#again = true;
    this.#reading ??= this.#readAll().finally(() => this.#reading = undefined);
    return this.#reading;
  }

  /** Tells who is online everywhere, as far as it was told before too. */
  readPresence(): Promise<void> {
    this.#anew = true;
    return this.read();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#reading;
  }

  async #readAll(): Promise<void> {
    while (this.#again && !this.#closed) {
      this.#again = false;
      const anew = this.#anew;
      this.#anew = false;
      try {
        await this.#readOnce(anew);
        this.#failing = false;
      } catch (error) {
        this.#anew ||= anew;
        if (!this.#failing) this.#options.onError(error);
        this.#failing = true;
        this.#options.clock.after(RETRY_MS, () => void this.read());
      }
    }
  }

  async #readOnce(anew: boolean): Promise<void> {
    const { kv, clock, isolate } = this.#options;
    const now = clock.elapsed();
    const found = await kv.list(ranges.ephemera(), { limit: MAX_ISOLATES });
    const alive = new Set<string>();
    let lowest = SCHEMA_VERSION;
    for (const { key, value, versionstamp } of found) {
      const name = lastPart(key);
      if (name === isolate) continue;
      const last = this.#changed.get(name);
      if (last?.versionstamp !== versionstamp) this.#changed.set(name, { versionstamp, at: now });
      else if (now - last.at > LEASE_MS) {
        await forgetIsolate(kv, name);
        continue;
      }
      alive.add(name);
      lowest = Math.min(lowest, schemaOf(value));
      await this.#take(name, value, anew);
    }
    for (const name of this.#seen.keys()) if (!alive.has(name)) this.#gone(name);
    for (const name of this.#changed.keys()) if (!alive.has(name)) this.#changed.delete(name);
    this.#began = true;
    this.#options.onSchema(lowest);
  }

  async #take(name: string, { first, signals }: Ephemera, anew: boolean): Promise<void> {
    const last = first + signals.length - 1;
    const known = this.#seen.get(name);
    const seen = known ?? (this.#began ? 0 : last);
    const missed = first > seen + 1;
    if (!missed) {
      // another process of the same program wrote them; the hub passes over types that it does not know
      for (const signal of signals.slice(seen + 1 - first) as Signal[]) this.#options.emit(signal);
    }
    // after the signals: it is newer than what they say of it
    if (known === undefined || missed || anew) await this.#readPresence(name);
    if (missed) this.#options.emit({ type: "lapse" });
    this.#seen.set(name, last);
  }

  async #readPresence(isolate: string): Promise<void> {
    const online: Online[] = [];
    let after = "";
    for (;;) {
      const page = await this.#options.kv.list(ranges.presence(isolate, after), { limit: PAGE });
      for (const { value } of page) online.push(value);
      const last = page.at(-1);
      if (last === undefined || page.length < PAGE) break;
      after = lastPart(last.key);
    }
    this.#options.emit({ type: "presence", isolate, online, offline: [], all: true });
  }

  /** It may have died between a commit and its signal. */
  #gone(isolate: string): void {
    this.#seen.delete(isolate);
    this.#options.emit({ type: "presence", isolate, online: [], offline: [], all: true });
    this.#options.emit({ type: "lapse" });
  }
}
