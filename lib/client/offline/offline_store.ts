/**
 * The last messages of the rooms that were open, in this browser (IndexedDB), for when there is no server: one account's
 * at a time, bounded, and gone with the sign-out. The outbox and the drafts are beside it (localStorage).
 */
import * as v from "valibot";
import { readSettings } from "../../protocol/settings.ts";
import { type Me } from "../connection/api.ts";
import { confirmed } from "../room/entries.ts";
import { me, page, room, string } from "../connection/schemas.ts";
import type { RoomSnapshot, RoomState } from "../room/room_state.ts";
import type { Room } from "../../protocol/model.ts";
import type { Settings } from "../../protocol/settings.ts";
import { done, openDatabase } from "./offline_database.ts";

const ROOMS_KEPT = 20;
const EVENTS_KEPT = 60;
const LISTED_ROOMS_KEPT = 500;

const account = v.object({
  me,
  rooms: v.array(room),
  settings: v.pipe(v.unknown(), v.transform(readSettings)),
  blocked: v.optional(v.array(string), []),
});
const saved = v.object({ user_id: string, room_id: string, at: v.number(), cursor: string, ...page.entries });

export interface Account {
  me: Me;
  rooms: readonly Room[];
  settings: Settings;
  /** The ids of those whom the reader has blocked. */
  blocked: string[];
}

/** Writes the account, and what these rooms show. What another account left is removed first. */
export async function saveOffline(
  { me, rooms, settings, blocked }: Account,
  states: readonly RoomState[],
): Promise<void> {
  const database = await openDatabase();
  try {
    const all = database.transaction(["account", "rooms"], "readwrite");
    const known = v.safeParse(account, await done(all.objectStore("account").get("account")));
    if (known.success && known.output.me.id !== me.id) all.objectStore("rooms").clear();
    all.objectStore("account").put({ me, rooms: rooms.slice(0, LISTED_ROOMS_KEPT), settings, blocked }, "account");
    for (const state of states) {
      const snapshot = snapshotOf(state);
      if (snapshot === null) continue;
      const record = { ...snapshot, user_id: me.id, room_id: state.id, at: Date.now() };
      // plain data only: what comes back is decoded
      all.objectStore("rooms").put(JSON.parse(JSON.stringify(record)), state.id);
    }
    await dropOldest(all.objectStore("rooms"), new Set(rooms.map(({ id }) => id)));
  } finally {
    database.close();
  }
}

/** Rooms that the reader is not in any more go too. */
async function dropOldest(store: IDBObjectStore, mine: ReadonlySet<string>): Promise<void> {
  const records: unknown[] = await done(store.getAll());
  const rooms = records.flatMap((record) => {
    const read = v.safeParse(saved, record);
    return read.success ? [read.output] : [];
  }).sort((a, b) => b.at - a.at);
  rooms.forEach(({ room_id }, index) => {
    if (index >= ROOMS_KEPT || !mine.has(room_id)) store.delete(room_id);
  });
}

/** Whose page it is, and the room asked for or else the one seen last; null where nothing is held. */
export async function loadOffline(
  roomId: string | null,
): Promise<Account & { initial: (RoomSnapshot & { room_id: string }) | null } | null> {
  const database = await openDatabase();
  try {
    const all = database.transaction(["account", "rooms"]);
    const held = v.safeParse(account, await done(all.objectStore("account").get("account")));
    if (!held.success) return null;
    const records: unknown[] = await done(all.objectStore("rooms").getAll());
    const rooms = records.flatMap((record) => {
      const read = v.safeParse(saved, record);
      return read.success && read.output.user_id === held.output.me.id ? [read.output] : [];
    }).sort((a, b) => b.at - a.at);
    const initial = roomId === null ? rooms[0] : rooms.find(({ room_id }) => room_id === roomId);
    return { ...held.output, initial: initial ?? null };
  } finally {
    database.close();
  }
}

/** The newest of what a room shows, where that reaches to the present. */
function snapshotOf(state: RoomState): RoomSnapshot | null {
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
