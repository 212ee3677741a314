/**
 * Unread counts leave deleted messages out. For this the store has one `unshown` key for each deleted message above the
 * room's floor, and sums of these keys: of 1,024 seqs each, 256 in a record, so that any number of them is counted with
 * few reads. The rule that deletes a message writes its key and raises the sum in the same atomic. A log that an older
 * version or an import wrote lacks both, so this module writes them from the log.
 */
import { change } from "./change.ts";
import { keys, lastPart, ranges } from "./keys.ts";
import { type Kv, put, removeRange, slices } from "./kv.ts";

/** From this schema on every process raises the sums. */
export const SUMS_SCHEMA = 5;
/** The seqs of one sum. */
const SPAN = 1_024;
/** The sums of one record. */
const SUMS = 256;

/** Generous, since each send to the room may make a try lose its race. */
const TRIES = 1_000;

/** Safe to repeat, and to run beside sends and deletes, because a deleted message stays deleted. */
export async function settleUnshown(kv: Kv, roomId: string): Promise<void> {
  const floor = (await kv.get(keys.head(roomId))).value?.floor ?? 0;
  await removeRange(kv, ranges.unshown(roomId, 0, floor + 1));
  let last = 0;
  const range = ranges.items(roomId, floor + 1, Number.MAX_SAFE_INTEGER);
  for await (const items of slices(kv, range, kv.limits.entriesABatch)) {
    const gone = items.flatMap(({ value }) => value.kind === "message" && value.deleted !== undefined ? value.seq : []);
    const known = await kv.getMany(gone.map((seq) => keys.unshown(roomId, seq)));
    const missing = known.filter(({ value }) => value === null);
    if (missing.length > 0) await kv.commit({ set: missing.map(({ key }) => put<true>(key, true)) });
    last = gone.at(-1) ?? last;
  }
  await pointTo(kv, roomId, last);
  await settleSums(kv, roomId);
}

/** The record of sums that a seq belongs to. */
export function pageOf(seq: number): number {
  return Math.floor(seq / (SPAN * SUMS));
}

/** A record of sums after one more message of its seqs was deleted. */
export function withOneMore(sums: readonly number[] | null, seq: number): number[] {
  const at = Math.floor(seq / SPAN) % SUMS;
  return Array.from({ length: Math.max(at + 1, sums?.length ?? 0) }, (_, i) => (sums?.[i] ?? 0) + Number(i === at));
}

/**
 * Makes the sums anew from the keys. Safe to repeat, and to run beside deletes: both check the record of sums that
 * they write, so that none is counted twice or not at all.
 */
export async function settleSums(kv: Kv, roomId: string): Promise<void> {
  const head = (await kv.get(keys.head(roomId))).value;
  if (head?.unshown === undefined) return;
  for (let page = pageOf(head.floor); page <= pageOf(head.unshown); page++) {
    const range = ranges.unshown(roomId, page * SPAN * SUMS, (page + 1) * SPAN * SUMS);
    await change(kv, [keys.unshownSums(roomId, page)], async ({ key, value }) => {
      let sums: number[] | null = null;
      for await (const found of slices(kv, range, kv.limits.entriesABatch)) {
        for (const one of found) sums = withOneMore(sums, Number(lastPart(one.key)));
      }
      if (sums?.join() === value?.join()) return { result: undefined };
      const write = sums === null ? { delete: [key] } : { set: [put(key, sums)] };
      return { result: undefined, write, proof: "repeatable" };
    }, { tries: TRIES });
  }
}

/**
 * How many messages between two seqs were deleted. Reads at most 2,048 keys and a record for each 262,144 seqs; while a
 * process of an older schema lives, which raises no sums, it reads all keys.
 */
export async function countUnshown(kv: Pick<Kv, "get" | "list">, roomId: string, after: number, before: number) {
  const count = async (start: number, end: number) => {
    let found = 0;
    if (start < end) {
      for await (const some of slices(kv, ranges.unshown(roomId, start, end), SPAN)) found += some.length;
    }
    return found;
  };
  const start = Math.ceil((after + 1) / SPAN) * SPAN;
  const end = Math.floor(before / SPAN) * SPAN;
  if (start >= end) return await count(after + 1, before);
  if (((await kv.get(keys.meta())).value?.schema_version ?? 0) < SUMS_SCHEMA) return await count(after + 1, before);
  const [near, far, between] = await Promise.all([
    count(after + 1, start),
    count(end, before),
    sumsOf(kv, roomId, start, end),
  ]);
  return near + far + between;
}

async function sumsOf(kv: Pick<Kv, "list">, roomId: string, start: number, end: number): Promise<number> {
  let sum = 0;
  const range = ranges.unshownSums(roomId, pageOf(start), pageOf(end) + 1);
  for await (const found of slices(kv, range, SUMS)) {
    for (const { key, value } of found) {
      const first = Number(lastPart(key)) * SUMS;
      sum += value.slice(Math.max(0, start / SPAN - first), Math.max(0, end / SPAN - first)).reduce((a, b) => a + b, 0);
    }
  }
  return sum;
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
