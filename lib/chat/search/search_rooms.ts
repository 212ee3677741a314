/** The rooms that somebody may search, as they and their index are now. */
import { ChatError } from "../../base/errors.ts";
import { type IndexRecord, type Key, keys } from "../../store/keys.ts";
import type { Actor, HeadRecord, RoomRecord } from "../../protocol/model.ts";
import { EMPTY } from "./index/room_index.ts";
import type { Chat } from "../chat.ts";
import { roomsOf } from "../rooms/room_slots.ts";

export interface SearchRoom {
  room: RoomRecord;
  head: HeadRecord;
  record: IndexRecord;
  tail: Uint8Array | null;
}

/** Those that the actor is a member of now; where `names` are given (`in:`), those of them. */
export async function searchableRooms(chat: Chat, actor: Actor, names: string[]): Promise<SearchRoom[]> {
  const ids = await roomsOf(chat, actor.user_id);
  const readable = await mayRead(chat, actor, ids);
  const wanted = names.length === 0 ? null : await named(chat, actor, [...readable.values()], names);
  const rooms = [...readable.values()].filter(({ id }) => wanted === null || wanted.has(id));
  const heads = await chat.kv.getMany(rooms.map(({ id }) => keys.head(id)));
  // neighbours are read in one snapshot, ten keys each
  const index = await chat.kv.getMany<unknown>(
    rooms.flatMap(({ id }): Key<unknown>[] => [keys.indexed(id), keys.indexTail(id)]),
  );
  return rooms.flatMap((room, i) => {
    const head = heads[i]?.value ?? null;
    const record = (index[2 * i]?.value ?? EMPTY) as IndexRecord;
    const tail = (index[2 * i + 1]?.value ?? null) as Uint8Array | null;
    return head === null ? [] : [{ room, head, record, tail }];
  });
}

/** Those of the rooms that the actor is a member of now (D6). */
export async function mayRead(chat: Chat, actor: Actor, ids: string[]): Promise<Map<string, RoomRecord>> {
  const [rooms, members] = await Promise.all([
    chat.kv.getMany(ids.map((id) => keys.room(id))),
    chat.kv.getMany(ids.map((id) => keys.member(id, actor.user_id))),
  ]);
  const readable = new Map<string, RoomRecord>();
  for (const [i, id] of ids.entries()) {
    const room = rooms[i]?.value ?? null;
    if (room === null || room.deleted_at !== undefined || members[i]?.value?.state !== "joined") continue;
    readable.set(id, room);
  }
  return readable;
}

/** By id, by name as far as case goes, or by the other person of a direct conversation. */
async function named(chat: Chat, actor: Actor, rooms: RoomRecord[], names: string[]): Promise<Set<string>> {
  const others = new Map(rooms.flatMap((room) => {
    const other = room.pair?.find((id) => id !== actor.user_id) ?? room.pair?.[0];
    return other === undefined ? [] : [[room.id, other]];
  }));
  const people = await chat.directory.many(others.values());
  const found = new Set<string>();
  for (const name of names) {
    const wanted = fold(name.replace(/^[#@]/, ""));
    const ids = rooms.filter(({ id, name: roomName }) => {
      const other = others.get(id);
      return id === name || fold(other === undefined ? roomName : people.get(other)?.username ?? "") === wanted;
    }).map(({ id }) => id);
    if (ids.length === 0) {
      throw new ChatError("invalid", `in: none of your rooms is called ${JSON.stringify(name)}.`, { field: "q" });
    }
    for (const id of ids) found.add(id);
  }
  return found;
}

function fold(name: string): string {
  return name.trim().normalize("NFKC").toLowerCase();
}
