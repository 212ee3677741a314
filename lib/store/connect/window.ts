/** Bounds how many requests are under way at once; the others wait in the order in which they came. */
export class Window {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(size: number) {
    this.#free = size;
  }

  /** Runs `request` in its turn. Rejects where the signal aborts before that. */
  async run<T>(signal: AbortSignal, request: () => Promise<T>): Promise<T> {
    await this.#enter(signal);
    try {
      return await request();
    } finally {
      const next = this.#waiting.shift();
      // a place that is passed to a waiting request is never counted as free
      if (next === undefined) this.#free++;
      else next();
    }
  }

  #enter(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#free > 0) {
      this.#free--;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const leave = () => {
        const at = this.#waiting.indexOf(enter);
        if (at >= 0) this.#waiting.splice(at, 1);
        reject(signal.reason);
      };
      const enter = () => {
        signal.removeEventListener("abort", leave);
        resolve();
      };
      this.#waiting.push(enter);
      signal.addEventListener("abort", leave, { once: true });
    });
  }
}
