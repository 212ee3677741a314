/** One room's part of a search: its answers, newest first, each looked up in the log as it now stands. */
import { keys, ranges } from "../../store/keys.ts";
import type { Kv } from "../../store/kv.ts";
import type { MessageItem } from "../../protocol/model.ts";
import { Candidates, type SeqRange } from "./index/candidates.ts";
import { type Match, matchText, type Term } from "./index/query.ts";
import { has, searchText } from "./index/tokens.ts";
import type { Criteria } from "./search_filters.ts";
import type { SearchRoom } from "./search_rooms.ts";

/** The query has reached the bound of what it may read. */
export class BudgetSpent extends Error {}

export interface Hit {
  search: RoomSearch;
  item: MessageItem;
  matches: Match[];
}

/** The message at which a page of answers ended. */
export interface Cursor {
  at: number;
  seq: number;
  roomId: string;
}

interface Options {
  kv: Kv;
  room: SearchRoom;
  criteria: Criteria;
  terms: readonly Term[];
  /** Shared by all rooms of a query. */
  budget: { pages: number; messages: number };
  /** The last answer of the page before. */
  after: Cursor | null;
}

/** The most messages that are read together. It begins with one: most of many rooms need no more. */
const LOOK_AT = 10;
const NEIGHBOURS = 3;

export class RoomSearch {
  readonly roomId: string;
  readonly #options: Options;
  #candidates: Candidates | undefined;
  #found: Hit[] = [];
  #lookAt = 1;
  /** The lowest message that was looked at. */
  #lowest: { seq: number; at: number };
  #over = false;

  constructor(options: Options) {
    this.#options = options;
    const { room: { room, head } } = options;
    this.roomId = room.id;
    this.#lowest = { seq: head.seq + 1, at: head.at };
  }

  /** No further answer is newer than this time; -1: there is no further answer. */
  get at(): number {
    if (this.#over && this.#found.length === 0) return -1;
    const { room: { head }, criteria, after } = this.#options;
    return this.#found[0]?.item.at ??
      Math.min(this.#candidates === undefined ? head.at : this.#lowest.at, criteria.until, after?.at ?? Infinity);
  }

  /** Whether an answer that is still to come may belong before this one. */
  mayPrecede({ item, search: { roomId } }: Hit): boolean {
    return this.at > item.at || this.at === item.at && this.roomId > roomId;
  }

  /** Whether `at` is that of an answer. */
  get open(): boolean {
    return this.#found.length > 0;
  }

  get partial(): boolean {
    return this.#candidates?.partial ?? false;
  }

  /** The cursor behind everything that was looked at; null: nothing was. */
  get reached(): string | null {
    const { head } = this.#options.room;
    return this.#lowest.seq > head.seq ? null : `${this.#lowest.at}.${this.#lowest.seq}.${this.roomId}`;
  }

  take(): Hit {
    const hit = this.#found.shift();
    if (hit === undefined) throw new Error("peek() first");
    return hit;
  }

  /** The answers that were found and not taken. */
  get rest(): readonly Hit[] {
    return this.#found;
  }

  /** Searches until there is an answer, or the room's end. Throws BudgetSpent. */
  async peek(): Promise<void> {
    this.#candidates ??= this.#begin();
    while (this.#found.length === 0 && !this.#over) {
      await this.#look();
      await this.#skipShown();
    }
  }

  /** The messages right before and after one, of the same room. */
  async around({ seq }: MessageItem): Promise<{ before?: MessageItem; after?: MessageItem }> {
    const { kv, room: { head } } = this.#options;
    const range = ranges.items(this.roomId, Math.max(head.floor + 1, seq - NEIGHBOURS), seq + 1 + NEIGHBOURS);
    const found = await kv.list(range, { limit: 2 * NEIGHBOURS + 1 });
    const messages = found.flatMap(({ value }) =>
      value.kind === "message" && value.deleted === undefined ? [value] : []
    );
    const before = messages.findLast((item) => item.seq < seq);
    const after = messages.find((item) => item.seq > seq);
    return { ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) };
  }

  #begin(before = Infinity): Candidates {
    const { kv, room: { head, record, tail }, criteria, after, budget } = this.#options;
    const { since, until } = criteria;
    const shown = after?.roomId === this.roomId ? after.seq : Infinity;
    return new Candidates({
      kv,
      roomId: this.roomId,
      record,
      tail,
      wanted: criteria.wanted,
      within: { from: head.floor + 1, before: Math.min(before, shown) },
      narrow: since === 0 && until > head.at ? undefined : () => this.#days(),
      spend: (pages) => {
        budget.pages -= pages;
        if (budget.pages < 0) throw new BudgetSpent();
      },
    });
  }

  async #days(): Promise<SeqRange> {
    const { room: { head }, criteria: { since, until } } = this.#options;
    return {
      from: since === 0 ? 0 : await this.#seqAt(since),
      before: until > head.at ? Infinity : await this.#seqAt(until),
    };
  }

  async #look(): Promise<void> {
    const { kv, budget, terms } = this.#options;
    const seqs = await this.#candidates?.next(this.#lookAt) ?? [];
    this.#lookAt = Math.min(2 * this.#lookAt, LOOK_AT);
    if (seqs.length === 0) this.#over = true;
    if (budget.messages < seqs.length) throw new BudgetSpent();
    budget.messages -= seqs.length;
    for (const { value: item } of await kv.getMany(seqs.map((seq) => keys.item(this.roomId, seq)))) {
      if (item?.kind !== "message") continue;
      this.#lowest = { seq: item.seq, at: item.at };
      const matches = this.#isWanted(item) ? matchText(terms, searchText(item)) : null;
      if (matches === null) continue;
      // a file's name is found, but not of the text
      this.#found.push({ search: this, item, matches: matches.filter(([, end]) => end <= item.content.length) });
    }
  }

  #isWanted(item: MessageItem): boolean {
    const { from, has: wanted, since, until } = this.#options.criteria;
    return item.deleted === undefined && (from === undefined || item.user_id === from) &&
      item.at >= since && item.at < until && wanted.every((what) => has(item, what));
  }

  /** Skips what earlier pages have shown; a cursor in another room says up to which time. */
  async #skipShown(): Promise<void> {
    const { after } = this.#options;
    const first = this.#found[0];
    if (after === null || after.roomId === this.roomId || first === undefined) return;
    // of messages of the same time, the room with the higher id comes first
    const shownAt = this.roomId > after.roomId ? after.at : after.at + 1;
    if (first.item.at < shownAt) return;
    this.#found = [];
    this.#candidates = this.#begin(await this.#seqAt(shownAt));
  }

  /** The first item that is not older. Times never go back in a room. */
  async #seqAt(time: number): Promise<number> {
    const { kv, room: { head } } = this.#options;
    let [low, high] = [head.floor + 1, head.seq + 1];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const [found] = await kv.list(ranges.items(this.roomId, middle, high), { limit: 1 });
      if (found === undefined || found.value.at >= time) high = middle;
      else low = found.value.seq + 1;
    }
    return low;
  }
}
