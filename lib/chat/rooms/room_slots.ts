/**
 * Places: how many rooms somebody may be in, exactly. A room has a commit of its own, so two joins at once would not see
 * each other. Each join therefore takes a slot first, in one record of its user, and slots count like rooms.
 *
 * Rooms that others chose for somebody take none of that user's own places. They are bounded apart, so that nobody can
 * fill another's places, nor the lists that the server reads.
 */
import { ChatError } from "../../base/errors.ts";
import { randomId } from "../../base/ids.ts";
import { change } from "../../store/change.ts";
import { keys, lastPart, ranges } from "../../store/keys.ts";
import { put } from "../../store/kv.ts";
import type { Added } from "../../protocol/model.ts";
import { LIMITS } from "../../protocol/limits.ts";
import type { Chat } from "../chat.ts";

/** Longer than an append may take; a process that ends in between leaves a slot taken until then. */
const SLOT_MS = 120_000;
/** Every room of one user, chosen by them or by others: the most that their list of rooms reads. */
export const MAX_ROOMS = LIMITS.rooms_per_user + LIMITS.rooms_added + LIMITS.direct_unopened;

/** The place that somebody is about to have in a room. */
export interface Place {
  user_id: string;
  room_id: string;
  /** Set where somebody else chose the room, and the user has not agreed yet. */
  added?: Added;
  /** An administrator chose the room: only the bound over all rooms holds. */
  exempt?: boolean;
}

/** Every room that somebody is a member of, in no order. */
export async function roomsOf(chat: Pick<Chat, "kv">, userId: string): Promise<string[]> {
  const joined = await chat.kv.list(ranges.joined(userId), { limit: MAX_ROOMS });
  return joined.map(({ key }) => lastPart(key));
}

/** Runs what makes somebody a member. Throws `limit_reached` where they are in too many rooms. */
export async function withRoomSlot<T>(chat: Chat, place: Place, join: () => Promise<T>): Promise<T> {
  const slot = await take(chat, place);
  try {
    const joined = await join();
    await give(chat, place.user_id, slot);
    return joined;
  } catch (error) {
    // unknown commit outcome: the join may still happen, so the slot is left to expire by itself
    const isOpen = !(error instanceof ChatError) || error.code === "storage_unavailable";
    if (!isOpen) await give(chat, place.user_id, slot);
    throw error;
  }
}

async function take(chat: Chat, place: Place): Promise<string> {
  const slot = slotOf(place);
  // slots are read before rooms: a slot that is given back in between is a room by then
  await change(chat.kv, [keys.roomSlots(place.user_id)], async ({ key, value }) => {
    const now = chat.clock.now();
    const slots = live(value, now);
    // an earlier try with an unknown outcome took it
    if (Object.hasOwn(slots, slot)) return { result: undefined };
    const joined = await chat.kv.list(ranges.joined(place.user_id), { limit: MAX_ROOMS });
    const rooms = new Map(Object.keys(slots).map(readSlot));
    for (const { key, value } of joined) rooms.set(lastPart(key), value);
    rooms.delete(place.room_id);
    refuseTooMany(place, [...rooms.values()]);
    const set = [put(key, { ...slots, [slot]: now + SLOT_MS })];
    return { result: undefined, write: { set }, proof: "repeatable" };
  });
  return slot;
}

/** Throws where the rooms that somebody is in leave no such place. */
function refuseTooMany({ added, exempt }: Place, rooms: (true | Added)[]): void {
  if (rooms.length >= MAX_ROOMS) throw added === undefined && exempt !== true ? tooMany() : notNow();
  if (exempt === true) return;
  if (added === undefined) {
    if (rooms.filter((room) => room === true).length >= LIMITS.rooms_per_user) throw tooMany();
    return;
  }
  const alike = rooms.filter((room) => room !== true).filter(({ direct }) => direct === added.direct);
  if (added.direct === true) {
    if (alike.length >= LIMITS.direct_unopened) throw notNow();
    return;
  }
  const mine = alike.filter(({ by }) => by === added.by);
  if (alike.length >= LIMITS.rooms_added || mine.length >= shareBeside(alike.length - mine.length)) throw notNow();
}

/** How many places may wait for one adder: a fifth of what other adders left, so that no few accounts fill all of them. */
function shareBeside(others: number): number {
  const left = (LIMITS.rooms_added - others) / LIMITS.rooms_added;
  return Math.max(1, Math.floor(left * LIMITS.rooms_added_by_one));
}

/** One name an attempt: of two that enter one room at once, the first to end must not give back the other's slot. */
function slotOf({ room_id, added }: Place): string {
  return [room_id, randomId(8), ...(added === undefined ? [] : [added.by, added.direct === true ? "direct" : "room"])]
    .join(" ");
}

/** Older processes name a slot by its room alone. */
function readSlot(slot: string): [roomId: string, value: true | Added] {
  const [roomId = "", , by, what] = slot.split(" ");
  if (by === undefined) return [roomId, true];
  return [roomId, what === "direct" ? { by, direct: true } : { by }];
}

/** Gives a slot back. Best effort, since the slot expires anyway. */
async function give(chat: Chat, userId: string, slot: string): Promise<void> {
  try {
    await change(chat.kv, [keys.roomSlots(userId)], ({ key, value }) => {
      if (value === null || !Object.hasOwn(value, slot)) return { result: undefined };
      const { [slot]: _, ...slots } = live(value, chat.clock.now());
      // Never deleted: two absences have the same (null) versionstamp, so a delete would hide a slot taken in between (ABA).
      return { result: undefined, write: { set: [put(key, slots)] }, proof: "repeatable" };
    });
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

function notNow(): ChatError {
  return new ChatError(
    "limit_reached",
    "Others added this person to too many rooms. They have to choose to stay in some of them, or leave them, first.",
    { field: "user_id" },
  );
}
