/** Who is online, as far as the actor may know it. */
import { keys } from "../../store/keys.ts";
import type { Actor } from "../../protocol/model.ts";
import type { Chat } from "../chat.ts";
import { roomsOf } from "../rooms/room_slots.ts";

/** How many shared rooms of each person are looked up. Presence names them, but may be a moment behind in a few. */
const LOOKED_UP = 3;

/** Answers in the order of the ids. A person who shares no room with the actor, or has blocked them, counts as offline. */
export async function whoIsOnline(
  chat: Chat,
  actor: Actor,
  userIds: string[],
): Promise<{ user_id: string; online: boolean }[]> {
  const online = [...new Set(userIds)].filter((id) => id !== actor.user_id && chat.presence.isOnline(id));
  const shown = new Set(online.length === 0 ? [] : await knownTo(chat, actor, online));
  if (chat.presence.isOnline(actor.user_id)) shown.add(actor.user_id);
  return userIds.map((id) => ({ user_id: id, online: shown.has(id) }));
}

/** Reads the actor's rooms once, and a few keys of each person, however many rooms both are in. */
async function knownTo(chat: Chat, actor: Actor, userIds: string[]): Promise<string[]> {
  const mine = new Set(await roomsOf(chat, actor.user_id));
  const shared = userIds.flatMap((id) => {
    const rooms = new Set(chat.presence.rooms(id).filter((room) => mine.has(room)));
    return [...rooms].slice(0, LOOKED_UP).map((room) => [id, room] as const);
  });
  const [blocks, members] = await Promise.all([
    chat.kv.getMany(userIds.map((id) => keys.block(id, actor.user_id))),
    chat.kv.getMany(shared.map(([id, room]) => keys.member(room, id))),
  ]);
  const together = new Set(shared.filter((_, i) => members[i]?.value?.state === "joined").map(([id]) => id));
  return userIds.filter((id, i) => together.has(id) && blocks[i]?.value === null);
}
