/** Where somebody was called, over all their rooms. */
import { keys, lastPart, ranges } from "../kv/keys.ts";
import type { Actor, ChatMessage } from "../model.ts";
import { LIMITS } from "../protocol/limits.ts";
import type { Chat } from "./chat.ts";
import { readMessages } from "./feed.ts";

interface Place {
  room_id: string;
  seq: number;
  at: number;
}

/** The newest messages that call me, by name or with everybody, newest first; at most 100. */
export async function listMentions(
  chat: Chat,
  actor: Actor,
  query: { limit?: number | undefined } = {},
): Promise<ChatMessage[]> {
  const limit = Math.max(1, Math.min(query.limit ?? 50, LIMITS.page));
  const [joined, pointers] = await Promise.all([
    chat.kv.list(ranges.joined(actor.user_id), { limit: LIMITS.rooms_per_user }),
    chat.kv.list(ranges.mentioned(actor.user_id), { limit: 2 * LIMITS.rooms_per_user }),
  ]);
  const rooms = new Set(joined.map(({ key }) => lastPart(key)));
  const called = await callsOf(chat, actor.user_id, [...rooms]);
  let places = newest(called, limit);
  const named = pointers.map(({ key, value }) => ({ room_id: lastPart(key), at: value.at }))
    .filter(({ room_id }) => rooms.has(room_id)).sort((a, b) => b.at - a.at);
  for (const { room_id, at } of named) {
    // a room's pointer is at least as new as its mentions, so the rest cannot add anything
    const oldest = places[limit - 1];
    if (oldest !== undefined && oldest.at > at) break;
    const found = await chat.kv.list(ranges.mentions(actor.user_id, room_id, 0), { limit, reverse: true });
    const here = found.map(({ key, value }) => ({ room_id, seq: Number(lastPart(key)), at: value }));
    places = newest([...places, ...here], limit);
  }
  const messages = await readMessages(chat, actor.user_id, places);
  return messages.filter((message) => message !== null);
}

async function callsOf(chat: Chat, userId: string, rooms: string[]): Promise<Place[]> {
  const entries = await chat.kv.getMany(rooms.map((id) => keys.called(id)));
  return entries.flatMap(({ value }, i) =>
    (value ?? []).filter(({ user_id }) => user_id !== userId)
      .map(({ seq, at }) => ({ room_id: rooms[i] ?? "", seq, at }))
  );
}

/** A message that calls somebody twice is in it once. */
function newest(places: Place[], limit: number): Place[] {
  const once = new Map(places.map((place) => [`${place.room_id}/${place.seq}`, place]));
  return [...once.values()].sort((a, b) => b.at - a.at || b.seq - a.seq).slice(0, limit);
}
