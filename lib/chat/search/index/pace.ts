/**
 * Gives way to all other work: indexing runs in stretches of a few milliseconds, each with a longer rest behind it, and
 * a much longer one while many messages are sent. The backlog is indexed afterwards.
 */
const STRETCH_MS = 3;
const REST = 2;
/** Extra rest for each event a second that comes in, as a part of the stretch. */
const REST_AN_EVENT = 0.01;
/** Above this many events a second the indexer cannot keep up. It backs off further, so that sends stay fast. */
const FLOOD = 1_000;
const MOST_MS = 50;
const MOST_BUSY_MS = 1_000;

/** The work was stopped; a step that was cut off is done again at the next start. */
export class Stopped extends Error {}

export class Pace {
  #begun = performance.now();
  #stopped = false;
  readonly #events: () => number;

  /** @param events how many come in a second at present */
  constructor(events: () => number = () => 0) {
    this.#events = events;
  }

  /** Rests if the stretch is over; to be awaited between two steps. Rejects with Stopped. */
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
