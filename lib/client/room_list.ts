/** The rooms that the reader is in, with their unread counts. */
import { computed, type ReadonlySignal, signal } from "@preact/signals";
import type { ChatMessage, Room, User } from "../protocol/model.ts";
import { LIMITS } from "../protocol/limits.ts";
import type { ServerMessage } from "./connection/frames.ts";
import type { SequencedEvent } from "./connection/schemas.ts";

type Activity = Extract<ServerMessage, { type: "room_activity" }>;
/** A read mark as the server sends it. */
export interface Mark {
  read_seq: number;
  read_messages: number;
  mentions?: readonly number[];
  unshown?: readonly number[];
}

/** How many messages of a room are unread; deleted ones do not count. */
export function unreadOf(room: Room): number {
  return Math.max(0, room.messages - room.read_messages - (room.unshown?.length ?? 0));
}

/** The fields that change with each message. */
const COUNTS = new Set(["seq", "active_at", "messages", "read_seq", "read_messages", "mentions", "unshown"]);

/** Whether two states of a room are equal apart from their counters. */
export function isSameRoom(a: Room, b: Room): boolean {
  const said = (room: Room) => Object.entries(room).filter(([name]) => !COUNTS.has(name));
  const before = new Map<string, unknown>(said(b));
  const now = said(a);
  return now.length === before.size && now.every(([name, value]) => before.get(name) === value);
}

export class RoomList {
  readonly #rooms = signal<ReadonlyMap<string, Room>>(new Map());
  readonly #unreadIn: (room: Room) => number;

  /** Rooms with unread messages first, then by their last event. */
  readonly sorted: ReadonlySignal<Room[]> = computed(() => {
    const isUnread = (room: Room) => Number(this.#unreadIn(room) > 0);
    return [...this.#rooms.value.values()].sort((a, b) =>
      isUnread(b) - isUnread(a) || compare(b.active_at, a.active_at) || compare(a.id, b.id)
    );
  });

  constructor(rooms: readonly Room[], unreadIn: (room: Room) => number) {
    this.#unreadIn = unreadIn;
    this.replace(rooms);
  }

  get(id: string): Room | undefined {
    return this.#rooms.peek().get(id);
  }

  replace(rooms: readonly Room[]): void {
    this.#rooms.value = new Map(rooms.map((room) => [room.id, room]));
  }

  put(room: Room): void {
    this.#rooms.value = new Map(this.#rooms.peek()).set(room.id, room);
  }

  /** Takes a room as the server read it. Newer events may have arrived before it; they stay counted. */
  viewed(view: Room): void {
    const known = this.get(view.id);
    if (known === undefined || known.seq <= view.seq) return this.put(view);
    const { seq, messages, active_at, unshown = [] } = known;
    this.put(withUnshown({ ...view, seq, messages, active_at }, unshown));
  }

  remove(id: string): void {
    const rooms = new Map(this.#rooms.peek());
    if (rooms.delete(id)) this.#rooms.value = rooms;
  }

  /**
   * Takes events of a room that is open here. Mentions by blocked people do not count. Events that the room's state
   * counts already change nothing.
   */
  applied(roomId: string, events: readonly SequencedEvent[], myId: string, blocked?: ReadonlySet<string>): void {
    let room = this.get(roomId);
    if (room === undefined) return;
    for (const event of events) {
      if (!blocked?.has(event.user_id)) room = calledBy(room, event, myId);
      if (event.type === "message_deleted") room = withUnshown(room, [Number.parseInt(event.target)]);
      if (event.seq <= room.seq) continue;
      room = { ...room, seq: event.seq, active_at: event.timestamp };
      if (event.type === "chat_message") {
        room.messages++;
        // An own message moves the read mark, never back.
        if (event.user_id === myId && event.seq > room.read_seq) {
          room = afterMark({ ...room, read_seq: event.seq, read_messages: room.messages });
        }
      } else if (event.type === "join") room.members++;
      else if (event.type === "leave") room.members--;
      else if (event.type === "room_updated") {
        const { read_only: _, ...rest } = room;
        room = event.read_only === true ? { ...rest, read_only: true } : rest;
        room.topic = event.topic;
        room.kind = event.kind;
        if (room.with === undefined) room.name = event.name;
      } else if (event.type === "role_changed" && event.user_id === myId) room.role = event.role;
      else if (event.type === "member_muted" && event.user_id === myId) {
        const { muted_until: _, ...rest } = room;
        room = event.muted_until === undefined ? rest : { ...rest, muted_until: event.muted_until };
      }
    }
    this.put(room);
  }

  activity({ room_id, seq, messages, timestamp, unshown = [] }: Activity): void {
    const room = this.get(room_id);
    if (room === undefined) return;
    const after = seq > room.seq ? { ...room, seq, messages, active_at: timestamp } : room;
    this.put(withUnshown(after, unshown));
  }

  /** `mentions` and `unshown` are sent when the mark moved back. */
  read(roomId: string, { read_seq, read_messages, mentions, unshown }: Mark): void {
    const room = this.get(roomId);
    // It may come late: everything up to the floor counts as read anyway.
    if (room === undefined || read_seq < (room.floor ?? 0)) return;
    const moved = afterMark({ ...room, read_seq, read_messages }, mentions, unshown);
    this.put(withUnshown(moved, room.unshown ?? []));
  }

  /** Retention erased everything up to the floor; erased messages are not unread. */
  trimmed(roomId: string, floor: number, messages: number): void {
    const room = this.get(roomId);
    if (room === undefined) return;
    const { read_seq, read_messages } = room;
    const read = { read_seq: Math.max(read_seq, floor), read_messages: Math.max(read_messages, messages) };
    this.put(afterMark({ ...room, ...read, floor: Math.max(room.floor ?? 0, floor) }));
  }

  /** A message of a room that is not open here mentions the reader, or does so no more. */
  mention(roomId: string, seq: number, mentioned: boolean): void {
    const room = this.get(roomId);
    if (room !== undefined) this.put(mentionedIn(room, seq, mentioned));
  }

  renamed(user: User): void {
    for (const room of this.#rooms.peek().values()) {
      if (room.with?.id === user.id) this.put({ ...room, with: user });
    }
  }
}

/** The room after an event, as to the reader's mentions. Idempotent. */
function calledBy(room: Room, event: SequencedEvent, myId: string): Room {
  switch (event.type) {
    case "chat_message":
      return event.user_id !== myId && calls(event, myId) ? mentionedIn(room, event.seq, true) : room;
    case "message_edited":
      return mentionedIn(room, Number.parseInt(event.target), event.user_id !== myId && calls(event, myId));
    case "message_deleted":
      return mentionedIn(room, Number.parseInt(event.target), false);
    default:
      return room;
  }
}

/** Whether a message mentions the reader. */
export function calls(message: Pick<ChatMessage, "mentions" | "mentions_room">, myId: string): boolean {
  return message.mentions_room !== undefined || message.mentions?.some(({ user_id }) => user_id === myId) === true;
}

function mentionedIn(room: Room, seq: number, mentioned: boolean): Room {
  const others = (room.mentions ?? []).filter((other) => other !== seq);
  if (!mentioned && others.length === (room.mentions ?? []).length) return room;
  return afterMark(room, mentioned ? [...others, seq] : others);
}

/**
 * Adds deleted messages, which do not count as unread. Idempotent: a delete that is reported twice, or late, changes
 * nothing. Those before a full list are in `read_messages`: of a new one there the server tells by sending the room.
 */
function withUnshown(room: Room, seqs: readonly number[]): Room {
  const known = room.unshown ?? [];
  const after = known[LIMITS.unshown_counted - 1] ? known[0] ?? 0 : room.read_seq;
  const gone = seqs.filter((seq) => seq > after && !known.includes(seq));
  return gone[0] ? afterMark(room, room.mentions, [...known, ...gone]) : room;
}

/**
 * Keeps the seqs after the read mark; of too many, the newest, as the server does. The other deleted messages count as
 * read.
 */
function afterMark(
  room: Room,
  called: readonly number[] | undefined = room.mentions,
  gone: readonly number[] | undefined = room.unshown,
): Room {
  const { mentions: _, unshown: __, ...others } = room;
  const unread = (seqs: readonly number[] = []) =>
    [...new Set(seqs)].filter((seq) => seq > room.read_seq).sort((a, b) => a - b);
  const all = unread(gone);
  const mentions = unread(called).slice(-LIMITS.mentions_counted);
  const unshown = all.slice(-LIMITS.unshown_counted);
  return {
    ...others,
    read_messages: room.read_messages + all.length - unshown.length,
    ...(mentions.length === 0 ? {} : { mentions }),
    ...(unshown.length === 0 ? {} : { unshown }),
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
