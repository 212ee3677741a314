/**
 * Gets of single keys that wait for the store are gathered: those of all callers go out as calls of ten keys, and a key
 * that several callers wait for is read once. On a file only a few calls are under way at a time, so that thousands of
 * readers do not stand in front of a commit. A get is answered by a read that began after it: one whose read is already under way is
 * never joined.
 *
 * What is read is shared between callers, who do not change it.
 */
interface Waiting<E> {
  key: Deno.KvKey;
  answer: Promise<E>;
  resolve(entry: E): void;
  reject(error: unknown): void;
}

/** `E`: what a read says of a key. */
export class GatheredGets<E> {
  readonly #keysACall: number;
  readonly #maxCalls: number;
  readonly #read: (keys: Deno.KvKey[]) => Promise<E[]>;
  /** By the key's name, the longest waiting first. */
  readonly #waiting = new Map<string, Waiting<E>>();
  #calls = 0;
  #isDue = false;

  /** `read` answers a call of at most `keysACall` keys, in their order; `maxCalls` of them are under way at a time. */
  constructor(keysACall: number, maxCalls: number, read: (keys: Deno.KvKey[]) => Promise<E[]>) {
    this.#keysACall = keysACall;
    this.#maxCalls = maxCalls;
    this.#read = read;
  }

  get(key: Deno.KvKey): Promise<E> {
    const name = JSON.stringify(key);
    let waiting = this.#waiting.get(name);
    if (waiting === undefined) {
      const { promise, resolve, reject } = Promise.withResolvers<E>();
      waiting = { key, answer: promise, resolve, reject };
      this.#waiting.set(name, waiting);
      this.#askSoon();
    }
    return waiting.answer;
  }

  /** At the end of this turn, so that the gets that a caller makes together go out together. */
  #askSoon(): void {
    if (this.#isDue || this.#calls >= this.#maxCalls) return;
    this.#isDue = true;
    queueMicrotask(() => {
      this.#isDue = false;
      while (this.#waiting.size > 0 && this.#calls < this.#maxCalls) void this.#ask();
    });
  }

  async #ask(): Promise<void> {
    const some: Waiting<E>[] = [];
    for (const [name, waiting] of this.#waiting) {
      if (some.length === this.#keysACall) break;
      this.#waiting.delete(name);
      some.push(waiting);
    }
    this.#calls++;
    try {
      const entries = await this.#read(some.map(({ key }) => key));
      for (const [i, waiting] of some.entries()) {
        const entry = entries[i];
        if (entry === undefined) waiting.reject(new Error("the store answered too few keys"));
        else waiting.resolve(entry);
      }
    } catch (error) {
      for (const { reject } of some) reject(error);
    } finally {
      this.#calls--;
      this.#askSoon();
    }
  }
}
