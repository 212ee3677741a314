/**
 * No two rooms that one may see have names that look alike. A public room claims its name in the store (`room_name`). A
 * private one claims nothing, since a refusal would say that it exists: its name only has to differ from the public
 * rooms' and from those of the rooms that the person who names it is in.
 */
import type { Naming } from "../../log/command.ts";
import { likenessesOf } from "../../protocol/text/lookalike.ts";
import type { RoomRecord } from "../../protocol/model.ts";
import { keys, type NameClaim } from "../../store/keys.ts";
import type { Chat } from "../chat.ts";
import { roomsOf } from "./room_slots.ts";

/** What a room claims by a name. `room`: the room that is renamed; absent for a new one. Refuses nothing itself. */
export async function namingOf(
  chat: Pick<Chat, "kv">,
  userId: string,
  name: string,
  room?: RoomRecord,
): Promise<Naming> {
  const claims = await likenessesOf(name);
  const frees = room === undefined ? [] : await likenessesOf(room.name);
  const others = (await chat.kv.getMany(claims.map((likeness) => keys.roomName(likeness)))).flatMap(
    ({ value }, i) => value === null || value.room_id === room?.id ? [] : [{ claim: value, likeness: claims[i] ?? "" }],
  );
  const stale: NameClaim[] = [];
  for (const { claim, likeness } of others) {
    const holder = (await chat.kv.get(keys.room(claim.room_id))).value;
    if (holder !== null && await stands(holder, likeness)) return { name, claims, frees, stale, taken: holder.name };
    stale.push(claim);
  }
  const taken = await nameOfMine(chat, userId, claims, room?.id);
  return { name, claims, frees, stale, ...(taken === undefined ? {} : { taken }) };
}

async function stands({ name, kind, deleted_at }: RoomRecord, likeness: string): Promise<boolean> {
  return kind === "public" && deleted_at === undefined && (await likenessesOf(name)).includes(likeness);
}

/** The name of a room that the person is in, other than `except`, which looks like the claimed one. */
async function nameOfMine(
  { kv }: Pick<Chat, "kv">,
  userId: string,
  claims: string[],
  except: string | undefined,
): Promise<string | undefined> {
  const ids = (await roomsOf({ kv }, userId)).filter((id) => id !== except);
  for (const { value: room } of await kv.getMany(ids.map((id) => keys.room(id)))) {
    if (room === null || room.kind === "direct" || room.deleted_at !== undefined) continue;
    const own = await likenessesOf(room.name);
    if (own.some((likeness) => claims.includes(likeness))) return room.name;
  }
}
