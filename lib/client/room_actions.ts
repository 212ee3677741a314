/** What dialogs do to rooms and to the account. Fetched together with the dialogs. Each verb takes the room's id. */
import * as v from "./decode.ts";
import type { Room } from "../protocol/model.ts";
import type { Level, Settings } from "../protocol/settings.ts";
import type { NewRoom, RoomChanges } from "./connection/api.ts";
import type { ChatStore } from "./store.ts";

export async function createRoom(store: ChatStore, input: NewRoom): Promise<Room> {
  return entered(store, await store.api.createRoom(input));
}

export async function openDirect(store: ChatStore, userId: string): Promise<Room> {
  return entered(store, await store.api.openDirect(userId));
}

/** Joins a public room and shows it. */
export async function joinRoom(store: ChatStore, roomId: string): Promise<void> {
  await store.api.addMember(roomId);
  store.rooms.open(roomId);
}

/** `confirm`: leaves even if that deletes the room. */
export async function leaveRoom(store: ChatStore, roomId: string, confirm: boolean): Promise<void> {
  await store.api.removeMember(roomId, store.me.peek().id, false, "", confirm);
  store.rooms.lost(roomId, "left");
}

export async function updateRoom(store: ChatStore, roomId: string, changes: RoomChanges): Promise<Room> {
  const room = await store.api.updateRoom(roomId, changes);
  store.rooms.list.put(room);
  return room;
}

export async function deleteRoom(store: ChatStore, roomId: string): Promise<void> {
  await store.api.deleteRoom(roomId);
  store.rooms.lost(roomId, "left");
}

/** `reason`: shown to everybody when it is somebody else's message. */
export async function removeMessage(store: ChatStore, roomId: string, messageId: string, reason = ""): Promise<void> {
  const command = { type: "delete_message", room_id: roomId, message_id: messageId } as const;
  await store.connection.command(reason === "" ? command : { ...command, reason }, v.unknown);
}

/** Sets which messages of a room notify me; null: those that the account's settings say. */
export async function setLevel(store: ChatStore, roomId: string, level: Level | null): Promise<void> {
  await store.api.setLevel(roomId, level);
  const { [roomId]: _, ...others } = store.settings.peek().room_levels;
  const room_levels = level === null ? others : { ...others, [roomId]: level };
  store.settings.value = { ...store.settings.peek(), room_levels };
}

export async function updateSettings(store: ChatStore, changes: Partial<Settings>): Promise<void> {
  store.settings.value = await store.api.updateSettings(changes);
}

function entered(store: ChatStore, room: Room): Room {
  store.rooms.list.put(room);
  store.rooms.open(room.id);
  return room;
}
