/** Removes messages from a segment, and the words that no other message has. */
import { type Key, keys, type Range, ranges, rest } from "../../../store/keys.ts";
import { type Found, type Kv, type Put, put } from "../../../store/kv.ts";
import type { Pace } from "./pace.ts";
import { ByteWriter, decodeSeqs, encodeSeqs, entriesOf, type Entry, writeEntry } from "./page.ts";
import { chunkOf } from "./segment.ts";

const SCAN = 48;

export interface PurgeOptions {
  kv: Kv;
  roomId: string;
  segment: string;
  isGone(seq: number): boolean;
  pace: Pace;
  /** Commits the write; throws where another process has moved the room's index on. */
  commit(write: { set: Put[]; delete: Deno.KvKey[] }): Promise<unknown>;
}

/** Resolves with true where a chunk is left empty: then the segment must be written anew to forget its token. */
export async function purge({ kv, roomId, segment, isGone, pace, commit }: PurgeOptions): Promise<boolean> {
  let hollow = false;
  let range: Range<Uint8Array> = ranges.indexSegment(roomId, segment);
  for (;;) {
    const pages = await kv.list(range, { limit: SCAN });
    const write = { set: [] as Put[], delete: [] as Deno.KvKey[] };
    for (const page of pages) {
      const entries = chunkOf(page) > 0
        ? [{ token: "", chunks: 2, seqs: decodeSeqs(page.value) }]
        : [...entriesOf(page.value)];
      const left = entries.map((entry) => ({ ...entry, seqs: entry.seqs.filter((seq) => !isGone(seq)) }));
      // also one that was left empty by a purge which did not come to its end
      hollow ||= left.some(({ chunks, seqs }) => chunks > 1 && seqs.length === 0);
      if (left.every(({ seqs }, i) => seqs.length === entries[i]?.seqs.length)) continue;
      if (chunkOf(page) > 0) write.set.push(put<Uint8Array>(page.key, encodeSeqs(left[0]?.seqs ?? [])));
      else rewrite(roomId, segment, page, left.filter(({ chunks, seqs }) => chunks > 1 || seqs.length > 0), write);
      await pace.breathe();
    }
    if (write.set.length + write.delete.length > 0) await commit(write);
    await pace.breathe();
    const last = pages.at(-1);
    if (last === undefined || pages.length < SCAN) return hollow;
    range = rest(range, last.key);
  }
}

/** Writes the page under its first token, which may be another one now. */
function rewrite(
  roomId: string,
  segment: string,
  page: Found<Uint8Array>,
  entries: Entry[],
  write: { set: Put[]; delete: Deno.KvKey[] },
): void {
  const first = entries[0]?.token;
  if (first === undefined || first !== page.key.at(-2)) write.delete.push(page.key);
  if (first === undefined) return;
  const writer = new ByteWriter();
  for (const { token, chunks, seqs } of entries) writeEntry(writer, token, chunks, encodeSeqs(seqs));
  const key: Key<Uint8Array> = keys.indexPage(roomId, segment, first, 0);
  write.set.push(put(key, writer.take()));
}
