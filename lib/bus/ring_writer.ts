/**
 * What a process tells the others besides events: its last signals, numbered, in one key that it alone writes and that
 * is its lease as well. At most one write a second, unless something is urgent. Who is online is kept beside it, key
 * by key, for those who come late or missed something.
 */
import type { Clock } from "../base/clock.ts";
import { type Key, keys, type Online, OTHER_SHARD, ranges } from "../store/keys.ts";
import { type Kv, type Put, put } from "../store/kv.ts";
import { SCHEMA_VERSION } from "../store/migrations.ts";
import type { Signal } from "./bus.ts";

const WRITE_EVERY_MS = 1_000;
const RENEW_MS = 20_000;
/** A process whose ring others see unchanged for so long is gone. */
export const LEASE_MS = 45_000;
/** How long a signal stays for others to read, and how many characters of them: a value is limited to 64 KiB. */
const KEEP_MS = 10_000;
const KEEP_LENGTH = 15_000;
/** What one user alone is told does not push out what everybody must hear: a longer one is read from the store. */
const LONG = 7_000;
const PUTS_A_COMMIT = 50;
const GOODBYE_MS = 1_000;

interface Kept {
  signal: Signal;
  length: number;
  at: number;
}

export interface RingOptions {
  kv: Kv;
  clock: Clock;
  isolate: string;
  onError(error: unknown): void;
  /** Others took this process for gone: they think that nobody is online here. */
  onLapsed(): void;
}

export class RingWriter {
  readonly #options: RingOptions;
  readonly #cancelRenewal: () => void;
  #first = 1;
  #kept: Kept[] = [];
  /** How long those are together that are not in the store yet. */
  #unwritten = 0;
  /** Presence that is not in the store yet; null: offline. */
  readonly #presence = new Map<string, Online | null>();
  #writtenAt = Number.NEGATIVE_INFINITY;
  /** Of the ring as it was last written. */
  #versionstamp: string | undefined;
  #cancelWrite: (() => void) | undefined;
  #writing: Promise<void> | undefined;
  #again = false;
  #closed = false;

  constructor(options: RingOptions) {
    this.#options = options;
    this.#cancelRenewal = options.clock.every(RENEW_MS, () => {
      void this.#write();
    });
  }

  /** Takes the lease. */
  async start(): Promise<void> {
    await this.#commit();
  }

  push(signal: Signal, urgent: boolean): void {
    if (this.#closed) return;
    const at = this.#options.clock.elapsed();
    if (signal.type === "presence") {
      for (const one of signal.online) this.#presence.set(one.user.id, one);
      for (const id of signal.offline) this.#presence.set(id, null);
    }
    const kept = { ...shortened(signal), at };
    this.#kept.push(kept);
    this.#unwritten += kept.length;
    // or the first of them would be gone before anybody has read them
    if (urgent || this.#unwritten > KEEP_LENGTH / 2) return void this.#write();
    this.#cancelWrite ??= this.#options.clock.after(Math.max(0, this.#writtenAt + WRITE_EVERY_MS - at), () => {
      this.#cancelWrite = undefined;
      void this.#write();
    });
  }

  /** Gives the lease back. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelRenewal();
    this.#cancelWrite?.();
    await this.#writing;
    const { kv, isolate, onError } = this.#options;
    // a store that is away must not hold up the end: the lease runs out by itself
    let timer;
    const late = new Promise<void>((resolve) => timer = setTimeout(resolve, GOODBYE_MS));
    await Promise.race([forgetIsolate(kv, isolate).catch(onError), late]);
    clearTimeout(timer);
  }

  #write(): Promise<void> {
    if (this.#closed) return Promise.resolve();
    this.#again = true;
    this.#writing ??= this.#writeAll().finally(() => this.#writing = undefined);
    return this.#writing;
  }

  async #writeAll(): Promise<void> {
    while (this.#again && !this.#closed) {
      this.#again = false;
      try {
        await this.#commit();
      } catch (error) {
        this.#options.onError(error);
        this.#cancelWrite ??= this.#options.clock.after(WRITE_EVERY_MS, () => {
          this.#cancelWrite = undefined;
          void this.#write();
        });
      }
    }
  }

  async #commit(): Promise<void> {
    const { kv, clock, isolate } = this.#options;
    await this.#writePresence();
    const now = clock.elapsed();
    this.#unwritten = 0;
    this.#trim(now);
    const signals = this.#kept.map(({ signal }) => signal);
    const key = keys.ephemera(isolate);
    const set = [
      put(key, {
        expires_at: clock.now() + LEASE_MS,
        schema: SCHEMA_VERSION,
        first: this.#first,
        signals,
      }),
      put(keys.wake(OTHER_SHARD), true as const),
    ];
    const known = this.#versionstamp;
    let done = known === undefined ? null : await kv.commit({ checks: [{ key, versionstamp: known }], set });
    if (done === null) {
      if (known !== undefined) this.#options.onLapsed();
      done = await kv.commit({ set });
    }
    this.#versionstamp = done ?? undefined;
    this.#writtenAt = now;
  }

  async #writePresence(): Promise<void> {
    const { kv, isolate } = this.#options;
    const waiting = [...this.#presence];
    for (let i = 0; i < waiting.length; i += PUTS_A_COMMIT) {
      const some = waiting.slice(i, i + PUTS_A_COMMIT);
      const set: Put[] = [];
      const gone: Key<Online>[] = [];
      for (const [userId, online] of some) {
        const key = keys.presence(isolate, userId);
        if (online === null) gone.push(key);
        else set.push(put(key, online));
      }
      await kv.commit({ set, delete: gone });
      for (const [userId, online] of some) {
        if (this.#presence.get(userId) === online) this.#presence.delete(userId);
      }
    }
  }

  /** Who misses a signal that is gone from here sees it by its number, and reads what is so. */
  #trim(now: number): void {
    let length = 0;
    let keep = this.#kept.length;
    while (keep > 0) {
      const kept = this.#kept[keep - 1];
      if (kept === undefined || kept.at < now - KEEP_MS || length + kept.length > KEEP_LENGTH) break;
      length += kept.length;
      keep--;
    }
    this.#first += keep;
    this.#kept = this.#kept.slice(keep);
  }
}

function shortened(signal: Signal): Pick<Kept, "signal" | "length"> {
  const { length } = JSON.stringify(signal);
  if (length <= LONG || signal.type !== "user") return { signal, length };
  return shortened({ type: "lapse", user_id: signal.user_id });
}

/** Removes what a process left behind, and tells the others. */
export async function forgetIsolate(kv: Kv, isolate: string): Promise<void> {
  for (;;) {
    const found = await kv.list(ranges.presence(isolate), { limit: 200 });
    if (found.length === 0) break;
    await kv.commit({ delete: found.map(({ key }) => key) });
  }
  await kv.commit({ delete: [keys.ephemera(isolate)], set: [put(keys.wake(OTHER_SHARD), true as const)] });
}
