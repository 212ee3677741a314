/**
 * Once a day, removes people's own keys (bookmarks, drafts, read marks, mentions) of rooms they left and messages that
 * are gone. These keys cannot be read any more by then. Works in small slices, with a cursor in the store that outlives
 * the process.
 */
import { passSlice } from "../store/limits.ts";
import { seqOf } from "../base/ids.ts";
import { keys, lastPart, ranges, rest } from "../store/keys.ts";
import { type Found, type Kv, put } from "../store/kv.ts";

const EVERY_MS = 86_400_000;
/** Slices in one pass; the next pass continues. */
const MAX_SLICES = 50;
const FAMILIES = ["bookmark", "draft", "mentioned", "read"] as const;

/** `isDone`: nothing is left until the next day. Otherwise the next call continues. */
export async function tidy(kv: Kv, now: number): Promise<{ removed: number; isDone: boolean }> {
  const slice = passSlice(kv.limits);
  const state = (await kv.get(keys.tidied())).value;
  if (state !== null && state.next === undefined && state.at > now - EVERY_MS) return { removed: 0, isDone: true };
  const at = state?.next === undefined ? now : state.at;
  let next: Deno.KvKey | undefined = state?.next ?? [FAMILIES[0]];
  let removed = 0;
  for (let slices = 0; slices < MAX_SLICES && next !== undefined; slices++) {
    const family = FAMILIES.findIndex((name) => name === next?.[0]);
    const found: Found<unknown>[] = await kv.list(rest(ranges.family(FAMILIES[family] ?? "read"), next), {
      limit: slice,
    });
    removed += await removeOver(kv, found);
    const following = FAMILIES[family + 1];
    next = found.length === slice ? found.at(-1)?.key : following && [following];
    await kv.commit({ set: [put(keys.tidied(), next === undefined ? { at } : { at, next })] });
  }
  return { removed, isDone: next === undefined };
}

/** Removes those keys of one family that are of no use any more. */
async function removeOver(kv: Kv, found: Found<unknown>[]): Promise<number> {
  const floors = await floorsOf(kv, [...new Set(found.map(({ key }) => String(key[2])))]);
  const floorOf = ({ key }: Found<unknown>) => floors.get(String(key[2])) ?? Infinity;
  const isGone = found[0]?.key[0] === "bookmark" ? await messagesGone(kv, found) : await roomsLeft(kv, found);
  const over = found.filter((one, i) => isGone[i] === true || seqIn(one) <= floorOf(one) || floorOf(one) === Infinity);
  // one check is for the count of the person's bookmarks
  const together = kv.limits.checksAWrite - 1;
  let removed = 0;
  for (const own of Map.groupBy(over, ({ key }) => key[1]).values()) {
    for (let i = 0; i < own.length; i += together) removed += await remove(kv, own.slice(i, i + together));
  }
  return removed;
}

/** The floor of each room; Infinity for a deleted one. */
async function floorsOf(kv: Kv, rooms: string[]): Promise<Map<string, number>> {
  const [records, heads] = await Promise.all([
    kv.getMany(rooms.map((id) => keys.room(id))),
    kv.getMany(rooms.map((id) => keys.head(id))),
  ]);
  return new Map(rooms.map((id, i) => {
    const room = records[i]?.value ?? null;
    return [id, room === null || room.deleted_at !== undefined ? Infinity : heads[i]?.value?.floor ?? 0];
  }));
}

/**
 * Which bookmarks are of messages that are gone. Bookmarks stay when somebody leaves a room: they have them again after
 * a return.
 */
async function messagesGone(kv: Kv, bookmarks: Found<unknown>[]): Promise<boolean[]> {
  const items = await kv.getMany(bookmarks.map(({ key }) => keys.item(String(key[2]), seqOf(lastPart(key)))));
  return items.map(({ value }, i) =>
    value?.kind !== "message" || value.id !== bookmarks[i]?.key[3] || value.deleted !== undefined
  );
}

async function roomsLeft(kv: Kv, found: Found<unknown>[]): Promise<boolean[]> {
  const joined = await kv.getMany(found.map(({ key }) => keys.joined(String(key[1]), String(key[2]))));
  return joined.map(({ value }) => value === null);
}

/** The seq of the message that a bookmark or a `mentioned` record is about. */
function seqIn({ key: [family, , , id], value }: Found<unknown>): number {
  if (family === "bookmark") return seqOf(String(id));
  if (family !== "mentioned" || typeof value !== "object" || value === null || !("seq" in value)) return Infinity;
  return Number(value.seq);
}

/**
 * Removes keys of one person. The commit checks them: a key that was written meanwhile stays, and is looked at again
 * the next day.
 */
async function remove(kv: Kv, own: Found<unknown>[]): Promise<number> {
  const gone = own.filter(({ key }) => key[0] === "bookmark").length;
  const total = await kv.get(keys.bookmarks(String(own[0]?.key[1])));
  const { count, at } = total.value ?? { count: 0, at: 0 };
  const done = await kv.commit({
    checks: [...own, ...(gone > 0 ? [total] : [])].map(({ key, versionstamp }) => ({ key, versionstamp })),
    set: gone > 0 ? [put(total.key, { count: Math.max(0, count - gone), at })] : [],
    delete: own.map(({ key }) => key),
  });
  return done === null ? 0 : own.length;
}
