/** The newest words of a room's index, in one value: which of its last messages have each token. */
import { randomId } from "../../../base/ids.ts";
import type { MessageItem } from "../../../protocol/model.ts";
import { type IndexSegment, keys } from "../../../store/keys.ts";
import { type Kv, type Put, put } from "../../../store/kv.ts";
import { ByteWriter, encodeSeqs, entriesOf, writeEntry } from "./page.ts";
import { type IndexSizes, PageWriter } from "./segment.ts";
import { compareTokens, tokensOf } from "./tokens.ts";

/** By token: the seqs of the messages that have it. */
export type Tail = Map<string, number[]>;

/** Without the messages that are gone. */
export async function readTail(kv: Kv, roomId: string, isGone: (seq: number) => boolean): Promise<Tail> {
  const { value } = await kv.get(keys.indexTail(roomId));
  const tail: Tail = new Map();
  for (const { token, seqs } of value === null ? [] : entriesOf(value)) {
    const left = seqs.filter((seq) => !isGone(seq));
    if (left.length > 0) tail.set(token, left);
  }
  return tail;
}

export function addTo(tail: Tail, item: MessageItem): void {
  for (const token of tokensOf(item)) {
    const seqs = tail.get(token);
    if (seqs === undefined) tail.set(token, [item.seq]);
    else seqs.push(item.seq);
  }
}

/** The tail as it is written: a page, or a segment where it has grown too large for one. */
export function packTail(roomId: string, tail: Tail, sizes: IndexSizes) {
  const entries = [...tail].sort(([a], [b]) => compareTokens(a, b));
  const page = new ByteWriter();
  let low = Infinity;
  let high = 0;
  for (const [token, seqs] of entries) {
    seqs.sort((a, b) => a - b);
    low = Math.min(low, seqs[0] ?? low);
    high = Math.max(high, seqs.at(-1) ?? high);
    writeEntry(page, token, 1, encodeSeqs(seqs));
  }
  if (page.length <= sizes.tail) {
    const puts: Put[] = page.length === 0 ? [] : [put(keys.indexTail(roomId), page.take())];
    return { puts, segment: undefined, empty: entries.length === 0 };
  }
  const id = randomId(8);
  const writer = new PageWriter(roomId, id, sizes);
  for (const [token, seqs] of entries) writer.add(token, seqs);
  writer.end();
  const puts = writer.take();
  const segment: IndexSegment = { id, low, high, bytes: writer.bytes };
  return { puts, segment, empty: true };
}
