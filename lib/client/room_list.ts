/** The rooms I am in, with what is unread in them. */
import { computed, type ReadonlySignal, signal } from "@preact/signals";
import type { Room, User } from "../model.ts";
import type { SequencedEvent } from "./frames.ts";

/** How many messages I have not read. */
export function unreadOf(room: Room): number {
  return Math.max(0, room.messages - room.read_messages);
}

export class RoomList {
  readonly #rooms = signal<ReadonlyMap<string, Room>>(new Map());

  /** Those with something unread first, then by their last event. */
  readonly sorted: ReadonlySignal<Room[]> = computed(() =>
    [...this.#rooms.value.values()].sort((a, b) =>
      Number(unreadOf(b) > 0) - Number(unreadOf(a) > 0) || compare(b.active_at, a.active_at) || compare(a.id, b.id)
    )
  );
  readonly unread: ReadonlySignal<number> = computed(() =>
    this.sorted.value.reduce((sum, room) => sum + unreadOf(room), 0)
  );

  constructor(rooms: readonly Room[]) {
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

  remove(id: string): void {
    const rooms = new Map(this.#rooms.peek());
    if (rooms.delete(id)) this.#rooms.value = rooms;
  }

  /** Events of a room that is open here. Those that the room's state counts already change nothing. */
  applied(roomId: string, events: readonly SequencedEvent[], myId: string): void {
    let room = this.get(roomId);
    if (room === undefined) return;
    for (const event of events) {
      if (event.seq <= room.seq) continue;
      room = { ...room, seq: event.seq, active_at: event.timestamp };
      if (event.type === "chat_message") {
        room.messages++;
        // one's own send moves one's mark
        if (event.user_id === myId) Object.assign(room, { read_seq: event.seq, read_messages: room.messages });
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

  activity(roomId: string, seq: number, messages: number, timestamp: string): void {
    const room = this.get(roomId);
    if (room !== undefined && seq > room.seq) this.put({ ...room, seq, messages, active_at: timestamp });
  }

  read(roomId: string, seq: number, messages: number): void {
    const room = this.get(roomId);
    if (room !== undefined) this.put({ ...room, read_seq: seq, read_messages: messages });
  }

  renamed(user: User): void {
    for (const room of this.#rooms.peek().values()) {
      if (room.with?.id === user.id) this.put({ ...room, with: user });
    }
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
