/** Removes idempotency keys (`sent`, D3) that have expired. */
import { keys, ranges, sentOf } from "../store/keys.ts";
import { type Kv, put } from "../store/kv.ts";
import { checkedSlice } from "../store/limits.ts";

/**
 * Slices of one room in one pass; each has as many items as one commit may check. The next pass continues from there.
 */
const MAX_SLICES = 500;

/** Removes the expired keys whose messages were erased before. */
export async function sweepSentUntil(kv: Kv, now: number): Promise<number> {
  let removed = 0;
  for (;;) {
    const found = await kv.list(ranges.sentUntil(now), { limit: checkedSlice(kv.limits, 2) });
    if (found.length === 0) return removed;
    const entries = await kv.getMany(found.map(({ key }) => sentOf(key)));
    // one that was sent again after it had expired is a later item's
    const over = entries.filter(({ value }) => value !== null && value.expires_at < now);
    const done = await kv.commit({
      checks: over.map(({ key, versionstamp }) => ({ key, versionstamp })),
      delete: [...found, ...over].map(({ key }) => key),
    });
    if (done !== null) removed += found.length + over.length;
  }
}

/**
 * Walks a room's log from its `swept` cursor: the items know their client_id, so the old `sent` keys are found. Returns
 * how many keys it removed.
 */
export async function sweepSent(kv: Kv, roomId: string, now: number): Promise<number> {
  let removed = 0;
  for (let slices = 0; slices < MAX_SLICES; slices++) {
    const after = (await kv.get(keys.swept(roomId))).value ?? 0;
    const items = await kv.list(ranges.items(roomId, after + 1, Number.MAX_SAFE_INTEGER), {
      limit: checkedSlice(kv.limits, 2),
    });
    const last = items.at(-1);
    if (last === undefined) break;
    const sends = items.flatMap(({ value }) =>
      value.kind === "message" && value.client_id !== undefined
        ? [{ seq: value.seq, key: keys.sent(roomId, value.user_id, value.client_id) }]
        : []
    );
    const entries = await kv.getMany(sends.map(({ key }) => key));
    // one that was sent again after it had expired is a later item's
    const own = entries.filter(({ value }, i) => value !== null && value.seq === sends[i]?.seq);
    const young = own.find(({ value }) => value !== null && value.expires_at >= now);
    const gone = own.slice(0, young === undefined ? own.length : own.indexOf(young));
    const swept = young?.value === undefined || young.value === null ? last.value.seq : young.value.seq - 1;
    if (swept <= after) break;
    // checked: where the message is sent again at this moment, its new record stays
    const done = await kv.commit({
      checks: gone.map(({ key, versionstamp }) => ({ key, versionstamp })),
      set: [put(keys.swept(roomId), swept)],
      delete: gone.map(({ key }) => key),
    });
    if (done === null) continue;
    removed += gone.length;
    if (young !== undefined) break;
  }
  return removed;
}
