/** Retention: raises the floors of rooms that keep their messages for a time; the sweeper then erases what is below. */
import { noSuchRoom } from "../kv/append.ts";
import { ranges } from "../kv/keys.ts";
import type { RoomRecord } from "../model.ts";
import { ChatError } from "../errors.ts";
import type { Chat } from "./chat.ts";
import { readHead } from "./feed.ts";
import { retentionDays } from "./membership.ts";

const DAY = 86_400_000;
const SLICE = 200;
/** Of one room in one pass; the next goes on. */
const MAX_SLICES = 100;

/**
 * Returns how many rooms were trimmed. Running it again, or in two processes at once, changes nothing more; a room where
 * it fails holds up no other.
 */
export async function trimRooms(chat: Chat): Promise<number> {
  let trimmed = 0;
  const failures: unknown[] = [];
  for (let after = "";;) {
    const rooms = await chat.kv.list(ranges.rooms(after), { limit: SLICE });
    for (const { value } of rooms) {
      try {
        if (await trimRoom(chat, value)) trimmed++;
      } catch (error) {
        failures.push(error);
      }
    }
    const last = rooms.at(-1);
    if (last === undefined || rooms.length < SLICE) {
      if (failures.length > 0) throw failures[0];
      return trimmed;
    }
    after = last.value.id;
  }
}

async function trimRoom(chat: Chat, room: RoomRecord): Promise<boolean> {
  const days = retentionDays(chat, room);
  if (days === 0 || room.deleted_at !== undefined) return false;
  const head = await readHead(chat, room.id);
  if (head === null) return false;
  const end = await lastBefore(chat, room.id, head, chat.clock.now() - days * DAY);
  if (end.floor <= head.floor) return false;
  try {
    const { changed } = await chat.appender.append(room.id, { type: "trim", ...end });
    // no event says it
    if (changed) chat.indexer?.note(room.id, head.seq);
    return changed;
  } catch (error) {
    // deleted meanwhile
    if (error instanceof ChatError && error.code === noSuchRoom(room.id).code) return false;
    throw error;
  }
}

/** The last seq that happened before `cutoff`, as far as one pass looks: a log's times never go back. */
async function lastBefore(
  chat: Chat,
  roomId: string,
  head: { floor: number; floor_messages?: number },
  cutoff: number,
): Promise<{ floor: number; messages: number }> {
  let { floor } = head;
  let messages = head.floor_messages ?? 0;
  for (let slices = 0;; slices++) {
    // changes are not looked at before the items end: past them one would not know how many messages there were
    if (slices === MAX_SLICES) return { floor, messages };
    const items = await chat.kv.list(ranges.items(roomId, floor + 1, Number.MAX_SAFE_INTEGER), { limit: SLICE });
    const old = items.filter(({ value }) => value.at < cutoff);
    const last = old.at(-1)?.value;
    if (last === undefined) break;
    floor = last.seq;
    messages = last.messages;
    if (old.length < SLICE) break;
  }
  for (let slices = 0; slices < MAX_SLICES; slices++) {
    const changes = await chat.kv.list(ranges.changes(roomId, floor + 1, Number.MAX_SAFE_INTEGER), { limit: SLICE });
    const old = changes.filter(({ value }) => value.at < cutoff);
    const last = old.at(-1)?.value;
    if (last === undefined) break;
    floor = last.seq;
    if (old.length < SLICE) break;
  }
  return { floor, messages };
}
