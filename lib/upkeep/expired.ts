/** Removes records that have expired. */
import { passSlice } from "../store/limits.ts";
import { type Invitation, keys, type Range, ranges, rest } from "../store/keys.ts";
import type { Found, Kv } from "../store/kv.ts";

const KEEP_CONTROL_MS = 86_400_000;
/** For so long who follows an old link is told that it ended, and whom to ask. */
const KEEP_INVITATIONS_MS = 2_592_000_000;

export async function sweepAttempts(kv: Kv, now: number): Promise<number> {
  return await removeWhere(kv, ranges.attempts(), ({ value }) => value.expires_at < now);
}

/**
 * Reads every session and invitation, so it is to run once a day. An expired one is refused from its end on, whether or
 * not it has been removed.
 */
export async function sweepSessions(kv: Kv, now: number): Promise<number> {
  const isOver = ({ value }: Found<{ expires_at: number }>) => value.expires_at < now;
  const removed = await removeWhere(
    kv,
    ranges.invitations(),
    ({ value }) => endOf(value) < now - KEEP_INVITATIONS_MS,
    ({ value: { code, created_by } }) => [keys.invited(created_by, code)],
  );
  return removed + await removeWhere(kv, ranges.allSessions(), isOver, ({ value: { secret_hash, previous } }) => [
    keys.sessionBySecret(secret_hash),
    ...(previous === undefined ? [] : [keys.sessionBySecret(previous.secret_hash)]),
  ]);
}

/** When an invitation ended, or will end. */
function endOf({ expires_at, revoked_at, used_up_at }: Invitation): number {
  return revoked_at ?? used_up_at ?? expires_at;
}

/** Removes every expired record of a range, with the keys that belong to it. */
async function removeWhere<T>(
  kv: Kv,
  range: Range<T>,
  isOver: (found: Found<T>) => boolean,
  also: (found: Found<T>) => Deno.KvKey[] = () => [],
): Promise<number> {
  const slice = passSlice(kv.limits);
  let removed = 0;
  for (let next = range;;) {
    const found = await kv.list(next, { limit: slice });
    const gone = found.filter(isOver).flatMap((one) => [one.key, ...also(one)]);
    if (gone.length > 0) await kv.commit({ delete: gone });
    removed += gone.length;
    const last = found.at(-1);
    if (last === undefined || found.length < slice) return removed;
    next = rest(range, last.key);
  }
}

/**
 * Removes old entries of the control log. No process that follows it is so far behind, and a process that starts begins
 * at its head.
 */
export async function sweepControl(kv: Kv, now: number): Promise<number> {
  const slice = passSlice(kv.limits);
  let removed = 0;
  for (;;) {
    const found = await kv.list(ranges.control(0), { limit: slice });
    const gone = found.filter(({ value }) => value.at < now - KEEP_CONTROL_MS).map(({ key }) => key);
    if (gone.length > 0) await kv.commit({ delete: gone });
    removed += gone.length;
    if (gone.length < slice) return removed;
  }
}
