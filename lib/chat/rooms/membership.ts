/** Who is in a room, and a room as one user sees it. Each answer is read afresh (D6). */
import { ChatError } from "../../base/errors.ts";
import { noSuchRoom } from "../../log/no_such_room.ts";
import type { ActorContext } from "../../log/command.ts";
import { keys, lastPart, ranges } from "../../store/keys.ts";
import type { Actor, HeadRecord, MemberRecord, ReadRecord, Room, RoomRecord } from "../../protocol/model.ts";
import type { UserChange } from "../../protocol/frames.ts";
import { LIMITS } from "../../protocol/limits.ts";
import { countUnshown } from "../../store/unshown.ts";
import type { Chat } from "../chat.ts";

/** A joined member's record, or null (banned people are not members). */
export async function membership(chat: Chat, userId: string, roomId: string): Promise<MemberRecord | null> {
  const member = (await chat.kv.get(keys.member(roomId, userId))).value;
  return member?.state === "joined" ? member : null;
}

export interface Membership {
  room: RoomRecord;
  head: HeadRecord;
  member: MemberRecord;
}

/**
 * Whether the actor's messages would be taken now: not from somebody muted, nor in a read-only room, nor where the other
 * one of a direct conversation has blocked them. Throws as `requireMember` does.
 */
export async function maySpeak(chat: Chat, actor: Actor, roomId: string): Promise<boolean> {
  const { room, member } = await requireMember(chat, actor, roomId);
  if (member.refused === true || (member.muted_until ?? 0) > chat.clock.now()) return false;
  return room.read_only !== true || member.role !== "member";
}

/** Reads the room, its head and the actor's membership, or throws `no_such_room` (private) or `forbidden` (public). */
export async function requireMember(chat: Chat, actor: Actor, roomId: string): Promise<Membership> {
  const { room, head, member } = await readRoom(chat, actor.user_id, roomId);
  if (room === null || head === null || room.deleted_at !== undefined) throw noSuchRoom(roomId);
  if (member?.state === "joined") return { room, head, member };
  if (room.kind !== "public") throw noSuchRoom(roomId);
  throw new ChatError("forbidden", `Join the room ${JSON.stringify(room.name)} to read it.`);
}

/**
 * Reads as a member, and checks after the reading that the actor still is one: the data may be newer than a removal
 * (D6). Throws as `requireMember` does.
 */
export async function readAsMember<T>(
  chat: Chat,
  actor: Actor,
  roomId: string,
  read: (membership: Membership) => Promise<T>,
): Promise<T> {
  const result = await read(await requireMember(chat, actor, roomId));
  await requireMember(chat, actor, roomId);
  return result;
}

export async function readRoom(chat: Chat, userId: string, roomId: string) {
  const [room, head, member] = await Promise.all([
    chat.kv.get(keys.room(roomId)),
    chat.kv.get(keys.head(roomId)),
    chat.kv.get(keys.member(roomId, userId)),
  ]);
  return { room: room.value, head: head.value, member: member.value };
}

/** The room as this user sees it, or null where they may not see it. */
export async function roomView(chat: Chat, userId: string, roomId: string): Promise<Room | null> {
  const seen = await readSeen(chat, userId, roomId);
  return seen === null ? null : await viewOf(chat, userId, seen);
}

/** What `roomView` is made of, read at once. */
export async function readSeen(chat: Chat, userId: string, roomId: string): Promise<Seen | null> {
  const [{ room, head, member }, mark, mentioned] = await Promise.all([
    readRoom(chat, userId, roomId),
    chat.kv.get(keys.read(userId, roomId)),
    chat.kv.get(keys.mentioned(userId, roomId)),
  ]);
  if (room === null || head === null || room.deleted_at !== undefined) return null;
  const joined = member?.state === "joined" ? member : null;
  if (joined === null && room.kind !== "public") return null;
  return {
    room,
    head,
    member: joined,
    mark: joined === null ? { seq: 0, messages: 0 } : chat.marks.present(userId, roomId, mark.value),
    mentioned: joined === null ? 0 : mentioned.value?.seq ?? 0,
  };
}

/** Tells all of somebody's pages how they see a room now. */
export async function announceRoom(chat: Chat, { user_id }: Pick<Actor, "user_id">, roomId: string): Promise<void> {
  const room = await roomView(chat, user_id, roomId);
  if (room === null || room.role === null) return;
  const frame: UserChange = { type: "user", change: "room", room };
  chat.bus.publish({ type: "user", user_id, line: JSON.stringify(frame) });
}

export interface Seen {
  room: RoomRecord;
  head: HeadRecord;
  /** null: it is public, and they are not in it. */
  member: MemberRecord | null;
  mark: ReadRecord;
  /** Where they were last called by name. */
  mentioned: number;
}

export async function viewOf(chat: Chat, userId: string, seen: Seen): Promise<Room> {
  const { room, head, member, mark } = seen;
  const [mentions, { unshown, before }] = member === null
    ? [[], NONE]
    : await Promise.all([mentionsAfter(chat, userId, seen), unshownAfter(chat, seen)]);
  const other = room.pair?.find((id) => id !== userId) ?? room.pair?.[0];
  const withUser = other === undefined ? undefined : await chat.directory.one(other);
  const adder = member?.added?.direct === true ? undefined : member?.added?.by;
  const addedBy = adder === undefined ? undefined : await chat.directory.one(adder);
  return {
    id: room.id,
    kind: room.kind,
    name: room.name,
    topic: room.topic,
    created_at: new Date(room.created_at).toISOString(),
    role: member?.role ?? null,
    members: head.members,
    seq: head.seq,
    active_at: new Date(head.at).toISOString(),
    messages: head.messages,
    // messages up to the floor are gone, so nobody has them unread
    read_seq: Math.max(mark.seq, member === null ? 0 : head.floor),
    read_messages: Math.max(mark.messages, member === null ? 0 : head.floor_messages ?? 0) + before,
    ...(mentions.length === 0 ? {} : { mentions }),
    ...(unshown.length === 0 ? {} : { unshown }),
    ...(withUser === undefined ? {} : { with: withUser }),
    ...(addedBy === undefined ? {} : { added_by: addedBy }),
    ...(room.read_only === undefined ? {} : { read_only: true }),
    ...mutedUntil(chat, member),
    ...keeping(chat, room, head),
  };
}

/** The end of a mute that still holds. */
export function mutedUntil(chat: Chat, member: MemberRecord | null): { muted_until?: string } {
  const until = member?.muted_until ?? 0;
  return until > chat.clock.now() ? { muted_until: new Date(until).toISOString() } : {};
}

function keeping(
  chat: Chat,
  room: RoomRecord,
  head: HeadRecord,
): Pick<Room, "retention_days" | "edit_minutes" | "floor"> {
  const days = retentionDays(chat, room);
  const minutes = room.edit_minutes ?? chat.config.editMs / 60_000;
  return {
    ...(days > 0 ? { retention_days: days } : {}),
    ...(minutes > 0 ? { edit_minutes: minutes } : {}),
    ...(head.floor > 0 ? { floor: head.floor } : {}),
  };
}

/** How long a room's messages are kept: the shorter of what it says and what the server says; 0: for ever. */
export function retentionDays({ config }: Pick<Chat, "config">, { retention_days: own = 0 }: RoomRecord): number {
  return own > 0 && config.retentionDays > 0 ? Math.min(own, config.retentionDays) : own || config.retentionDays;
}

/**
 * The seqs of the messages after a read mark that call this user, the newest 100. Nothing is read where nothing that
 * new calls anybody.
 */
export async function mentionsAfter(
  chat: Chat,
  userId: string,
  { room, head, mark, mentioned }: Pick<Seen, "room" | "head" | "mark" | "mentioned">,
): Promise<number[]> {
  const limit = LIMITS.mentions_counted;
  const after = Math.max(mark.seq, head.floor);
  const [byName, called] = await Promise.all([
    mentioned <= after ? [] : chat.kv.list(ranges.mentions(userId, room.id, after + 1), { limit, reverse: true }),
    (head.called ?? 0) <= after ? undefined : chat.kv.get(keys.called(room.id)),
  ]);
  const all = called?.value?.filter(({ seq, user_id }) => seq > after && user_id !== userId) ?? [];
  const calls = await notBlocked(chat, userId, all);
  const seqs = new Set([...byName.map(({ key }) => Number(lastPart(key))), ...calls.map(({ seq }) => seq)]);
  return [...seqs].sort((a, b) => a - b).slice(-limit);
}

/** The messages after a read mark that were deleted: head.messages still counts them. */
export interface Unshown {
  /** The seqs of the newest 1,000. */
  unshown: number[];
  /** How many are before those. They count as read, since clients cannot be given all seqs. */
  before: number;
}

const NONE: Unshown = { unshown: [], before: 0 };

/** Nothing is read where nothing that new was deleted. */
export async function unshownAfter(
  chat: Pick<Chat, "kv">,
  { room, head, mark }: { room: Pick<RoomRecord, "id">; head: HeadRecord; mark: Pick<ReadRecord, "seq"> },
): Promise<Unshown> {
  const after = Math.max(mark.seq, head.floor);
  if ((head.unshown ?? 0) <= after) return NONE;
  const limit = LIMITS.unshown_counted;
  const found = await chat.kv.list(ranges.unshown(room.id, after + 1), { limit, reverse: true });
  const unshown = found.map(({ key }) => Number(lastPart(key))).reverse();
  if (unshown.length < limit) return { unshown, before: 0 };
  return { unshown, before: await countUnshown(chat.kv, room.id, after, unshown[0] ?? 0) };
}

async function notBlocked<C extends { user_id: string }>(chat: Chat, userId: string, calls: C[]): Promise<C[]> {
  const authors = [...new Set(calls.map(({ user_id }) => user_id))];
  const blocks = await chat.kv.getMany(authors.map((author) => keys.block(userId, author)));
  const blocked = new Set(authors.filter((_, i) => blocks[i]?.value !== null));
  return calls.filter(({ user_id }) => !blocked.has(user_id));
}

/** The room of my direct conversation with somebody, or null. */
export async function directRoomOf(chat: Chat, actor: Actor, userId: string): Promise<string | null> {
  const [a, b] = pairOf(actor.user_id, userId);
  return (await chat.kv.get(keys.direct(a, b))).value;
}

export function pairOf(a: string, b: string): [string, string] {
  return a < b ? [a, b] : [b, a];
}

/** A command's fields about its actor. The rules decide where an administrator's rights count. */
export function asAdmin(
  { admin, address }: Pick<Actor, "admin" | "address">,
  reason?: string | undefined,
): ActorContext {
  return {
    ...(admin ? { by_admin: true } : {}),
    ...(address === undefined ? {} : { address }),
    ...(reason === undefined || reason === "" ? {} : { reason }),
  };
}

export async function requireUser(chat: Chat, userId: string): Promise<void> {
  if ((await chat.kv.get(keys.user(userId))).value !== null) return;
  const message = `There is no user with the id ${JSON.stringify(userId)}.`;
  throw new ChatError("no_such_user", message, { field: "user_id" });
}
