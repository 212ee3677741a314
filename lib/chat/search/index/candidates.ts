/** One room's candidates for answers by its index, newest first. The caller compares the messages themselves. */
import type { IndexRecord, IndexSegment } from "../../../store/keys.ts";
import type { Kv } from "../../../store/kv.ts";
import { findEntries } from "./page.ts";
import { type Postings, postingsIn, union } from "./segment.ts";

export interface Wanted {
  token: string;
  prefix: boolean;
}

/** Seqs from `from` up to, but not with, `before`. */
export interface SeqRange {
  from: number;
  before: number;
}

/** Reading this few messages is faster than reading a further list. */
const FEW = 16;

export class Candidates {
  readonly #kv: Kv;
  readonly #roomId: string;
  readonly #wanted: readonly Wanted[];
  readonly #spend: (pages: number) => void;
  /** Below this seq. */
  #before: number;
  #from: number;
  #narrow: (() => Promise<SeqRange>) | undefined;
  /** Segments that were not read yet, the newest last. */
  #segments: IndexSegment[];
  /** Seqs of candidates, ascending. */
  #found: number[] = [];
  #tail: Uint8Array | undefined;
  #width = 1;
  /** A prefix matched too many words to read them all. */
  partial = false;

  constructor(options: {
    kv: Kv;
    roomId: string;
    /** Read in one snapshot. */
    record: IndexRecord;
    tail: Uint8Array | null;
    wanted: readonly Wanted[];
    within: SeqRange;
    /** Narrows the range. It is costly, so it is called only after the first candidate was found. */
    narrow?: (() => Promise<SeqRange>) | undefined;
    spend: (pages: number) => void;
  }) {
    const { kv, roomId, record, tail, wanted, within, narrow, spend } = options;
    this.#kv = kv;
    this.#roomId = roomId;
    // whole words first: they are rarer
    this.#wanted = [...wanted].sort((a, b) => Number(a.prefix) - Number(b.prefix));
    this.#spend = spend;
    this.#from = Math.max(within.from, record.floor + 1);
    this.#before = within.before;
    this.#segments = record.segments.filter((segment) => this.#overlaps(segment)).sort((a, b) => a.high - b.high);
    this.#narrow = narrow;
    this.#tail = tail ?? undefined;
  }

  /** The next candidates, at most `limit`, descending; empty: there are no more. */
  async next(limit: number): Promise<number[]> {
    const taken: number[] = [];
    while (taken.length < limit) {
      const newest = this.#found.at(-1);
      const unseen = this.#tail !== undefined ? Infinity : this.#segments.at(-1)?.high ?? -1;
      if (newest !== undefined && newest > unseen) {
        taken.push(newest);
        this.#found.pop();
      } else if (unseen >= 0 && taken.length === 0) await this.#more();
      else break;
    }
    return taken;
  }

  /** Reads the tail, then ever more segments at once. */
  async #more(): Promise<void> {
    const lists: number[][] = [];
    const tail = this.#tail;
    if (tail !== undefined) {
      this.#tail = undefined;
      lists.push(
        await this.#intersect(({ token, prefix }) => ({
          seqs: union(findEntries(tail, token, prefix).map(({ seqs }) => seqs)),
          whole: true,
        })),
      );
    } else {
      const segments = this.#segments.splice(-this.#width);
      this.#width = Math.min(this.#width * 2, 8);
      lists.push(
        ...await Promise.all(
          segments.map(({ id }) =>
            this.#intersect((wanted) => postingsIn(this.#kv, this.#roomId, id, wanted, this.#spend))
          ),
        ),
      );
    }
    const narrow = lists.some((list) => list.length > 0) ? this.#narrow : undefined;
    if (narrow !== undefined) {
      this.#narrow = undefined;
      const { from, before } = await narrow();
      this.#from = Math.max(this.#from, from);
      this.#before = Math.min(this.#before, before);
      this.#segments = this.#segments.filter((segment) => this.#overlaps(segment));
    }
    const inRange = (seq: number) => seq >= this.#from && seq < this.#before;
    this.#found = union([this.#found, ...lists.map((list) => list.filter(inRange))]);
  }

  #overlaps({ low, high }: IndexSegment): boolean {
    return low < this.#before && high >= this.#from;
  }

  async #intersect(postingsOf: (wanted: Wanted) => Postings | Promise<Postings>): Promise<number[]> {
    let both: Postings | undefined;
    for (const wanted of this.#wanted) {
      if (both?.whole && (both.seqs.length === 0 || wanted.prefix && both.seqs.length <= FEW)) break;
      const next = await postingsOf(wanted);
      // an incomplete list of seqs excludes nothing
      if (both === undefined || !both.whole) both = next;
      else if (next.whole) both.seqs = common(both.seqs, next.seqs);
    }
    this.partial ||= both?.whole === false;
    return both?.seqs ?? [];
  }
}

/** The seqs that are in both ascending lists. */
function common(a: readonly number[], b: readonly number[]): number[] {
  const both: number[] = [];
  let j = 0;
  for (const seq of a) {
    while (j < b.length && (b[j] ?? 0) < seq) j++;
    if (b[j] === seq) both.push(seq);
  }
  return both;
}
