/** Tells the server what was read: only while the tab is visible, at most every half second, never back by itself. */
import * as v from "valibot";
import type { Connection } from "./connection.ts";
import type { Environment } from "./environment.ts";
import { integer } from "./frames.ts";
import type { RoomList } from "./room_list.ts";

const EVERY_MS = 500;
const marked = v.object({ read_seq: integer, read_messages: integer });

export class ReadMarks {
  readonly #env: Environment;
  readonly #connection: Connection;
  readonly #rooms: RoomList;
  readonly #waiting = new Map<string, number>();
  /** Rooms that the reader marked unread: they stay so until they are opened or read further. */
  readonly #held = new Map<string, number>();
  #cancel: (() => void) | null = null;

  constructor(env: Environment, connection: Connection, rooms: RoomList) {
    this.#env = env;
    this.#connection = connection;
    this.#rooms = rooms;
  }

  mark(roomId: string, seq: number): void {
    const room = this.#rooms.get(roomId);
    if (room === undefined || !this.#env.visible() || seq <= room.read_seq) return;
    if (seq <= (this.#held.get(roomId) ?? 0) || seq <= (this.#waiting.get(roomId) ?? 0)) return;
    this.#held.delete(roomId);
    this.#waiting.set(roomId, seq);
    this.#cancel ??= this.#env.after(EVERY_MS, () => this.flush());
  }

  async unread(roomId: string, seq: number): Promise<void> {
    this.#waiting.delete(roomId);
    // what is on the screen now must not mark itself read again
    this.#held.set(roomId, this.#rooms.get(roomId)?.seq ?? 0);
    await this.#tell(roomId, seq, true);
  }

  /** What was marked unread may be read again: its room was left. */
  release(roomId: string): void {
    this.#held.delete(roomId);
  }

  /** Tells what waits. */
  flush(): void {
    this.#cancel?.();
    this.#cancel = null;
    for (const [roomId, seq] of this.#waiting) {
      // without a connection the badge stays, and the next sight of the message marks it
      this.#tell(roomId, seq, false).catch(() => {});
    }
    this.#waiting.clear();
  }

  dispose(): void {
    this.flush();
  }

  async #tell(roomId: string, seq: number, unread: boolean): Promise<void> {
    const room = this.#rooms.get(roomId);
    // to the end: no need to wait for the server's count
    if (!unread && room !== undefined && seq >= room.seq) this.#rooms.read(roomId, seq, room.messages);
    const reply = await this.#connection.command({ type: "mark_read", room_id: roomId, seq, unread }, marked);
    const now = this.#rooms.get(roomId);
    // an own send may have moved the mark further meanwhile
    if (unread || (now !== undefined && reply.read_seq >= now.read_seq)) {
      this.#rooms.read(roomId, reply.read_seq, reply.read_messages);
    }
  }
}
