/** Who is looking at a page now, on any device. Pages report it and the bus carries it; a report expires after KEEP_MS. */
import type { Bus } from "../../bus/bus.ts";
import type { Clock } from "../../base/clock.ts";

/** Longer than four minutes, after which pages report again: seldom, because processes tell each other through the store. */
const KEEP_MS = 300_000;
const MAX = 50_000;

export class Activity {
  readonly #clock: Clock;
  readonly #unsubscribe: () => void;
  /** When each page last reported, by user and socket; the oldest report first. */
  readonly #active = new Map<string, Map<string, number>>();

  constructor(bus: Bus, clock: Clock) {
    this.#clock = clock;
    this.#unsubscribe = bus.subscribe((signal) => {
      if (signal.type === "active") this.#take(signal.user_id, signal.connection_id, signal.active);
    });
  }

  isActive(userId: string): boolean {
    const since = this.#clock.elapsed() - KEEP_MS;
    return this.#active.get(userId)?.values().some((at) => at >= since) === true;
  }

  close(): void {
    this.#unsubscribe();
    this.#active.clear();
  }

  #take(userId: string, connectionId: string, active: boolean): void {
    const pages = this.#active.get(userId) ?? new Map<string, number>();
    this.#active.delete(userId);
    const now = this.#clock.elapsed();
    for (const [id, at] of pages) if (at < now - KEEP_MS) pages.delete(id);
    if (active) pages.set(connectionId, now);
    else pages.delete(connectionId);
    if (pages.size > 0) this.#active.set(userId, pages);
    for (const oldest of this.#active.keys()) {
      if (this.#active.size <= MAX) break;
      this.#active.delete(oldest);
    }
  }
}
