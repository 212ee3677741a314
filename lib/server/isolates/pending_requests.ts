/** Questions to another isolate whose answers come as messages. One that is late counts as no answer. */

export class PendingRequests<T> {
  readonly #waiting = new Map<number, (answer: T | undefined) => void>();
  readonly #timeoutMs: number;
  #last = 0;

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  /** `send` is given the question's number. undefined: there was no answer in time. */
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

  /** Nobody answers any more. */
  end(): void {
    for (const id of [...this.#waiting.keys()]) this.answered(id, undefined);
  }
}
