/**
 * The last messages of the rooms that were open, kept in this browser (IndexedDB) to be shown without a server. Holds
 * one account at a time, is bounded, and is cleared on sign-out. Outbox and drafts are elsewhere (localStorage).
 */
import * as v from "../decode.ts";
import type { RoomSnapshot, RoomState } from "../room/room_state.ts";
import { done, openDatabase } from "./offline_database.ts";
import { type Account, account, LISTED_ROOMS_KEPT, roomsToDrop, roomToShow, snapshotOf } from "./offline_records.ts";

/** Writes the account and what these rooms show. Removes what another account left first. */
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
      // Plain data only; it is decoded when it is read.
      all.objectStore("rooms").put(JSON.parse(JSON.stringify(record)), state.id);
    }
    const held: unknown[] = await done(all.objectStore("rooms").getAll());
    for (const id of roomsToDrop(held, new Set(rooms.map(({ id }) => id)))) all.objectStore("rooms").delete(id);
  } finally {
    database.close();
  }
}

/** The account, and the requested room or else the one seen last; null if nothing is stored. */
export async function loadOffline(
  roomId: string | null,
): Promise<Account & { initial: (RoomSnapshot & { room_id: string }) | null } | null> {
  const database = await openDatabase();
  try {
    const all = database.transaction(["account", "rooms"]);
    const held = v.safeParse(account, await done(all.objectStore("account").get("account")));
    if (!held.success) return null;
    const records: unknown[] = await done(all.objectStore("rooms").getAll());
    return { ...held.output, initial: roomToShow(records, held.output.me.id, roomId) };
  } finally {
    database.close();
  }
}
