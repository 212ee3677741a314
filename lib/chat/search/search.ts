/** Searches the messages that the actor may read. */
import { ChatError } from "../../base/errors.ts";
import { keys } from "../../store/keys.ts";
import type { Actor, ChatMessage } from "../../protocol/model.ts";
import { EMPTY } from "./index/room_index.ts";
import { type Match, parseQuery, type Query } from "./index/query.ts";
import type { Chat } from "../chat.ts";
import { withAuthors } from "../messages/feed.ts";
import { onlyMessages } from "../messages/history.ts";
import { type Criteria, criteriaOf } from "./search_filters.ts";
import { BudgetSpent, type Cursor, type Hit, RoomSearch } from "./search_room.ts";
import { mayRead, searchableRooms, type SearchRoom } from "./search_rooms.ts";

/** The most that one query may read. */
const MAX_PAGES = 2_000;
const MAX_MESSAGES = 600;
const MAX_TRIES = 3;
/** How many rooms are asked at once for their newest hit. */
const AT_ONCE = 8;

export interface SearchInput {
  q: string;
  cursor?: string | undefined;
  limit: number;
  /** The time zone in which days begin and end (IANA). */
  zone: string;
}

export interface SearchResult {
  message: ChatMessage;
  /** Where the words are in the text. */
  matches: Match[];
  /** The messages right before and after it. */
  before?: ChatMessage;
  after?: ChatMessage;
}

export interface SearchAnswer {
  results: SearchResult[];
  /** For the next page; null: there is none. */
  cursor: string | null;
  /** The bound was reached before everything was looked at: the words are too common, or there is too much. */
  truncated: boolean;
  /** How many events of these rooms are not in the index yet. */
  behind: number;
}

/** Newest first over all the actor's rooms, or those that `in:` names. Throws `invalid` for what cannot be searched. */
export async function searchMessages(chat: Chat, actor: Actor, input: SearchInput): Promise<SearchAnswer> {
  const query = parseQuery(input.q);
  const criteria = await criteriaOf(chat, actor, query, input.zone);
  for (let tries = 1;; tries++) {
    const search = new Search(chat, actor, query, criteria, input);
    const answer = await search.run();
    // segments that were merged under the reading may have been missed
    if (!search.stale || tries >= MAX_TRIES) return answer;
  }
}

class Search {
  /** Whether the index was changed while it was read. */
  stale = false;
  readonly #chat: Chat;
  readonly #actor: Actor;
  readonly #query: Query;
  readonly #criteria: Criteria;
  readonly #input: SearchInput;
  readonly #cursor: Cursor | null;
  readonly #budget = { pages: MAX_PAGES, messages: MAX_MESSAGES };

  constructor(chat: Chat, actor: Actor, query: Query, criteria: Criteria, input: SearchInput) {
    this.#chat = chat;
    this.#actor = actor;
    this.#query = query;
    this.#criteria = criteria;
    this.#input = input;
    this.#cursor = input.cursor === undefined ? null : parseCursor(input.cursor);
  }

  async run(): Promise<SearchAnswer> {
    const rooms = await searchableRooms(this.#chat, this.#actor, this.#query.filters.in);
    const searches = rooms.map((room) => this.#searchOf(room));
    const { hits, truncated, more } = await this.#newest(searches);
    const last = hits.at(-1);
    const cursor = !more ? null : last === undefined || truncated ? this.#goOn(searches, hits) : cursorOf(last);
    const results = await this.#results(hits, rooms);
    const behind = rooms.reduce((sum, { head, record }) => sum + Math.max(0, head.seq - record.seq), 0);
    return { results, cursor, truncated: truncated || searches.some(({ partial }) => partial), behind };
  }

  #searchOf(room: SearchRoom): RoomSearch {
    const { kv } = this.#chat;
    return new RoomSearch({
      kv,
      room,
      criteria: this.#criteria,
      terms: this.#query.terms,
      budget: this.#budget,
      after: this.#cursor,
    });
  }

  /** The newest hits of all rooms. A room is asked only when its last event is newer than the others' next hits. */
  async #newest(searches: RoomSearch[]): Promise<{ hits: Hit[]; truncated: boolean; more: boolean }> {
    const hits: Hit[] = [];
    try {
      for (;;) {
        searches.sort((a, b) => b.at - a.at || (a.roomId < b.roomId ? 1 : -1));
        const [first] = searches;
        if (first === undefined || first.at < 0) return { hits, truncated: false, more: false };
        if (!first.open) {
          const next = searches.filter(({ open, at }) => !open && at >= 0).slice(0, AT_ONCE);
          // all settle before any result is used, also where one fails
          const peeks = await Promise.allSettled(next.map((one) => one.peek()));
          for (const peek of peeks) if (peek.status === "rejected") throw peek.reason;
        } else {
          if (hits.length >= this.#input.limit) return { hits, truncated: false, more: true };
          hits.push(first.take());
        }
      }
    } catch (error) {
      if (!(error instanceof BudgetSpent)) throw error;
      const rest = searches.flatMap((search) => search.rest).sort(newestFirst);
      // the rest may be older than hits of rooms not yet searched, so it is shown only where no cursor follows it
      const shown = searches.length > 1 && hits.length > 0 ? hits : [...hits, ...rest];
      return {
        hits: shown.slice(0, this.#input.limit),
        truncated: true,
        more: shown.length > 0 || searches.length === 1,
      };
    }
  }

  /**
   * The cursor of the next page. For one room it is where the bound was hit. For several it is the last hit, unless some
   * room may still have a newer one: then null, because a cursor must not skip what was not looked at.
   */
  #goOn(searches: RoomSearch[], hits: Hit[]): string | null {
    const [only] = searches;
    const last = hits.at(-1);
    if (searches.length > 1) {
      return last === undefined || searches.some((search) => search.mayPrecede(last)) ? null : cursorOf(last);
    }
    return last !== undefined && hits.length >= this.#input.limit ? cursorOf(last) : only?.reached ?? null;
  }

  /** The hits as they are shown, without those that the actor may not read any more. */
  async #results(hits: Hit[], rooms: SearchRoom[]): Promise<SearchResult[]> {
    const around = await Promise.all(hits.map((hit) => hit.search.around(hit.item)));
    const searched = rooms.filter(({ room }) => hits.some(({ search }) => search.roomId === room.id));
    const { kv } = this.#chat;
    const records = await kv.getMany(rooms.map(({ room }) => keys.indexed(room.id)));
    this.stale = rooms.some(({ record }, i) => {
      const now = new Set((records[i]?.value ?? EMPTY).segments.map(({ id }) => id));
      return record.segments.some(({ id }) => !now.has(id));
    });
    const readable = await mayRead(this.#chat, this.#actor, searched.map(({ room }) => room.id));
    const results = await Promise.all(hits.map(async ({ search, item, matches }, i): Promise<SearchResult | null> => {
      if (!readable.has(search.roomId)) return null;
      const { before, after } = around[i] ?? {};
      const items = [item, before, after].filter((one) => one !== undefined);
      const messages = onlyMessages(await withAuthors(this.#chat, search.roomId, items));
      const found = (id: string | undefined) => messages.find((message) => message.id === id);
      const [message, earlier, later] = [found(item.id), found(before?.id), found(after?.id)];
      if (message === undefined) return null;
      return {
        message,
        matches,
        ...(earlier === undefined ? {} : { before: earlier }),
        ...(later === undefined ? {} : { after: later }),
      };
    }));
    return results.filter((result) => result !== null);
  }
}

function newestFirst(a: Hit, b: Hit): number {
  return b.item.at - a.item.at || (a.search.roomId < b.search.roomId ? 1 : -1);
}

function cursorOf({ item, search }: Hit): string {
  return `${item.at}.${item.seq}.${search.roomId}`;
}

function parseCursor(text: string): Cursor {
  const [, at, seq, roomId] = /^(\d{1,15})\.(\d{1,15})\.(\S{1,64})$/.exec(text) ?? [];
  if (at === undefined || seq === undefined || roomId === undefined) {
    throw new ChatError("invalid", '"cursor" must be the one that the page before came with.', { field: "cursor" });
  }
  return { at: Number(at), seq: Number(seq), roomId };
}
