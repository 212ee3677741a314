/**
 * Who is online in a process: one key for each person, and in the ring the ids of the people whose keys changed. A
 * reader reads those keys, so that somebody who comes and goes ten times costs one update with the present state. A
 * reader that missed ids reads all presence keys of the process, and nothing else.
 */
import { type Key, keys, type Online, type RingParts } from "../store/keys.ts";
import { type Kv, type Put, put } from "../store/kv.ts";
import type { PresenceSignal } from "./bus.ts";
import { KEEP_MS } from "./ring_hints.ts";

const LENGTH = 8_000;
const PUTS_A_COMMIT = 50;
/** Where more people than this wait, they are written before the second is over. */
const MANY = 200;

export class PresenceChanges {
  /** Changes that are not in the store yet; null: offline. */
  readonly #waiting = new Map<string, Online | null>();
  /** The people whose keys were written, in the order of their numbers. */
  readonly #changed = new Map<string, { n: number; at: number }>();
  #last = 0;
  #since = 0;

  push({ online, offline }: PresenceSignal): void {
    for (const one of online) this.#waiting.set(one.user.id, one);
    for (const id of offline) this.#waiting.set(id, null);
  }

  isFilling(): boolean {
    return this.#waiting.size > MANY;
  }

  /** A change gets its number once its key is written: a reader that knows the number finds the key. */
  async write(kv: Kv, isolate: string, at: number): Promise<void> {
    const waiting = [...this.#waiting];
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
        if (this.#waiting.get(userId) === online) this.#waiting.delete(userId);
        this.#changed.delete(userId);
        this.#changed.set(userId, { n: ++this.#last, at });
      }
    }
  }

  /** What is to be written now. */
  record(now: number): RingParts["presence"] {
    let length = 0;
    for (const userId of this.#changed.keys()) length += userId.length + 12;
    for (const [userId, { n, at }] of this.#changed) {
      if (at >= now - KEEP_MS && length <= LENGTH) break;
      length -= userId.length + 12;
      this.#changed.delete(userId);
      this.#since = n;
    }
    return { since: this.#since, of: Array.from(this.#changed, ([userId, { n }]) => [n, userId]) };
  }
}
