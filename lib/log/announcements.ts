/**
 * Announces one room's commits in their order (D5). A commit is valid whether or not it was announced, so a failure to
 * announce never reaches the queue: it wakes the readers, which then read the log, and the announcement is repeated
 * until it works.
 */
import type { Clock } from "../base/clock.ts";
import type { Appended } from "./draft.ts";

const RETRY_MS = [50, 250, 1_000, 2_000, 5_000];
/**
 * How many events wait while announcing fails. The oldest are dropped: readers who get the later ones see the gap, and
 * read it from the log.
 */
const MAX_EVENTS = 1_000;

export interface AnnouncementsOptions {
  clock: Pick<Clock, "after">;
  announce(events: Appended[]): void | Promise<void>;
  /** Called at the first of several failures in a row. */
  failed(error: unknown): void;
}

export class Announcements {
  readonly #options: AnnouncementsOptions;
  /** By commit, the oldest first. */
  #waiting: Appended[][] = [];
  #running: Promise<void> | undefined;

  constructor(options: AnnouncementsOptions) {
    this.#options = options;
  }

  push(events: Appended[]): void {
    if (events.length === 0) return;
    this.#waiting.push(events);
    this.#running ??= this.#run();
  }

  /** Resolves when everything that was pushed is announced. */
  async settled(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  async #run(): Promise<void> {
    await Promise.resolve(); // the senders of the commands are answered first
    for (let failures = 0;;) {
      const [events] = this.#waiting;
      if (events === undefined) {
        // in the same turn as the check: a push in between would find it still running, and be lost (lost wake-up)
        this.#running = undefined;
        return;
      }
      try {
        await this.#options.announce(events);
        failures = 0;
        if (this.#waiting[0] === events) this.#waiting.shift();
      } catch (error) {
        if (failures === 0) this.#options.failed(error);
        const ms = RETRY_MS[Math.min(failures++, RETRY_MS.length - 1)] ?? 0;
        await new Promise<void>((resolve) => this.#options.clock.after(ms, resolve));
        this.#dropOldest();
      }
    }
  }

  #dropOldest(): void {
    let count = 0;
    const kept = this.#waiting.findLastIndex(({ length }) => (count += length) > MAX_EVENTS);
    // the newest commit stays, however large it is: readers notice the gap before it
    this.#waiting.splice(0, Math.min(kept + 1, this.#waiting.length - 1));
  }
}
