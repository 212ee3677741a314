/**
 * Work that is asked for again and again and runs once at a time. A run under way may have read before the latest
 * change, so a caller who asks meanwhile gets a further run, which begins after the call (lost wake-up).
 */
export class Rerun<T = void> {
  readonly #work: () => Promise<T>;
  /** Never rejects. */
  #running: Promise<void> | undefined;
  #next: Promise<T> | undefined;

  constructor(work: () => Promise<T>) {
    this.#work = work;
  }

  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  /** Settles as a run that begins after the call does. All who ask during one run share the next. */
  ask(): Promise<T> {
    if (this.#running === undefined) return this.#begin();
    this.#next ??= this.#running.then(() => {
      this.#next = undefined;
      return this.#begin();
    });
    return this.#next;
  }

  /** Resolves once nothing runs and no run is asked for. */
  async settled(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  #begin(): Promise<T> {
    const run = this.#work();
    const over = () => {
      // else the next run takes over, and nobody can begin one in between
      if (this.#next === undefined) this.#running = undefined;
    };
    this.#running = run.then(over, over);
    return run;
  }
}
