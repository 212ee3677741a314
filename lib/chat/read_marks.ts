/** Read marks: what a user has read of a room. Kept in memory for half a second, so that a flood of them is one write. */
import type { Clock } from "../clock.ts";
import type { ReadRecord } from "../model.ts";
import { keys } from "../kv/keys.ts";
import { type Kv, put } from "../kv/kv.ts";

const WRITE_EVERY_MS = 500;
const MARKS_A_COMMIT = 100;
/** After a failure, of a store that is away or full. */
const AGAIN_MS = 5_000;

export class ReadMarks {
  readonly #kv: Kv;
  readonly #clock: Clock;
  readonly #onError: (error: unknown) => void;
  #waiting = new Map<string, { userId: string; roomId: string; mark: ReadRecord }>();
  #writing: Promise<void> | undefined;
  #cancel: (() => void) | undefined;

  constructor(kv: Kv, clock: Clock, onError: (error: unknown) => void) {
    this.#kv = kv;
    this.#clock = clock;
    this.#onError = onError;
  }

  set(userId: string, roomId: string, mark: ReadRecord): void {
    this.#waiting.set(`${userId}/${roomId}`, { userId, roomId, mark });
    this.#later(WRITE_EVERY_MS);
  }

  #later(ms: number): void {
    this.#cancel ??= this.#clock.after(ms, () => {
      this.#cancel = undefined;
      this.#writing = this.flush().catch((error) => {
        this.#onError(error);
        this.#later(AGAIN_MS);
      });
    });
  }

  /** The mark that waits to be written, if any: it is newer than the store's. */
  pending(userId: string, roomId: string): ReadRecord | undefined {
    return this.#waiting.get(`${userId}/${roomId}`)?.mark;
  }

  async read(userId: string, roomId: string): Promise<ReadRecord> {
    return this.pending(userId, roomId) ?? (await this.#kv.get(keys.read(userId, roomId))).value ??
      { seq: 0, messages: 0 };
  }

  /** Writes what waits; called at shutdown too. */
  async flush(): Promise<void> {
    this.#cancel?.();
    this.#cancel = undefined;
    await this.#writing;
    for (;;) {
      const batch = [...this.#waiting].slice(0, MARKS_A_COMMIT);
      if (batch.length === 0) return;
      await this.#kv.commit({ set: batch.map(([, { userId, roomId, mark }]) => put(keys.read(userId, roomId), mark)) });
      for (const [name, written] of batch) if (this.#waiting.get(name) === written) this.#waiting.delete(name);
    }
  }
}
