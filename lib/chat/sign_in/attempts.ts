/** Sign-in attempts, counted in the store so that isolates share the count: fixed windows, beside the buckets in memory. */
import { ChatError } from "../../base/errors.ts";
import { networkOf } from "../../http/address.ts";
import type { Rates } from "../../base/config/config.ts";
import { change } from "../../store/change.ts";
import { keys } from "../../store/keys.ts";
import { put } from "../../store/kv.ts";
import type { Chat } from "../chat.ts";
import { rateLimited } from "../rate_limiter.ts";

const WINDOW_MS = 60_000;
const TRIES = 4;

/** One thing that is counted; `times` widens the rate. */
export interface Counted {
  who: string;
  times: number;
}

/** How many sign-ins one address may try in all, as a multiple of those to one account: people share addresses. */
const ACCOUNTS_PER_ADDRESS = 5;

/**
 * Limits by address (of IPv6, by network), and by account *and* address: a flood of wrong passwords against an account
 * never locks its owner out from elsewhere. Throws `rate_limited`.
 */
export async function countSignIn(chat: Chat, address: string, username: string | undefined): Promise<void> {
  const from = networkOf(address);
  await countAttempt(chat, "signIns", [
    { who: from, times: ACCOUNTS_PER_ADDRESS },
    ...(username === undefined ? [] : [{ who: `${username} ${from}`, times: 1 }]),
  ]);
}

export async function countRegistration(chat: Chat, address: string): Promise<void> {
  await countAttempt(chat, "registrations", [{ who: networkOf(address), times: 1 }]);
}

export async function countAttempt(chat: Chat, rate: keyof Rates, counted: Counted[]): Promise<void> {
  if (!chat.config.limits) return;
  for (const { who, times } of counted) chat.rates.check(rate, who, chat.clock.elapsed(), times);
  const { burst, perMinute } = chat.config.rates[rate];
  const names = counted.map(({ who }) => keys.attempts(rate, who));
  try {
    await change(chat.kv, names, (...entries) => {
      const now = chat.clock.now();
      const set = entries.map(({ key, value: old }, i) => {
        const live = old !== null && old.expires_at > now && old.expires_at <= now + WINDOW_MS;
        const next = live ? { ...old, count: old.count + 1 } : { count: 1, expires_at: now + WINDOW_MS };
        // a bucket lets through at most this many in a minute: one isolate alone never meets this limit first
        if (next.count > (burst + perMinute) * (counted[i]?.times ?? 1)) {
          throw rateLimited(rate, Math.ceil((next.expires_at - now) / 1_000));
        }
        return put(key, next);
      });
      // after an unknown commit outcome an attempt may count twice: the limit is then reached one attempt earlier
      return { result: undefined, write: { set }, proof: "repeatable" };
    }, { tries: TRIES });
  } catch (error) {
    // still contended: this isolate's own bucket has counted it
    if (!(error instanceof ChatError) || error.code !== "overloaded") throw error;
  }
}
