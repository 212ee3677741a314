/**
 * Reads the rings of the other processes (ring_writer.ts), and notices which processes are gone and which signals were
 * missed. A missed hint costs a re-read for whom it concerned, missed presence a read of that process's presence keys,
 * missed ephemera nothing.
 */
import type { Clock } from "../base/clock.ts";
import { Rerun } from "../base/rerun.ts";
import { type Ephemera, keys, lastPart, type Online, ranges, type RingParts } from "../store/keys.ts";
import type { Kv } from "../store/kv.ts";
import { SCHEMA_VERSION, schemaOf } from "../store/migrations/migrations.ts";
import { isEphemeron, type Signal } from "./bus.ts";
import { forgetIsolate, LEASE_MS } from "./ring_writer.ts";

const MAX_ISOLATES = 1_000;
const RETRY_MS = 1_000;
/**
 * A process reads all n rings at most this often, however many processes write. Otherwise each write would make n
 * processes read n rings each, and n writers would cost n³ reads.
 */
const READ_EVERY_MS = 250;

/** The numbers of the last hint, ephemeron and presence change that were taken from a ring. */
interface Seen {
  hints: number;
  ephemera: number;
  presence: number;
}

export interface RingReaderOptions {
  kv: Kv;
  clock: Clock;
  /** This process's own name; its ring is skipped. */
  isolate: string;
  emit(signal: Signal): void;
  /** Called after each read with the lowest schema that a process with a live lease knows. */
  onSchema(lowest: number): void;
  /** Called after each read with whether a live process is so old that it does not know the parts of a ring. */
  onOlder?(listens: boolean): void;
  /** Called when a process has ended, perhaps between a commit and its wake (lost wake-up). */
  onGone?(): void;
  onError(error: unknown): void;
}

export class RingReader {
  readonly #options: RingReaderOptions;
  readonly #seen = new Map<string, Seen>();
  /** Whether all rings were read once: of a ring that appears after that, all signals are new. */
  #began = false;
  /**
   * When each ring was last seen to change, by this process's clock: the clocks of two machines are never compared
   * (clock skew).
   */
  readonly #changed = new Map<string, { versionstamp: string; at: number }>();
  readonly #reading = new Rerun(() => this.#readAll());
  /** Set where a listener asks for everybody's presence again. */
  #anew = false;
  #cancelRetry: (() => void) | undefined;
  #closed = false;
  #failing = false;
  #readAt = Number.NEGATIVE_INFINITY;
  #cancelWake: (() => void) | undefined;

  constructor(options: RingReaderOptions) {
    this.#options = options;
  }

  /** Resolves when everything written before the call was taken, or could not be read. */
  read(): Promise<void> {
    return this.#closed ? Promise.resolve() : this.#reading.ask();
  }

  /** Reads the rings: at once, unless the last read was just now. */
  wake(): void {
    if (this.#closed || this.#cancelWake !== undefined) return;
    const { clock } = this.#options;
    const wait = this.#readAt + READ_EVERY_MS - clock.elapsed();
    if (wait <= 0) return void this.read();
    this.#cancelWake = clock.after(wait, () => {
      this.#cancelWake = undefined;
      void this.read();
    });
  }

  /** Emits the presence of every other process again, known parts too. */
  readPresence(): Promise<void> {
    this.#anew = true;
    return this.read();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelWake?.();
    this.#cancelRetry?.();
    await this.#reading.settled();
  }

  async #readAll(): Promise<void> {
    if (this.#closed) return;
    const anew = this.#anew;
    this.#anew = false;
    try {
      await this.#readOnce(anew);
      this.#failing = false;
    } catch (error) {
      this.#anew ||= anew;
      if (!this.#failing) this.#options.onError(error);
      this.#failing = true;
      this.#retryLater();
    }
  }

  /** However many readings fail meanwhile: one each would have been one more each second for as long as the store is away. */
  #retryLater(): void {
    this.#cancelRetry ??= this.#options.clock.after(RETRY_MS, () => {
      this.#cancelRetry = undefined;
      void this.read();
    });
  }

  async #readOnce(anew: boolean): Promise<void> {
    const { kv, clock, isolate } = this.#options;
    const now = clock.elapsed();
    this.#readAt = now;
    const found = await kv.list(ranges.ephemera(), { limit: MAX_ISOLATES });
    const alive = new Set<string>();
    let lowest = SCHEMA_VERSION;
    let older = false;
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
      older ||= value.parts === undefined;
      await this.#take(name, value, anew);
    }
    for (const name of this.#seen.keys()) if (!alive.has(name)) this.#gone(name);
    for (const name of this.#changed.keys()) if (!alive.has(name)) this.#changed.delete(name);
    this.#began = true;
    this.#options.onSchema(lowest);
    this.#options.onOlder?.(older);
  }

  async #take(name: string, ring: Ephemera, anew: boolean): Promise<void> {
    const { parts } = ring;
    if (parts === undefined) return await this.#takeOlder(name, ring, anew);
    const { ephemera, presence } = parts;
    const last = {
      hints: ring.first + ring.signals.length - 1,
      ephemera: ephemera.at(-1)?.[0] ?? 0,
      presence: presence.of.at(-1)?.[0] ?? presence.since,
    };
    // for a ring that is new here, all presence is read
    const seen = this.#seen.get(name) ?? { hints: 0, ephemera: 0, ...(this.#began ? {} : last), presence: -1 };
    // another process of the same program wrote them; the hub passes over types that it does not know
    for (const [n, signal] of ephemera as [number, Signal][]) if (n > seen.ephemera) this.#options.emit(signal);
    this.#takeHints(ring, parts.dropped, seen.hints);
    this.#seen.set(name, { ...last, ephemera: Math.max(seen.ephemera, last.ephemera), presence: seen.presence });
    // after the signals: it is newer than what they say of it
    if (anew || seen.presence < presence.since) await this.#readPresence(name);
    else await this.#readChanged(name, presence.of.filter(([n]) => n > seen.presence).map(([, userId]) => userId));
    this.#seen.set(name, { ...last, ephemera: Math.max(seen.ephemera, last.ephemera) });
  }

  #takeHints({ first, signals }: Ephemera, dropped: RingParts["dropped"], seen: number): void {
    const { emit } = this.#options;
    for (const signal of signals.slice(Math.max(0, seen + 1 - first)) as Signal[]) {
      // these are among the hints only for older processes
      if (!isEphemeron(signal) && signal.type !== "presence") emit(signal);
    }
    if (first <= seen + 1) return;
    emit({ type: "control" });
    if (dropped.since > seen) return emit({ type: "lapse" });
    for (const [n, concern, id] of dropped.of) {
      if (n > seen) emit(concern === "user" ? { type: "lapse", user_id: id } : { type: "stale", of: concern, id });
    }
  }

  /** Takes the ring of an older process, which has no parts: all its signals have one sequence of numbers. */
  async #takeOlder(name: string, { first, signals }: Ephemera, anew: boolean): Promise<void> {
    const last = first + signals.length - 1;
    const known = this.#seen.get(name);
    const seen = known?.hints ?? (this.#began ? 0 : last);
    const missed = first > seen + 1;
    if (!missed) { for (const signal of signals.slice(seen + 1 - first) as Signal[]) this.#options.emit(signal); }
    if (known === undefined || missed || anew) await this.#readPresence(name);
    if (missed) this.#options.emit({ type: "lapse" });
    this.#seen.set(name, { hints: last, ephemera: 0, presence: 0 });
  }

  async #readChanged(isolate: string, userIds: string[]): Promise<void> {
    if (userIds.length === 0) return;
    const entries = await this.#options.kv.getMany(userIds.map((userId) => keys.presence(isolate, userId)));
    const online: Online[] = [];
    const offline: string[] = [];
    for (const [i, { value }] of entries.entries()) {
      const userId = userIds[i];
      if (value !== null) online.push(value);
      else if (userId !== undefined) offline.push(userId);
    }
    this.#options.emit({ type: "presence", isolate, online, offline });
  }

  async #readPresence(isolate: string): Promise<void> {
    const online: Online[] = [];
    const limit = this.#options.kv.limits.entriesABatch;
    let after = "";
    for (;;) {
      const page = await this.#options.kv.list(ranges.presence(isolate, after), { limit });
      for (const { value } of page) online.push(value);
      const last = page.at(-1);
      if (last === undefined || page.length < limit) break;
      after = lastPart(last.key);
    }
    this.#options.emit({ type: "presence", isolate, online, offline: [], all: true });
  }

  /** A process is gone. It may have died between a commit and its wake (lost wake-up). */
  #gone(isolate: string): void {
    this.#seen.delete(isolate);
    this.#options.emit({ type: "presence", isolate, online: [], offline: [], all: true });
    this.#options.emit({ type: "lapse" });
    this.#options.onGone?.();
  }
}
