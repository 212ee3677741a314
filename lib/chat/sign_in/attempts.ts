/** Attempts counted in the store, so that isolates share them: fixed windows of a minute beside the memory's buckets. */
import { networkOf } from "../../http/address.ts";
import type { Rates } from "../../base/config/config.ts";
import { keys } from "../../store/keys.ts";
import { put } from "../../store/kv.ts";
import type { Chat } from "../chat.ts";
import { rateLimited } from "../rate_limiter.ts";

const WINDOW_MS = 60_000;
const MAX_TRIES = 4;

/** One thing that is counted; `times` widens the rate. */
export interface Counted {
  who: string;
  times: number;
}

/** How many sign-ins one address may try in all, as a multiple of those to one account: people share addresses. */
const ACCOUNTS_PER_ADDRESS = 5;

/**
 * Limits by address (of IPv6, by network), and by account *and* address: a flood of wrong passwords against an account never locks its owner
 * out from elsewhere. Throws `rate_limited`.
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
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const now = chat.clock.now();
    const entries = await chat.kv.getMany(names);
    const set = counted.map(({ times }, i) => {
      const old = entries[i]?.value;
      const live = old !== null && old !== undefined && old.expires_at > now && old.expires_at <= now + WINDOW_MS;
      const next = live ? { ...old, count: old.count + 1 } : { count: 1, expires_at: now + WINDOW_MS };
      // a bucket lets through at most this many in a minute: one isolate alone never meets this limit first
      if (next.count > (burst + perMinute) * times) {
        throw rateLimited(rate, Math.ceil((next.expires_at - now) / 1_000));
      }
      return next;
    });
    const checks = entries.map(({ key, versionstamp }) => ({ key, versionstamp }));
    const puts = set.flatMap((value, i) => names[i] === undefined ? [] : [put(names[i], value)]);
    if (await chat.kv.commit({ checks, set: puts }) !== null) return;
  }
  // still contended: this isolate's own bucket has counted it
}
