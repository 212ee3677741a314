/**
 * Keeps blind writes from landing late. The platform's client repeats a commit for ever, so one that was given up may
 * land minutes later, over what was written meanwhile: a process that ended would be online.
 *
 * Every blind write therefore checks one key, the fence, and changes nothing of it. A process that gave up a blind
 * write moves the fence before its next blind write: from then on the one that was given up fails its check. The fence
 * is one key for all processes, so that none is left behind; a write that finds it moved by another process is
 * repeated.
 */
import type { Clock } from "../base/clock.ts";
import { ChatError } from "../base/errors.ts";
import { Rerun } from "../base/rerun.ts";
import { keys } from "./keys.ts";
import { type Kv, put, type Write } from "./kv.ts";

const AGAIN_MS = 1_000;
/** Moves of other processes that one write may meet. */
const TRIES = 20;

export class Fence {
  readonly #kv: Kv;
  readonly #clock: Clock;
  /** Gives a call up in time, with `storage_unavailable`. */
  readonly #timed: <T>(call: Promise<T>) => Promise<T>;
  /** The fence as it was read last; undefined: it has to be read. */
  #versionstamp: string | null | undefined;
  /** Runs from when a write was given up until the fence has moved. */
  readonly #moving = new Rerun(() => this.#move());
  #cancel: (() => void) | undefined;
  #closed = false;

  constructor(kv: Kv, clock: Clock, timed: <T>(call: Promise<T>) => Promise<T>) {
    this.#kv = kv;
    this.#clock = clock;
    this.#timed = timed;
  }

  async commit(write: Write): Promise<string | null> {
    for (let tries = 0; tries < TRIES; tries++) {
      if (this.#moving.isRunning) await this.#timed(this.#moving.settled());
      const key = keys.fence();
      const versionstamp = this.#versionstamp === undefined
        ? (await this.#timed(this.#kv.get(key))).versionstamp
        : this.#versionstamp;
      this.#versionstamp = versionstamp;
      try {
        const done = await this.#timed(this.#kv.commit({ ...write, checks: [{ key, versionstamp }] }));
        if (done !== null) return done;
      } catch (error) {
        if (error instanceof ChatError) void this.#moving.ask();
        throw error;
      }
      if (this.#versionstamp === versionstamp) this.#versionstamp = undefined;
    }
    throw new ChatError("storage_unavailable", "The store is too busy. Try again soon.", { retryAfter: 1 });
  }

  close(): void {
    this.#closed = true;
    this.#cancel?.();
  }

  /** Until it is done: meanwhile nothing is written blind here. */
  async #move(): Promise<void> {
    while (!this.#closed) {
      try {
        const { key, value, versionstamp } = await this.#timed(this.#kv.get(keys.fence()));
        const set = [put(keys.fence(), (value ?? 0) + 1)];
        const done = await this.#timed(this.#kv.commit({ checks: [{ key, versionstamp }], set }));
        // null: another process moved it, or an earlier try did, which fences ours as well; read it to be sure
        if (done !== null) {
          this.#versionstamp = done;
          return;
        }
      } catch {
        await new Promise<void>((resolve) => this.#cancel = this.#clock.after(AGAIN_MS, resolve));
      }
    }
  }
}
