/**
 * How many rooms one may be in, exactly: a room has a commit of its own, so two at once would not see each other. Who is
 * about to join takes a slot first, in one record of theirs, and what was joined already counts with it.
 */
import { ChatError } from "../errors.ts";
import { keys, lastPart, ranges } from "../kv/keys.ts";
import { put } from "../kv/kv.ts";
import { LIMITS } from "../protocol/limits.ts";
import type { Chat } from "./chat.ts";
import { busy, pause } from "./control.ts";

/** Longer than an append may take; a process that ends in between leaves a slot taken until then. */
const SLOT_MS = 120_000;
const MAX_TRIES = 40;

/** Runs what makes somebody a member. Throws `limit_reached` where they are in too many rooms. */
export async function withRoomSlot<T>(
  chat: Chat,
  userId: string,
  roomId: string,
  join: () => Promise<T>,
): Promise<T> {
  await take(chat, userId, roomId);
  try {
    const joined = await join();
    await give(chat, userId, roomId);
    return joined;
  } catch (error) {
    // what the store did not answer may still come to be: the slot runs out by itself
    const isOpen = !(error instanceof ChatError) || error.code === "storage_unavailable";
    if (!isOpen) await give(chat, userId, roomId);
    throw error;
  }
}

async function take(chat: Chat, userId: string, roomId: string): Promise<void> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    if (tries > 0) await pause(tries);
    const now = chat.clock.now();
    // the slots first: one that is given back before the rooms are read is a room by then
    const { key, value, versionstamp } = await chat.kv.get(keys.roomSlots(userId));
    const slots = live(value, now);
    const joined = await chat.kv.list(ranges.joined(userId), { limit: LIMITS.rooms_per_user });
    const rooms = new Set([...joined.map(({ key }) => lastPart(key)), ...Object.keys(slots)]);
    if (!rooms.has(roomId) && rooms.size >= LIMITS.rooms_per_user) throw tooMany();
    const set = [put(keys.roomSlots(userId), { ...slots, [roomId]: now + SLOT_MS })];
    if (await chat.kv.commit({ checks: [{ key, versionstamp }], set }) !== null) return;
  }
  throw busy();
}

/** Best effort: it would run out. */
async function give(chat: Chat, userId: string, roomId: string): Promise<void> {
  try {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      if (tries > 0) await pause(tries);
      const { key, value, versionstamp } = await chat.kv.get(keys.roomSlots(userId));
      const { [roomId]: _, ...slots } = live(value, chat.clock.now());
      // never deleted: absent twice, it would not tell who took one meanwhile
      const set = [put(keys.roomSlots(userId), slots)];
      if (await chat.kv.commit({ checks: [{ key, versionstamp }], set }) !== null) return;
    }
  } catch (error) {
    if (!(error instanceof ChatError)) throw error;
  }
}

function live(slots: Record<string, number> | null, now: number): Record<string, number> {
  return Object.fromEntries(Object.entries(slots ?? {}).filter(([, until]) => until > now));
}

function tooMany(): ChatError {
  return new ChatError(
    "limit_reached",
    `One person can be in at most ${LIMITS.rooms_per_user} rooms: leave one first.`,
  );
}
