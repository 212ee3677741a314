/**
 * Follows up to ten keys of a KV Connect store: one stream on a handle of its own (a stalled reader would hang the
 * connection of everything else), read without pause, and opened again when it ends.
 */
import type { Clock } from "../base/clock.ts";
import { openHandle } from "./remote.ts";

const REOPEN_MS = [100, 500, 2_000, 5_000];

export interface WatchOptions {
  url: string;
  keys: Deno.KvKey[];
  clock: Clock;
  /** Called with each key's versionstamp, in the order of `keys`; at least when one changed. */
  onChange(versionstamps: (string | null)[]): void;
  onError(error: unknown): void;
}

export class Watch {
  readonly #options: WatchOptions;
  #kv: Deno.Kv | undefined;
  #closed = false;
  #wake: () => void = () => {};
  readonly #running: Promise<void>;

  constructor(options: WatchOptions) {
    this.#options = options;
    this.#running = this.#run();
  }

  /** Begins anew with another handle, for a stream that says nothing. */
  restart(): void {
    this.#closeHandle();
  }

  /** Resolves when the handle is closed. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#closeHandle();
    this.#wake();
    await this.#running;
  }

  async #run(): Promise<void> {
    let failures = 0;
    while (!this.#closed) {
      try {
        await this.#follow(() => failures = 0);
      } catch (error) {
        if (this.#closed) return;
        this.#options.onError(error);
      }
      this.#closeHandle();
      await this.#pause(REOPEN_MS[Math.min(failures++, REOPEN_MS.length - 1)] ?? 0);
    }
  }

  async #follow(works: () => void): Promise<void> {
    const kv = await openHandle(this.#options.url, this.#options.clock);
    if (this.#closed) return kv.close();
    this.#kv = kv;
    for await (const entries of kv.watch(this.#options.keys)) {
      works();
      this.#options.onChange(entries.map((entry) => entry.versionstamp));
    }
  }

  #closeHandle(): void {
    const kv = this.#kv;
    this.#kv = undefined;
    try {
      kv?.close();
    } catch { /* it was closed by its own failure */ }
  }

  #pause(ms: number): Promise<void> {
    if (this.#closed) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = this.#options.clock.after(ms, resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
  }
}
