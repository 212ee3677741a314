/** The messages that mention somebody, over all their rooms. */
import { ChatError } from "../../base/errors.ts";
import { keys, lastPart, ranges } from "../../store/keys.ts";
import type { Actor, ChatMessage } from "../../protocol/model.ts";
import { LIMITS } from "../../protocol/limits.ts";
import type { Chat } from "../chat.ts";
import { readMessages } from "./feed.ts";
import { MAX_ROOMS, roomsOf } from "../rooms/room_slots.ts";

interface Place {
  room_id: string;
  seq: number;
  at: number;
}

export interface Mentions {
  messages: ChatMessage[];
  /** The cursor of the next, older page; null: there is none. */
  cursor: string | null;
}

/** How many mentions of one room are read to find those that are older than a cursor in another room. */
const DEEPEST = 1_000;
const PAGE = 100;

/** The messages that mention me, by name or with everybody, newest first. */
export async function listMentions(
  chat: Chat,
  actor: Actor,
  query: { limit?: number | undefined; cursor?: string | undefined } = {},
): Promise<Mentions> {
  const limit = Math.max(1, Math.min(query.limit ?? 50, LIMITS.page));
  const after = query.cursor === undefined ? null : parseCursor(query.cursor);
  const [joined, pointers] = await Promise.all([
    roomsOf(chat, actor.user_id),
    chat.kv.list(ranges.mentioned(actor.user_id), { limit: 2 * MAX_ROOMS }),
  ]);
  const rooms = new Set(joined);
  const called = await callsOf(chat, actor.user_id, [...rooms]);
  // one more than is asked for, which says whether there is another page
  let places = newest(called.filter((place) => isAfter(place, after)), limit + 1);
  const named = pointers.map(({ key, value }) => ({ room_id: lastPart(key), at: value.at }))
    .filter(({ room_id }) => rooms.has(room_id)).sort((a, b) => b.at - a.at);
  for (const { room_id, at } of named) {
    // a room's pointer is at least as new as its mentions, so the rest cannot add anything
    const oldest = places[limit];
    if (oldest !== undefined && oldest.at > at) break;
    places = newest([...places, ...await namedIn(chat, actor.user_id, room_id, after, limit + 1)], limit + 1);
  }
  const last = places.length > limit ? places[limit - 1] : undefined;
  const messages = await readMessages(chat, actor.user_id, places.slice(0, limit));
  return {
    messages: messages.filter((message) => message !== null),
    cursor: last === undefined ? null : `${last.at}.${last.seq}.${last.room_id}`,
  };
}

/** The newest mentions of one room that are older than the page before. */
async function namedIn(chat: Chat, userId: string, room_id: string, after: Place | null, limit: number) {
  const found: Place[] = [];
  // in one room what is older has the smaller seq
  let end = after?.room_id === room_id ? after.seq : undefined;
  for (let seen = 0; seen < DEEPEST && found.length < limit; seen += PAGE) {
    const page = await chat.kv.list(ranges.mentions(userId, room_id, 0, end), {
      limit: after === null ? limit : PAGE,
      reverse: true,
    });
    const here = page.map(({ key, value }) => ({ room_id, seq: Number(lastPart(key)), at: value }));
    found.push(...here.filter((place) => isAfter(place, after)));
    const last = here.at(-1);
    if (last === undefined || after === null || page.length < PAGE) break;
    end = last.seq;
  }
  return found;
}

function isAfter(place: Place, cursor: Place | null): boolean {
  return cursor === null || inOrder(cursor, place) < 0;
}

function inOrder(a: Place, b: Place): number {
  return b.at - a.at || b.seq - a.seq || (a.room_id < b.room_id ? -1 : a.room_id > b.room_id ? 1 : 0);
}

function parseCursor(text: string): Place {
  const [, at, seq, room_id] = /^(\d{1,15})\.(\d{1,15})\.(\S{1,64})$/.exec(text) ?? [];
  if (at === undefined || seq === undefined || room_id === undefined) {
    throw new ChatError("invalid", '"cursor" must be the one that the page before came with.', { field: "cursor" });
  }
  return { at: Number(at), seq: Number(seq), room_id };
}

async function callsOf(chat: Chat, userId: string, rooms: string[]): Promise<Place[]> {
  const entries = await chat.kv.getMany(rooms.map((id) => keys.called(id)));
  return entries.flatMap(({ value }, i) =>
    (value ?? []).filter(({ user_id }) => user_id !== userId)
      .map(({ seq, at }) => ({ room_id: rooms[i] ?? "", seq, at }))
  );
}

/** The newest places, each message once: one may mention a person by name and with everybody. */
function newest(places: Place[], limit: number): Place[] {
  const once = new Map(places.map((place) => [`${place.room_id}/${place.seq}`, place]));
  return [...once.values()].sort(inOrder).slice(0, limit);
}
