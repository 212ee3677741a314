/** Retention: raises the floors of rooms that keep their messages for a time; a job then erases what is below. */
import { passSlice } from "../store/limits.ts";
import { noSuchRoom } from "../log/no_such_room.ts";
import { dueJob } from "../store/jobs/due.ts";
import { keys, ranges } from "../store/keys.ts";
import type { Kv, Put } from "../store/kv.ts";
import type { HeadRecord, RoomRecord } from "../protocol/model.ts";
import { ChatError } from "../base/errors.ts";
import type { Chat } from "../chat/chat.ts";
import { readHead } from "../chat/messages/feed.ts";
import { retentionDays } from "../chat/rooms/membership.ts";

const DAY = 86_400_000;
/** Slices of one room in one pass; the next pass continues. */
const MAX_SLICES = 100;
const AGAIN_MS = 60_000;
/**
 * Only a room that is due within this time gets a job; later ones are found by the daily pass over all rooms
 * (room_pass.ts).
 */
const AHEAD_MS = DAY + 3_600_000;

/**
 * Trims a room, and returns the job for the next time. Running it again, or in two processes at once, changes nothing
 * more: a floor only rises.
 */
export async function trimRoom(chat: Chat, roomId: string): Promise<Put[]> {
  const room = (await chat.kv.get(keys.room(roomId))).value;
  if (room === null || room.deleted_at !== undefined) return [];
  const days = retentionDays(chat, room);
  const head = await readHead(chat, roomId);
  if (days === 0 || head === null) return [];
  const now = chat.clock.now();
  const end = await lastBefore(chat, roomId, head, now - days * DAY);
  const trimmed = end.floor > head.floor && await trimTo(chat, roomId, end);
  const next = await expiryOf(chat.kv, days, roomId, { ...head, floor: Math.max(head.floor, end.floor) });
  if (next === undefined || next > now + AHEAD_MS) return [];
  return [dueJob({ kind: "trim_room", room_id: roomId }, trimmed ? next : Math.max(next, now + AGAIN_MS))];
}

/** When the room's oldest event is to be trimmed; undefined: it has none. */
export async function nextTrim(chat: Chat, room: RoomRecord, head: HeadRecord): Promise<number | undefined> {
  const days = retentionDays(chat, room);
  if (days === 0) return undefined;
  const next = await expiryOf(chat.kv, days, room.id, head);
  return next === undefined || next > chat.clock.now() + AHEAD_MS ? undefined : next;
}

async function expiryOf(
  kv: Kv,
  days: number,
  roomId: string,
  { floor, seq }: Pick<HeadRecord, "floor" | "seq">,
): Promise<number | undefined> {
  if (floor >= seq) return undefined;
  const end = Number.MAX_SAFE_INTEGER;
  const [item] = await kv.list(ranges.items(roomId, floor + 1, end), { limit: 1 });
  const [first] = item === undefined ? await kv.list(ranges.changes(roomId, floor + 1, end), { limit: 1 }) : [item];
  // strictly before: an event of just now minus the days is kept
  return first === undefined ? undefined : first.value.at + days * DAY + 1;
}

/**
 * Makes everything up to `floor` inaccessible from now on; `messages` of it were messages. Returns false where it was
 * so before.
 */
export async function trimTo(chat: Chat, room_id: string, end: { floor: number; messages: number }): Promise<boolean> {
  try {
    const { changed, seq } = await chat.appender.append(room_id, { type: "trim", ...end });
    if (!changed) return false;
    // there is no event for this, so the indexer is told here
    chat.indexer?.note(room_id, seq);
    chat.bus.publish({ type: "trimmed", room_id, ...end });
    return true;
  } catch (error) {
    // deleted meanwhile
    if (error instanceof ChatError && error.code === noSuchRoom(room_id).code) return false;
    throw error;
  }
}

/** The last seq before `cutoff`, as far as one pass reads. A log's times never go back. */
async function lastBefore(
  chat: Chat,
  roomId: string,
  head: { floor: number; floor_messages?: number },
  cutoff: number,
): Promise<{ floor: number; messages: number }> {
  const limit = passSlice(chat.kv.limits);
  let { floor } = head;
  let messages = head.floor_messages ?? 0;
  for (let slices = 0;; slices++) {
    // changes are read only once all old items were: a change does not record the count of messages, which the floor
    // needs
    if (slices === MAX_SLICES) return { floor, messages };
    const items = await chat.kv.list(ranges.items(roomId, floor + 1, Number.MAX_SAFE_INTEGER), { limit });
    const old = items.filter(({ value }) => value.at < cutoff);
    const last = old.at(-1)?.value;
    if (last === undefined) break;
    floor = last.seq;
    messages = last.messages;
    if (old.length < limit) break;
  }
  for (let slices = 0; slices < MAX_SLICES; slices++) {
    const changes = await chat.kv.list(ranges.changes(roomId, floor + 1, Number.MAX_SAFE_INTEGER), { limit });
    const old = changes.filter(({ value }) => value.at < cutoff);
    const last = old.at(-1)?.value;
    if (last === undefined) break;
    floor = last.seq;
    if (old.length < limit) break;
  }
  return { floor, messages };
}
