/** The records of the offline store, and the rules for which are kept. Needs no database. */
import * as v from "../decode.ts";
import type { Room } from "../../protocol/model.ts";
import { readSettings, type Settings } from "../../protocol/settings.ts";
import type { Me } from "../connection/api.ts";
import { me, page, room, string } from "../connection/schemas.ts";
import { confirmed } from "../room/entries.ts";
import type { RoomSnapshot, RoomState } from "../room/room_state.ts";

const ROOMS_KEPT = 20;
const EVENTS_KEPT = 60;
export const LISTED_ROOMS_KEPT = 500;

export const account = v.object({
  me,
  rooms: v.array(room),
  settings: readSettings,
  blocked: v.optional(v.array(string), []),
});
const saved = v.object({ user_id: string, room_id: string, at: v.number, cursor: string, ...page.entries });

export interface Account {
  me: Me;
  rooms: readonly Room[];
  settings: Settings;
  /** The ids of the people whom the reader has blocked. */
  blocked: string[];
}

/** The records that can be decoded; the room seen last comes first. */
export function readRooms(records: readonly unknown[]) {
  return records.flatMap((record) => {
    const read = v.safeParse(saved, record);
    return read.success ? [read.output] : [];
  }).sort((a, b) => b.at - a.at);
}

/** The rooms to remove: the oldest beyond the limit, and those that the reader is not in any more. */
export function roomsToDrop(records: readonly unknown[], mine: ReadonlySet<string>): string[] {
  return readRooms(records).flatMap(({ room_id }, index) => index >= ROOMS_KEPT || !mine.has(room_id) ? [room_id] : []);
}

/** The requested room, or else the one seen last; of this account alone. */
export function roomToShow(records: readonly unknown[], userId: string, roomId: string | null) {
  const rooms = readRooms(records).filter(({ user_id }) => user_id === userId);
  return (roomId === null ? rooms[0] : rooms.find(({ room_id }) => room_id === roomId)) ?? null;
}

/** A room's newest entries; none if what is loaded does not reach to the present. */
export function snapshotOf(state: RoomState): RoomSnapshot | null {
  const { cursor } = state;
  if (cursor === undefined || !state.ready.peek() || state.hasNewer.peek()) return null;
  const settled = state.entries.peek().filter((entry) => entry.seq !== Infinity && entry.id !== "");
  const kept = settled.slice(-EVENTS_KEPT);
  const mine: Record<string, string[]> = {};
  const events = kept.map((entry) => {
    const event = entry.type === "chat_message" ? confirmed(entry.view.peek()) : entry.view.peek();
    if ("mine" in event && event.mine.length > 0) mine[entry.id] = [...event.mine];
    return event;
  });
  return { events, mine, cursor, has_more: state.hasMore.peek() || kept.length < settled.length };
}
