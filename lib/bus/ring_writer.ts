/**
 * Writes the signals of a process to the others, besides wakes. They stand in one key, the process's ring, which it
 * alone writes and which is also its lease. The ring keeps three kinds of signals apart, so that a flood of one kind
 * does not push out the others: hints (ring_hints.ts), ephemera (ring_ephemera.ts), and whose presence changed
 * (ring_presence.ts). It is written at most once a second, unless a signal is urgent or many wait.
 *
 * A value is limited to 64 KiB, and a character takes up to two bytes of it: 15,000 characters of hints, 6,000 of
 * ephemera, and 14,000 of ids, which are ASCII.
 */
import type { Clock } from "../base/clock.ts";
import { realTimer, storeIsAway, within } from "../base/within.ts";
import { Rerun } from "../base/rerun.ts";
import { keys, OTHER_SHARD, ranges } from "../store/keys.ts";
import { type Kv, put } from "../store/kv.ts";
import { SCHEMA_VERSION } from "../store/migrations/migrations.ts";
import { type EncodedEvent, isEphemeron, type Signal } from "./bus.ts";
import { EphemeraSlots } from "./ring_ephemera.ts";
import { HintRing } from "./ring_hints.ts";
import { PresenceChanges } from "./ring_presence.ts";

const WRITE_EVERY_MS = 1_000;
const RENEW_MS = 20_000;
/** A process whose ring the others see unchanged for this long counts as gone. */
export const LEASE_MS = 45_000;
const GOODBYE_MS = 1_000;

export interface RingOptions {
  kv: Kv;
  clock: Clock;
  isolate: string;
  onError(error: unknown): void;
  /** Called when the others took this process for gone: they believe that nobody is online here. */
  onLapsed(): void;
  /** Called when the ring has been written, on a store where the wake keys are not watched. */
  onWritten?(): void;
}

export class RingWriter {
  readonly #options: RingOptions;
  readonly #cancelRenewal: () => void;
  readonly #hints = new HintRing();
  readonly #ephemera = new EphemeraSlots();
  readonly #presence = new PresenceChanges();
  #olderListen = false;
  #writtenAt = Number.NEGATIVE_INFINITY;
  /** The versionstamp of the ring as it was last written. */
  #versionstamp: string | undefined;
  #cancelWrite: (() => void) | undefined;
  readonly #writing = new Rerun(() => this.#writeAll());
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

  /**
   * Whether there are older processes, which do not know the parts of a ring. For them, all signals are written among
   * the hints.
   */
  set olderListen(olderListen: boolean) {
    this.#olderListen = olderListen;
  }

  push(signal: Signal, urgent: boolean): void {
    if (this.#closed) return;
    const at = this.#options.clock.elapsed();
    const isHint = !this.#pushPart(signal, at);
    if (isHint || this.#olderListen) this.#hints.push(signal, at);
    if (urgent || this.#hints.isFilling() || this.#presence.isFilling()) return void this.#write();
    this.#cancelWrite ??= this.#options.clock.after(Math.max(0, this.#writtenAt + WRITE_EVERY_MS - at), () => {
      this.#cancelWrite = undefined;
      void this.#write();
    });
  }

  /**
   * Publishes the joins among a room's new events. Another process where the user is online does not follow the room
   * yet, so the room's wake would not reach it.
   */
  pushJoins(room_id: string, events: EncodedEvent[]): void {
    for (const { type, user_id, seq } of events) {
      if (type === "join") this.push({ type: "joined", room_id, user_id, seq }, true);
    }
  }

  /** Adds a signal to its part of the ring. Returns false for a hint. */
  #pushPart(signal: Signal, at: number): boolean {
    if (signal.type === "presence") this.#presence.push(signal);
    else if (isEphemeron(signal)) this.#ephemera.push(signal, at);
    else return false;
    return true;
  }

  /** Gives the lease back. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelRenewal();
    this.#cancelWrite?.();
    await this.#writing.settled();
    const { kv, isolate, onError } = this.#options;
    // a store that does not answer must not delay the stop: the lease expires by itself
    const forgotten = forgetIsolate(kv, isolate).catch(onError);
    await within(realTimer, GOODBYE_MS, forgotten, storeIsAway).catch(() => {});
  }

  #write(): Promise<void> {
    return this.#closed ? Promise.resolve() : this.#writing.ask();
  }

  async #writeAll(): Promise<void> {
    if (this.#closed) return;
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

  async #commit(): Promise<void> {
    const { kv, clock, isolate } = this.#options;
    await this.#presence.write(kv, isolate, clock.elapsed());
    const now = clock.elapsed();
    const { first, signals, dropped } = this.#hints.record(now);
    const parts = { dropped, ephemera: this.#ephemera.record(now), presence: this.#presence.record(now) };
    const key = keys.ephemera(isolate);
    const set = [
      put(key, {
        expires_at: clock.now() + LEASE_MS,
        schema: SCHEMA_VERSION,
        first,
        signals,
        parts,
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
    this.#options.onWritten?.();
  }
}

/** Removes what a process that is gone left in the store, and wakes the others. */
export async function forgetIsolate(kv: Kv, isolate: string): Promise<void> {
  for (;;) {
    const found = await kv.list(ranges.presence(isolate), { limit: 200 });
    if (found.length === 0) break;
    await kv.commit({ delete: found.map(({ key }) => key) });
  }
  await kv.commit({ delete: [keys.ephemera(isolate)], set: [put(keys.wake(OTHER_SHARD), true as const)] });
}
