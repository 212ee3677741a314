/** Cookies that were valid a short while ago, in this isolate. Any other cookie may be a guess, and is rate limited. */
const KEEP_MS = 600_000;
const MAX = 20_000;

export class RecentSessions {
  /** Until when each is known; the oldest first. */
  readonly #until = new Map<string, number>();

  has(cookie: string, now: number): boolean {
    return (this.#until.get(cookie) ?? 0) > now;
  }

  add(cookie: string, now: number): void {
    this.#until.delete(cookie);
    this.#until.set(cookie, now + KEEP_MS);
    for (const [oldest, until] of this.#until) {
      if (until > now && this.#until.size <= MAX) return;
      this.#until.delete(oldest);
    }
  }
}
