/** What people do with rooms. Writes are authorised by the rules, reads here. */
import { ChatError } from "../../base/errors.ts";
import { randomId } from "../../base/ids.ts";
import { emptyHead } from "../../log/draft.ts";
import { noSuchRoom } from "../../log/no_such_room.ts";
import type { RoomChange } from "../../log/command.ts";
import { busy, change } from "../../store/change.ts";
import { type Key, keys, lastPart, type NameClaim, ranges } from "../../store/keys.ts";
import { type Entry, type Put, put } from "../../store/kv.ts";
import type { Actor, Added, HeadRecord, ItemRecord, Role, Room, RoomKind, RoomRecord } from "../../protocol/model.ts";
import { LIMITS } from "../../protocol/limits.ts";
import { misleads } from "../people/misleading.ts";
import type { Chat } from "../chat.ts";
import { VISIBLE } from "../people/fields.ts";
import { asAdmin, pairOf, requireUser, roomView, viewOf } from "./membership.ts";
import type { Naming } from "../../log/command.ts";
import { nameKeys, nameTaken, refuseClaimed } from "../../log/rules/room_names.ts";
import { namingOf } from "./room_names.ts";
import { announceSurely } from "../publish.ts";
import { type Place, roomsOf, withRoomSlot } from "./room_slots.ts";
import { NOT_TAKEN } from "../../log/rules/support.ts";

/** Every room I am a member of, in no order. */
export async function listRooms(chat: Chat, actor: Actor): Promise<Room[]> {
  const ids = await roomsOf(chat, actor.user_id);
  return await viewsOf(chat, actor.user_id, ids);
}

/** Public rooms by id, whether I am in them or not. `after` is the last room's id of the page before. */
export async function browseRooms(
  chat: Chat,
  actor: Actor,
  query: { after?: string | undefined; limit?: number | undefined } = {},
): Promise<{ rooms: Room[]; has_more: boolean }> {
  const limit = Math.max(1, Math.min(query.limit ?? 50, LIMITS.page));
  const found = await chat.kv.list(ranges.publicRooms(query.after), { limit: limit + 1 });
  const ids = found.slice(0, limit).map(({ key }) => lastPart(key));
  return { rooms: await viewsOf(chat, actor.user_id, ids), has_more: found.length > limit };
}

async function viewsOf(chat: Chat, userId: string, ids: string[]): Promise<Room[]> {
  const [rooms, heads, members, marks, mentioned] = await Promise.all([
    chat.kv.getMany(ids.map((id) => keys.room(id))),
    chat.kv.getMany(ids.map((id) => keys.head(id))),
    chat.kv.getMany(ids.map((id) => keys.member(id, userId))),
    chat.kv.getMany(ids.map((id) => keys.read(userId, id))),
    chat.kv.getMany(ids.map((id) => keys.mentioned(userId, id))),
  ]);
  const views = ids.map((id, i) => {
    const room = rooms[i]?.value ?? null;
    const head = heads[i]?.value ?? null;
    if (room === null || head === null || room.deleted_at !== undefined) return null;
    const member = members[i]?.value ?? null;
    const mark = chat.marks.present(userId, id, marks[i]?.value ?? null);
    const joined = member?.state === "joined" ? member : null;
    return viewOf(chat, userId, { room, head, member: joined, mark, mentioned: mentioned[i]?.value?.seq ?? 0 });
  });
  return (await Promise.all(views)).filter((view) => view !== null);
}

export async function getRoom(chat: Chat, actor: Actor, roomId: string): Promise<Room> {
  return await roomView(chat, actor.user_id, roomId) ?? raise(noSuchRoom(roomId));
}

/** Makes a room whose first events are its creation and its owner's joining. */
export async function createRoom(
  chat: Chat,
  actor: Actor,
  input: { name: string; topic?: string | undefined; kind: "public" | "private" },
): Promise<Room> {
  const name = roomName(input.name);
  const topic = roomTopic(input.topic ?? "");
  chat.rates.check("rooms", actor.user_id);
  const id = `r${randomId(11)}`;
  const by = actor.user_id;
  const naming = await namingOf(chat, by, name);
  if (naming.taken !== undefined) throw nameTaken(naming.taken);
  const room: NewRoom = { id, kind: input.kind, name, topic, by, people: [[by, "owner"]], naming };
  await withRoomSlot(chat, { user_id: by, room_id: id }, () => create(chat, room));
  return await getRoom(chat, actor, id);
}

/** The one direct conversation of me and somebody, made at its first opening (with oneself: notes). */
export async function openDirect(chat: Chat, actor: Actor, userId: string): Promise<Room> {
  const pair = pairOf(actor.user_id, userId);
  const key = keys.direct(...pair);
  const present = (await chat.kv.get(key)).value;
  if (present !== null) return await getRoom(chat, actor, present);
  await requireUser(chat, userId);
  const [mine, theirs] = await chat.kv.getMany([
    keys.block(actor.user_id, userId),
    keys.block(userId, actor.user_id),
  ]);
  if (theirs?.value != null) throw new ChatError("forbidden", NOT_TAKEN);
  chat.rates.check("rooms", actor.user_id);
  const id = `d${randomId(11)}`;
  const people = [...new Set(pair)].map((person): [string, Role] => [person, "member"]);
  const room: NewRoom = {
    id,
    kind: "direct",
    name: "",
    topic: "",
    by: actor.user_id,
    people,
    pair,
    ...(mine?.value == null ? {} : { refused: userId }),
    unless: [mine, theirs].flatMap((block) => block === undefined ? [] : [block]),
  };
  const other: Place = { user_id: userId, room_id: id, added: { by: actor.user_id, direct: true } };
  const make = () => create(chat, room, key);
  const isMade = await withRoomSlot(
    chat,
    { user_id: actor.user_id, room_id: id },
    () => userId === actor.user_id ? make() : withRoomSlot(chat, other, make),
  );
  if (isMade) return await getRoom(chat, actor, id);
  // the other person opened it at the same moment, or one of the two blocked the other
  const made = (await chat.kv.get(key)).value;
  if (made === null) throw busy();
  return await getRoom(chat, actor, made);
}

interface NewRoom {
  id: string;
  kind: RoomKind;
  name: string;
  topic: string;
  by: string;
  people: [userId: string, role: Role][];
  pair?: [string, string];
  /** In a direct conversation: the person who may not write, because the other one has blocked them. */
  refused?: string;
  /** The room is made only if these keys have not changed since they were read. */
  unless?: { key: Deno.KvKey; versionstamp: string | null }[];
  naming?: Naming;
}

/** One atomic: the room, its head, its members and the first events. `once` must not exist yet and then holds its id. */
export async function create(chat: Chat, room: NewRoom, once?: Key<string>): Promise<boolean> {
  const at = chat.clock.now();
  const { id, kind, name, topic, by, unless = [] } = room;
  const record: RoomRecord = {
    id,
    kind,
    name,
    topic,
    created_by: by,
    created_at: at,
    ...(room.pair === undefined ? {} : { pair: room.pair }),
  };
  const head: HeadRecord = { ...emptyHead(at) };
  const items: ItemRecord[] = [];
  const next = (userId: string) => {
    head.seq++;
    head.id = `${head.seq}-${randomId(8)}`;
    return { seq: head.seq, id: head.id, user_id: userId, at, messages: 0 };
  };
  items.push({ ...next(by), kind: "room", name, topic, room_kind: kind, created: true });
  const sets: Put[] = [];
  for (const [userId, role] of room.people) {
    items.push({ ...next(userId), kind: "join", role, ...(userId === by ? {} : { by }) });
    head.members++;
    if (role === "owner") head.owners++;
    // the other person of a direct conversation has not agreed to it yet
    const added: Added | undefined = userId === by ? undefined : { by, direct: true };
    sets.push(put(keys.member(id, userId), {
      user_id: userId,
      role,
      state: "joined",
      since: at,
      ...(added === undefined ? {} : { added }),
      ...(room.refused === userId ? { refused: true } : {}),
    }));
    sets.push(put(keys.joined(userId, id), added ?? true));
    sets.push(put(keys.read(userId, id), { seq: head.seq, messages: 0 }));
  }
  const names = nameKeys(room.naming);
  if (kind === "public") {
    sets.push(put(keys.publicRoom(id), true as const));
    for (const key of names) sets.push(put(key, { room_id: id, by: head.id }));
  }
  if (once !== undefined) sets.push(put(once, id));
  for (const item of items) sets.push(put(keys.item(id, item.seq), item));
  sets.push(put(keys.head(id), head));
  const own = put(keys.room(id), record);
  const { result: isMade, changed } = await change(
    chat.kv,
    [keys.room(id), ...names, ...once === undefined ? [] : [once], ...unless.map(({ key }) => key)],
    (_, ...entries) => {
      const [claims, others] = [entries.slice(0, names.length), entries.slice(names.length)];
      // the first entries are those of nameKeys(), in its order
      const claimed = claims as readonly Entry<NameClaim>[];
      if (room.naming !== undefined) refuseClaimed(claimed.map(({ value }) => value), id, room.naming);
      const expected = [...once === undefined ? [] : [null], ...unless.map(({ versionstamp }) => versionstamp)];
      if (others.some(({ versionstamp }, i) => versionstamp !== expected[i])) return { result: false };
      return { result: true, write: { set: [own, ...sets] }, proof: own };
    },
  );
  if (changed) await announceSurely(chat, id, items.map((item) => ({ record: item, messages: 0 })));
  return isMade;
}

export async function updateRoom(
  chat: Chat,
  actor: Actor,
  roomId: string,
  input: RoomInput,
): Promise<Room> {
  const change = changeOf(input);
  const naming = await renaming(chat, actor, roomId, change);
  const command = { ...change, ...naming, type: "room", user_id: actor.user_id, ...asAdmin(actor) } as const;
  await chat.appender.append(roomId, command);
  return await getRoom(chat, actor, roomId);
}

/** What the change claims, where it gives a room another name or makes it public or private. */
async function renaming(
  chat: Chat,
  { user_id }: Actor,
  roomId: string,
  { name, kind }: RoomChange,
): Promise<{ naming?: Naming }> {
  if (name === undefined && kind === undefined) return {};
  const room = (await chat.kv.get(keys.room(roomId))).value;
  if (room === null || room.kind === "direct") return {}; // refused by the rule
  return { naming: await namingOf(chat, user_id, name ?? room.name, room) };
}

export interface RoomInput {
  name?: string | undefined;
  topic?: string | undefined;
  kind?: "public" | "private" | undefined;
  read_only?: boolean | undefined;
  /** 0: as the server's setting says; so too for edit_minutes. */
  retention_days?: number | undefined;
  edit_minutes?: number | undefined;
}

export function changeOf({ name, topic, kind, read_only, retention_days, edit_minutes }: RoomInput): RoomChange {
  return {
    ...(name === undefined ? {} : { name: roomName(name) }),
    ...(topic === undefined ? {} : { topic: roomTopic(topic) }),
    ...(kind === undefined ? {} : { kind }),
    ...(read_only === undefined ? {} : { read_only }),
    ...(retention_days === undefined ? {} : { retention_days }),
    ...(edit_minutes === undefined ? {} : { edit_minutes }),
  };
}

/** Ends the room for everybody at once; a job erases its contents. */
export async function deleteRoom(chat: Chat, actor: Actor, roomId: string): Promise<void> {
  await chat.appender.append(roomId, { type: "delete_room", user_id: actor.user_id, ...asAdmin(actor) });
}

function roomName(text: string): string {
  const name = text.trim().normalize("NFC");
  if (!VISIBLE.test(name) || name.length > LIMITS.room_name || !name.isWellFormed() || misleads(text)) {
    const message =
      `"name" must be 1-${LIMITS.room_name} characters that can be seen, none of them a control character.`;
    throw new ChatError("invalid", message, { field: "name" });
  }
  return name;
}

function roomTopic(text: string): string {
  const topic = text.trim();
  if (topic.length > LIMITS.topic || !topic.isWellFormed() || misleads(text)) {
    const message = `"topic" must be at most ${LIMITS.topic} characters without control characters.`;
    throw new ChatError("invalid", message, { field: "topic" });
  }
  return topic;
}

function raise(error: Error): never {
  throw error;
}
