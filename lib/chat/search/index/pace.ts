/**
 * Lets everything else go first: work comes in stretches of a few milliseconds, each with a longer rest behind it, and a
 * much longer one while much is sent. What is left behind then is caught up with afterwards.
 */
const STRETCH_MS = 3;
const REST = 2;
/** Of a stretch, more rest for each event a second that comes in meanwhile. */
const REST_AN_EVENT = 0.01;
/** As many a second, and the index falls behind anyway: more rest still. */
const FLOOD = 1_000;
const MOST_MS = 50;
const MOST_BUSY_MS = 1_000;

/** The work was told to end; what it had begun is done over at the next start. */
export class Stopped extends Error {}

export class Pace {
  #begun = performance.now();
  #stopped = false;
  readonly #events: () => number;

  /** @param events how many come in a second at present */
  constructor(events: () => number = () => 0) {
    this.#events = events;
  }

  /** To be awaited between two steps; mostly there is nothing to wait for. Rejects with Stopped. */
  async breathe(): Promise<void> {
    if (this.#stopped) throw new Stopped();
    const worked = performance.now() - this.#begun;
    if (worked < STRETCH_MS) return;
    const events = this.#events();
    const more = Math.min(worked * events * REST_AN_EVENT * Math.max(1, events / FLOOD), MOST_BUSY_MS);
    await new Promise((resolve) => setTimeout(resolve, Math.min(worked * REST, MOST_MS) + more));
    this.#begun = performance.now();
  }

  stop(): void {
    this.#stopped = true;
  }
}
