/** A segment: the index of a stretch of a room's log, in pages that are never changed but to take something out. */
import { type Key, keys, ranges, rest } from "../../../store/keys.ts";
import { type Found, type Kv, type Put } from "../../../store/kv.ts";
import { ByteWriter, decodeSeqs, encodeSeqs, entriesOf, findEntries, writeEntry } from "./page.ts";

export interface IndexSizes {
  /** How many events are taken in by one commit at most. */
  slice: number;
  /** A tail that is larger than this becomes a segment, in bytes. */
  tail: number;
  /** A page ends behind the entry with which it passes this, in bytes. */
  page: number;
  /** How many seqs one chunk has at most. */
  chunk: number;
}

/** A chunk of so many has some 8 KiB, and less than 64 KiB wherever they stand. */
export const SIZES: IndexSizes = { slice: 128, tail: 8_192, page: 4_096, chunk: 6_000 };

/** The most pages that a prefix reads in one segment. */
const MAX_BEGINNING = 48;
const SCAN = 48;

/** The pages of a segment, out of its tokens in their order. */
export class PageWriter {
  readonly #roomId: string;
  readonly #segment: string;
  readonly #sizes: IndexSizes;
  readonly #page = new ByteWriter();
  #first = "";
  readonly #puts: [key: Key<Uint8Array>, value: Uint8Array][] = [];
  /** Of all pages so far. */
  bytes = 0;
  /** Of those that were not taken yet. */
  waiting = 0;

  constructor(roomId: string, segment: string, sizes: IndexSizes) {
    this.#sizes = sizes;
    this.#roomId = roomId;
    this.#segment = segment;
  }

  /** `seqs` must be ascending, and not empty. */
  add(token: string, seqs: readonly number[]): void {
    if (this.#page.length === 0) this.#first = token;
    const { page, chunk } = this.#sizes;
    const chunks = Math.max(1, Math.ceil(seqs.length / chunk));
    writeEntry(this.#page, token, chunks, encodeSeqs(seqs.slice(0, chunk)));
    // what comes behind a chunk's key is on a page of its own, so that the last key before a token is its page's
    if (chunks > 1 || this.#page.length >= page) this.end();
    for (let n = 1; n < chunks; n++) {
      this.#put(
        keys.indexPage(this.#roomId, this.#segment, token, n),
        encodeSeqs(seqs.slice(n * chunk, (n + 1) * chunk)),
      );
    }
  }

  /** The next pages to write, about `most` bytes at most; the writer then forgets them. */
  take(most = Infinity): Put[] {
    let count = 0;
    let bytes = 0;
    for (const [, value] of this.#puts) {
      if (bytes >= most) break;
      bytes += value.length;
      count++;
    }
    this.waiting -= bytes;
    return this.#puts.splice(0, count);
  }

  /** Ends the last page: nothing comes behind it. */
  end(): void {
    if (this.#page.length === 0) return;
    this.#put(keys.indexPage(this.#roomId, this.#segment, this.#first, 0), this.#page.take());
  }

  #put(key: Key<Uint8Array>, value: Uint8Array): void {
    this.#puts.push([key, value]);
    this.bytes += value.length;
    this.waiting += value.length;
  }
}

export interface Postings {
  /** Ascending. */
  seqs: number[];
  /** false: more tokens have this beginning than are looked at. */
  whole: boolean;
}

/** The messages of a token; with `prefix` those of all tokens that begin with it. `spend` counts the reads. */
export async function postingsIn(
  kv: Kv,
  roomId: string,
  segment: string,
  { token, prefix }: { token: string; prefix: boolean },
  spend: (pages: number) => void,
): Promise<Postings> {
  const [[page], behind] = await Promise.all([
    kv.list(ranges.indexUpTo(roomId, segment, token), { limit: 1, reverse: true }),
    prefix ? kv.list(ranges.indexBeginning(roomId, segment, token), { limit: MAX_BEGINNING }) : [],
  ]);
  spend(1 + behind.length);
  const lists: number[][] = [];
  let chunked = false;
  // the last page before it may be a chunk of another token
  for (const found of page === undefined || chunkOf(page) > 0 ? behind : [page, ...behind]) {
    if (chunkOf(found) > 0) lists.push(decodeSeqs(found.value));
    else {
      for (const { seqs, chunks } of findEntries(found.value, token, prefix)) {
        lists.push(seqs);
        chunked ||= chunks > 1;
      }
    }
  }
  if (prefix) return { seqs: union(lists), whole: behind.length < MAX_BEGINNING };
  if (chunked) {
    const chunks = await kv.list(ranges.indexChunks(roomId, segment, token), { limit: 1_000 });
    spend(chunks.length);
    for (const { value } of chunks) lists.push(decodeSeqs(value));
  }
  return { seqs: lists.flat(), whole: true };
}

export function union(lists: readonly number[][]): number[] {
  if (lists.length <= 1) return lists[0] ?? [];
  const all = lists.flat().sort((a, b) => a - b); // runs, mostly in order: a set would take several times as long
  return all.filter((seq, i) => seq !== all[i - 1]);
}

/** Reads a segment's entries in the order of their tokens, whole lists. */
export class SegmentReader {
  readonly #kv: Kv;
  readonly #keep: (seq: number) => boolean;
  #range;
  #pages: Found<Uint8Array>[] = [];
  #entries: { token: string; seqs: number[] }[] = [];
  #at = 0;
  #over = false;
  #ended = false;

  constructor(kv: Kv, roomId: string, segment: string, keep: (seq: number) => boolean) {
    this.#kv = kv;
    this.#keep = keep;
    this.#range = ranges.indexSegment(roomId, segment);
  }

  /** The present entry: null behind the last, undefined where `fill` must be awaited first. */
  get entry(): { token: string; seqs: number[] } | null | undefined {
    return this.#entries[this.#at] ?? (this.#ended ? null : undefined);
  }

  next(): void {
    this.#at++;
  }

  async fill(): Promise<void> {
    while (this.entry === undefined) {
      this.#at = 0;
      await this.#read();
      const page = this.#pages.shift();
      this.#ended = page === undefined;
      this.#entries = page === undefined ? [] : await this.#wholeEntries(page);
    }
  }

  async #wholeEntries(page: Found<Uint8Array>): Promise<{ token: string; seqs: number[] }[]> {
    const entries = [...entriesOf(page.value)];
    const last = entries.at(-1);
    for (;;) {
      await this.#read();
      const chunk = this.#pages[0];
      if (last === undefined || chunk === undefined || chunkOf(chunk) === 0) break;
      last.seqs = last.seqs.concat(decodeSeqs(chunk.value));
      this.#pages.shift();
    }
    return entries.map(({ token, seqs }) => ({ token, seqs: seqs.filter(this.#keep) }))
      .filter(({ seqs }) => seqs.length > 0);
  }

  async #read(): Promise<void> {
    if (this.#pages.length > 0 || this.#over) return;
    this.#pages = await this.#kv.list(this.#range, { limit: SCAN });
    const last = this.#pages.at(-1);
    if (last === undefined || this.#pages.length < SCAN) this.#over = true;
    else this.#range = rest(this.#range, last.key);
  }
}

/** 0: a page of entries. */
export function chunkOf(page: Found<Uint8Array>): number {
  return Number(page.key.at(-1));
}
