/** Lets everything else go first: work comes in stretches of a few milliseconds, each with a longer rest behind it. */
const STRETCH_MS = 3;
const REST = 2;
const MOST_MS = 50;

/** The work was told to end; what it had begun is done over at the next start. */
export class Stopped extends Error {}

export class Pace {
  #begun = performance.now();
  #stopped = false;

  /** To be awaited between two steps; mostly there is nothing to wait for. Rejects with Stopped. */
  async breathe(): Promise<void> {
    if (this.#stopped) throw new Stopped();
    const worked = performance.now() - this.#begun;
    if (worked < STRETCH_MS) return;
    await new Promise((resolve) => setTimeout(resolve, Math.min(worked * REST, MOST_MS)));
    this.#begun = performance.now();
  }

  stop(): void {
    this.#stopped = true;
  }
}
