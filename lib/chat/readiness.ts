/** Whether this server should be sent traffic. */
import type { Clock } from "../base/clock.ts";
import { ChatError } from "../base/errors.ts";
import { keys } from "../store/keys.ts";
import { type Kv, put } from "../store/kv.ts";

/** Within this time the last answer is repeated, because each probe of the store is a small commit. */
const CACHED_MS = 2_000;
const PROBE_MS = 2_000;

export class Readiness {
  readonly #kv: Kv;
  readonly #clock: Clock;
  #stopping = false;
  #probe: Promise<void> | undefined;
  #probedAt = Number.NEGATIVE_INFINITY;

  constructor(kv: Kv, clock: Clock) {
    this.#kv = kv;
    this.#clock = clock;
  }

  /** From now on it is not ready. */
  stop(): void {
    this.#stopping = true;
  }

  /** Throws `shutting_down`, or `storage_unavailable` where the store cannot be written. */
  async check(): Promise<void> {
    if (this.#stopping) throw new ChatError("shutting_down", "The server is stopping.", { retryAfter: 5 });
    const now = this.#clock.elapsed();
    if (this.#probe === undefined || now - this.#probedAt >= CACHED_MS) {
      this.#probedAt = now;
      this.#probe = this.#write(now);
    }
    await this.#probe;
  }

  async #write(now: number): Promise<void> {
    let timer;
    // in real time: a store that hangs must not hang the caller
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(away(`no answer within ${PROBE_MS / 1_000} s`)), PROBE_MS);
    });
    try {
      await Promise.race([this.#kv.commit({ set: [put(keys.probe(), now)] }), late]);
    } catch (error) {
      throw error instanceof ChatError ? error : away("it refused a write");
    } finally {
      clearTimeout(timer);
    }
  }
}

function away(why: string): ChatError {
  return new ChatError("storage_unavailable", `The store cannot be written: ${why}.`, { retryAfter: 1 });
}
