/** Makes one segment of several, so that a query looks at few. */
import type { IndexSegment } from "../../../store/keys.ts";
import type { Kv, Put } from "../../../store/kv.ts";
import type { Pace } from "./pace.ts";
import { type IndexSizes, PageWriter, SegmentReader, union } from "./segment.ts";
import { compareTokens } from "./tokens.ts";

/** This many segments of about the same size are merged into one of the next size. */
const FAN_IN = 8;
/** Upper bounds of the sizes, in tails. Larger segments are not merged, so that no merge and no purge takes long. */
const BOUNDS = [4, 32, 256];
/** With more segments the room's record would be large: then the oldest are merged, whatever their size. */
const MANY = 300;
const WRITE_BYTES = 256 * 1024;

/** Neighbours that should be merged, or none. */
export function due(segments: readonly IndexSegment[], { tail }: IndexSizes): IndexSegment[] {
  for (let size = 0; size < BOUNDS.length; size++) {
    const end = segments.findLastIndex(({ bytes }) => sizeOf(bytes / tail) === size) + 1;
    let start = end;
    while (start > 0 && sizeOf((segments[start - 1]?.bytes ?? Infinity) / tail) <= size) start--;
    if (end - start >= FAN_IN) return segments.slice(start, end);
  }
  return segments.length < MANY ? [] : segments.slice(0, FAN_IN);
}

function sizeOf(tails: number): number {
  const size = BOUNDS.findIndex((bound) => tails < bound);
  return size < 0 ? BOUNDS.length : size;
}

export interface MergeOptions {
  kv: Kv;
  roomId: string;
  from: readonly IndexSegment[];
  /** The new one's id. */
  id: string;
  sizes: IndexSizes;
  isGone(seq: number): boolean;
  pace: Pace;
  /** Commits the write; throws where another process has moved the room's index on. */
  commit(set: Put[]): Promise<unknown>;
}

/** Writes the new segment's pages, which nobody reads before the room's record names them. undefined: nothing is left. */
export async function merge(options: MergeOptions): Promise<IndexSegment | undefined> {
  const { kv, roomId, from, id, sizes, isGone, pace, commit } = options;
  const readers = from.map((segment) => new SegmentReader(kv, roomId, segment.id, (seq) => !isGone(seq)));
  const writer = new PageWriter(roomId, id, sizes);
  // a frequent word's list alone can be more than one commit holds
  const write = async (most: number) => {
    while (writer.waiting > most) await commit(writer.take(WRITE_BYTES));
  };
  let low = Infinity;
  let high = 0;
  for (;;) {
    let token: string | undefined;
    for (const reader of readers) {
      if (reader.entry === undefined) await reader.fill();
      const next = reader.entry?.token;
      if (next !== undefined && (token === undefined || compareTokens(next, token) < 0)) token = next;
    }
    if (token === undefined) break;
    const lists: number[][] = [];
    for (const reader of readers) {
      if (reader.entry?.token !== token) continue;
      lists.push(reader.entry.seqs);
      reader.next();
    }
    const seqs = union(lists);
    low = Math.min(low, seqs[0] ?? low);
    high = Math.max(high, seqs.at(-1) ?? high);
    writer.add(token, seqs);
    await write(WRITE_BYTES);
    await pace.breathe();
  }
  writer.end();
  await write(0);
  return high === 0 ? undefined : { id, low, high, bytes: writer.bytes };
}
