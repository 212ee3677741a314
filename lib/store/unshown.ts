/**
 * Unread counts leave deleted messages out. For this the store has one `unshown` key for each deleted message above the
 * room's floor. The rule that deletes a message writes the key. A log that an older version or an import wrote lacks these
 * keys, so this module writes them from the log.
 */
import { change } from "./change.ts";
import { keys, ranges, rest } from "./keys.ts";
import { type Kv, put, removeRange } from "./kv.ts";

/** Generous, since each send to the room may make a try lose its race. */
const TRIES = 1_000;

/** Safe to repeat, and to run beside sends and deletes, because a deleted message stays deleted. */
export async function settleUnshown(kv: Kv, roomId: string): Promise<void> {
  const floor = (await kv.get(keys.head(roomId))).value?.floor ?? 0;
  await removeRange(kv, ranges.unshown(roomId, 0, floor + 1));
  const limit = kv.limits.entriesABatch;
  let last = 0;
  for (let next = ranges.items(roomId, floor + 1, Number.MAX_SAFE_INTEGER);;) {
    const items = await kv.list(next, { limit });
    const gone = items.flatMap(({ value }) => value.kind === "message" && value.deleted !== undefined ? value.seq : []);
    const known = await kv.getMany(gone.map((seq) => keys.unshown(roomId, seq)));
    const missing = known.filter(({ value }) => value === null);
    if (missing.length > 0) await kv.commit({ set: missing.map(({ key }) => put<true>(key, true)) });
    last = gone.at(-1) ?? last;
    const end = items.at(-1);
    if (end === undefined || items.length < limit) break;
    next = rest(next, end.key);
  }
  await pointTo(kv, roomId, last);
}

/**
 * Writes into the room's head the seq of its last `unshown` key. The write checks the head, since sends go on
 * meanwhile.
 */
async function pointTo(kv: Kv, roomId: string, seq: number): Promise<void> {
  await change(kv, [keys.head(roomId)], ({ key, value: head }) => {
    if (head === null) return { result: undefined };
    const { unshown = 0, ...others } = head;
    const last = Math.max(seq, unshown);
    const isOver = last <= head.floor;
    if (isOver ? head.unshown === undefined : last === unshown) return { result: undefined };
    const set = [put(key, isOver ? others : { ...head, unshown: last })];
    return { result: undefined, write: { set }, proof: "repeatable" };
  }, { tries: TRIES });
}
