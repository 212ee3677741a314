/**
 * Tells a dead connection from a slow store. A connection may die without a word, so a read that has waited for long
 * should be sent again; but when the store is slow, sending everything again multiplies its load (a retry storm). So one
 * read at a time is sent again, as a probe. When the probe is answered, the store is there, and the reads that were sent
 * before it and are still silent sit on dead connections: they are sent again too, each once.
 */
import type { Clock } from "../../base/clock.ts";

type Send<T> = (signal: AbortSignal) => Promise<T>;

/** A read that has waited for long. */
interface Silent {
  sentAt: number;
  sendAgain(): void;
}

export class Silence {
  readonly #clock: Clock;
  readonly #afterMs: number;
  readonly #silent = new Set<Silent>();
  #probe: Silent | null = null;

  constructor(clock: Clock, afterMs: number) {
    this.#clock = clock;
    this.#afterMs = afterMs;
  }

  /** Calls `send` once, and once more where its connection seems dead. `signal` gives both up. */
  async read<T>(signal: AbortSignal, send: Send<T>): Promise<T> {
    const first = new AbortController();
    const silent: Silent = { sentAt: this.#clock.elapsed(), sendAgain: () => first.abort() };
    const cancel = this.#clock.after(this.#afterMs, () => {
      this.#silent.add(silent);
      this.#startProbe();
    });
    try {
      return await send(AbortSignal.any([signal, first.signal]));
    } catch (error) {
      if (!first.signal.aborted || signal.aborted) throw error;
      silent.sentAt = this.#clock.elapsed();
      const answer = await send(signal);
      if (this.#probe === silent) this.#endProbe(silent.sentAt);
      return answer;
    } finally {
      cancel();
      this.#silent.delete(silent);
      if (this.#probe === silent) this.#endProbe(null);
    }
  }

  #startProbe(): void {
    const [silent] = this.#silent;
    if (this.#probe !== null || silent === undefined) return;
    this.#probe = silent;
    this.#silent.delete(silent);
    silent.sendAgain();
  }

  /** `answered`: when the probe was sent that was answered; null: it was not. */
  #endProbe(answered: number | null): void {
    this.#probe = null;
    for (const silent of this.#silent) {
      if (answered === null || silent.sentAt >= answered) continue;
      this.#silent.delete(silent);
      silent.sendAgain();
    }
    this.#startProbe();
  }
}
