/** Token buckets in memory, one for each rate and user (or address). */
import { networkOf } from "../http/address.ts";
import type { Clock } from "../base/clock.ts";
import type { Config, Rates } from "../base/config/config.ts";
import { ChatError } from "../base/errors.ts";
import { Metrics } from "../base/metrics.ts";

interface Bucket {
  tokens: number;
  at: number;
  burst: number;
  perMs: number;
}

export interface RateLimiterOptions {
  config: Pick<Config, "rates" | "limits">;
  clock: Pick<Clock, "elapsed" | "after">;
  metrics?: Metrics;
  max?: number;
}

/** What one address may ask for in all, as a multiple of one user: people share addresses. */
const USERS_PER_ADDRESS = 50;

const MAX_BUCKETS = 50_000;

/** How many read keys one token of `commands` covers; reading more costs further tokens. */
export const KEYS_PER_TOKEN = 200;
const MAX_DEBT_MS = 60_000;
/** Requests of one user that run at once. Their cost is known only afterwards, so this bounds the possible debt. */
export const READS_AT_ONCE = 4;
/** A waiting request begins after this long in any case: requests that hang must not shut their user out. */
const MAX_TURN_MS = 10_000;

interface Turns {
  running: number;
  /** The longest waiting first. */
  waiting: (() => void)[];
}

export class RateLimiter {
  readonly #config: Pick<Config, "rates" | "limits">;
  readonly #clock: Pick<Clock, "elapsed" | "after">;
  readonly #max: number;
  readonly #metrics: Metrics;
  /** The least recently used first. */
  readonly #buckets = new Map<string, Bucket>();
  /** The turns of users with a request under way. */
  readonly #turns = new Map<string, Turns>();

  constructor({ config, clock, metrics = new Metrics(), max = MAX_BUCKETS }: RateLimiterOptions) {
    this.#config = config;
    this.#clock = clock;
    this.#max = max;
    this.#metrics = metrics;
  }

  get size(): number {
    return this.#buckets.size;
  }

  /** Takes a token: 0, or the seconds until there is one. `times` widens the rate, burst and refill alike. */
  take(rate: keyof Rates, key: string, now = this.#clock.elapsed(), times = 1): number {
    if (!this.#config.limits) return 0;
    const bucket = this.#bucket(rate, key, now, times);
    if (bucket.tokens >= 1) {
      bucket.tokens -= 1;
      return 0;
    }
    this.#metrics.counter("parley_rate_limited_total", "Requests and commands that a rate limit refused.", { rate })
      .add();
    return (1 - bucket.tokens) / bucket.perMs / 1_000;
  }

  #bucket(rate: keyof Rates, key: string, now: number, times: number): Bucket {
    const { burst, perMinute } = this.#config.rates[rate];
    const name = `${rate} ${key}`;
    const bucket = this.#buckets.get(name) ?? { tokens: burst * times, at: now, burst: 0, perMs: 0 };
    bucket.burst = burst * times;
    bucket.perMs = perMinute * times / 60_000;
    refill(bucket, now);
    this.#buckets.delete(name);
    this.#buckets.set(name, bucket);
    this.#evict(now);
    return bucket;
  }

  /** Throws `rate_limited` where take() gives no token; its retry_after is rounded up to whole seconds. */
  check(rate: keyof Rates, key: string, now = this.#clock.elapsed(), times = 1): void {
    const seconds = this.take(rate, key, now, times);
    if (seconds > 0) throw rateLimited(rate, Math.ceil(seconds));
  }

  /**
   * One request or command: of a user, and of all users at their address together; of a stranger by address alone.
   * Throws `rate_limited`.
   */
  checkCommand(userId: string | null, address: string): void {
    const now = this.#clock.elapsed();
    const from = networkOf(address);
    this.check("commands", userId ?? `address ${from}`, now);
    if (userId !== null) this.check("commands", `all at ${from}`, now, USERS_PER_ADDRESS);
  }

  /** Throws `rate_limited` where strangers at an address have no budget left; takes no token. */
  lookCommand(address: string): void {
    const bucket = this.#buckets.get(`commands address ${networkOf(address)}`);
    if (bucket === undefined || !this.#config.limits) return;
    refill(bucket, this.#clock.elapsed());
    if (bucket.tokens >= 1) return;
    this.#metrics.counter("parley_rate_limited_total", "Requests and commands that a rate limit refused.", {
      rate: "commands",
    }).add();
    throw rateLimited("commands", Math.ceil((1 - bucket.tokens) / bucket.perMs / 1_000));
  }

  /**
   * Runs a user's request whose token was taken, and whose reads are charged at its end. Only a few run at once, so that
   * the debt of the first is known before the next begin. Throws `rate_limited` where there is a debt by then.
   */
  async inTurn<T>(userId: string, run: () => Promise<T>): Promise<T> {
    if (!this.#config.limits) return await run();
    const turns = this.#turns.get(userId) ?? { running: 0, waiting: [] };
    this.#turns.set(userId, turns);
    try {
      if (turns.running < READS_AT_ONCE) turns.running++;
      else {
        await this.#turn(turns);
        this.#refuseDebt(userId);
      }
      return await run();
    } finally {
      const next = turns.waiting.shift();
      // hands the place to the next request; the count of running requests stays
      if (next !== undefined) next();
      else if (--turns.running === 0) this.#turns.delete(userId);
    }
  }

  /** Resolves when a request hands its place on, or after MAX_TURN_MS. */
  async #turn(turns: Turns): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    turns.waiting.push(resolve);
    const cancel = this.#clock.after(MAX_TURN_MS, () => {
      const at = turns.waiting.indexOf(resolve);
      if (at === -1) return;
      turns.waiting.splice(at, 1);
      turns.running++;
      resolve();
    });
    await promise;
    cancel();
  }

  #refuseDebt(userId: string): void {
    const bucket = this.#bucket("commands", userId, this.#clock.elapsed(), 1);
    if (bucket.tokens >= 0) return;
    this.#metrics.counter("parley_rate_limited_total", "Requests and commands that a rate limit refused.", {
      rate: "commands",
    }).add();
    throw rateLimited("commands", Math.ceil((1 - bucket.tokens) / bucket.perMs / 1_000));
  }

  /**
   * Charges the keys that a request read beyond its token. The cost is known only afterwards, so a bucket may go into debt
   * by what READS_AT_ONCE requests read; nobody waits for it longer than a minute.
   */
  chargeReads(userId: string | null, address: string, keys: number): void {
    const more = keys / KEYS_PER_TOKEN - 1;
    if (!this.#config.limits || more <= 0) return;
    const now = this.#clock.elapsed();
    const from = networkOf(address);
    // not from all users at the address: one who reads much would hold up their neighbours
    const bucket = this.#bucket("commands", userId ?? `address ${from}`, now, 1);
    bucket.tokens = Math.max(bucket.tokens - more, -bucket.perMs * MAX_DEBT_MS);
  }

  /** Forgets buckets that are full again, and over the maximum the least recently used ones. */
  #evict(now: number): void {
    let looked = 0;
    for (const [name, bucket] of this.#buckets) {
      refill(bucket, now);
      const full = bucket.tokens >= bucket.burst;
      if (this.#buckets.size <= this.#max && (!full || ++looked > 2 || this.#buckets.size === 1)) return;
      this.#buckets.delete(name);
    }
  }
}

const WHAT: Record<keyof Rates, string> = {
  sends: "messages",
  commands: "requests",
  searches: "searches",
  signIns: "attempts to sign in",
  uploads: "uploads",
  downloads: "downloads",
  adds: "rooms that you added this person to",
  rooms: "new rooms",
  registrations: "new accounts from this address",
};

export function rateLimited(rate: keyof Rates, retryAfter: number): ChatError {
  return new ChatError("rate_limited", `Too many ${WHAT[rate]}. Try again in ${retryAfter} s.`, { retryAfter });
}

function refill(bucket: Bucket, now: number): void {
  const passed = Math.max(0, now - bucket.at);
  bucket.tokens = Math.min(bucket.burst, bucket.tokens + passed * bucket.perMs);
  bucket.at = Math.max(bucket.at, now);
}
