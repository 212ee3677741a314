/** Who is online, as far as the actor may know it. */
import { keys } from "../../store/keys.ts";
import type { Actor } from "../../protocol/model.ts";
import type { Chat } from "../chat.ts";
import { roomsOf } from "../rooms/room_slots.ts";

/** Rooms that are looked at in one read. */
const ROOMS_AT_ONCE = 10;

/** In the order asked. Whoever shares no room with the actor, or has blocked them, counts as offline. */
export async function whoIsOnline(
  chat: Chat,
  actor: Actor,
  userIds: string[],
): Promise<{ user_id: string; online: boolean }[]> {
  // presence is in memory; only those who are online cost a read
  const online = new Set(userIds.filter((id) => chat.presence.isOnline(id)));
  const rooms = online.size === 0 ? [] : await generalFirst(chat, actor.user_id);
  const shown = new Set<string>();
  for (const id of online) if (id === actor.user_id || await mayKnow(chat, actor, id, rooms)) shown.add(id);
  return userIds.map((id) => ({ user_id: id, online: shown.has(id) }));
}

/** `general` first: nearly everybody is in it. */
async function generalFirst(chat: Chat, userId: string): Promise<string[]> {
  const ids = await roomsOf(chat, userId);
  return [...ids.filter((id) => id === "general"), ...ids.filter((id) => id !== "general")];
}

async function mayKnow(chat: Chat, actor: Actor, userId: string, rooms: string[]): Promise<boolean> {
  if ((await chat.kv.get(keys.block(userId, actor.user_id))).value !== null) return false;
  for (let i = 0; i < rooms.length; i += ROOMS_AT_ONCE) {
    const members = await chat.kv.getMany(rooms.slice(i, i + ROOMS_AT_ONCE).map((id) => keys.member(id, userId)));
    if (members.some(({ value }) => value?.state === "joined")) return true;
  }
  return false;
}
