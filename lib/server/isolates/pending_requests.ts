/** Requests to another isolate whose answers arrive as messages. A late answer counts as none. */

export class PendingRequests<T> {
  readonly #waiting = new Map<number, (answer: T | undefined) => void>();
  readonly #timeoutMs: number;
  #last = 0;

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  /** Sends a request; `send` gets its number. Resolves with undefined where no answer came in time. */
  ask(send: (id: number) => void): Promise<T | undefined> {
    const id = ++this.#last;
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.answered(id, undefined), this.#timeoutMs);
      this.#waiting.set(id, (answer) => {
        clearTimeout(timer);
        resolve(answer);
      });
      send(id);
    });
  }

  answered(id: number, answer: T | undefined): void {
    const resolve = this.#waiting.get(id);
    this.#waiting.delete(id);
    resolve?.(answer);
  }

  /** Ends all waiting requests without an answer: the other isolate is gone. */
  end(): void {
    for (const id of [...this.#waiting.keys()]) this.answered(id, undefined);
  }
}
