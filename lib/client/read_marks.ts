/** Tells the server what was read: only what is seen, at most every half second, never back by itself. */
import { signal } from "@preact/signals";
import * as v from "valibot";
import type { Connection } from "./connection.ts";
import type { Environment } from "./environment.ts";
import { integer } from "./frames.ts";
import type { RoomList } from "./room_list.ts";
import type { Sight } from "./sight.ts";

const EVERY_MS = 500;
const HELD = "parley:unread";
const heldList = v.array(v.tuple([v.string(), integer]));
const marked = v.object({
  read_seq: integer,
  read_messages: integer,
  mentions: v.exactOptional(v.array(integer)),
  unshown: v.exactOptional(v.array(integer)),
});

export class ReadMarks {
  readonly #env: Environment;
  readonly #connection: Connection;
  readonly #rooms: RoomList;
  readonly #sight: Sight;
  readonly #waiting = new Map<string, number>();
  /** Rooms that the reader marked unread: they stay so until they are opened or read further. */
  readonly #held = signal<ReadonlyMap<string, number>>(new Map());
  readonly #session: Storage | null;
  #cancel: (() => void) | null = null;

  /** `session`: where what is held survives a reload of this tab. */
  constructor(env: Environment, connection: Connection, rooms: RoomList, sight: Sight, session: Storage | null) {
    this.#sight = sight;
    this.#session = session;
    this.#held.value = readHeld(session);
    this.#env = env;
    this.#connection = connection;
    this.#rooms = rooms;
  }

  mark(roomId: string, seq: number): void {
    const room = this.#rooms.get(roomId);
    if (room === undefined || !this.#sight.isSeen(roomId) || seq <= room.read_seq) return;
    if (seq <= (this.#held.peek().get(roomId) ?? 0) || seq <= (this.#waiting.get(roomId) ?? 0)) return;
    this.release(roomId);
    this.#waiting.set(roomId, seq);
    this.#cancel ??= this.#env.after(EVERY_MS, () => this.flush());
  }

  async unread(roomId: string, seq: number): Promise<void> {
    this.#waiting.delete(roomId);
    // what is on the screen now must not mark itself read again
    this.#hold(new Map(this.#held.peek()).set(roomId, this.#rooms.get(roomId)?.seq ?? 0));
    await this.#tell(roomId, seq, true);
  }

  /** What was marked unread may be read again: its room was left. */
  release(roomId: string): void {
    const held = new Map(this.#held.peek());
    if (held.delete(roomId)) this.#hold(held);
  }

  /** Whether the reader marked it unread and has not left it since. */
  isHeld(roomId: string): boolean {
    return this.#held.value.has(roomId);
  }

  #hold(held: ReadonlyMap<string, number>): void {
    this.#held.value = held;
    try {
      if (held.size === 0) this.#session?.removeItem(HELD);
      else this.#session?.setItem(HELD, JSON.stringify([...held]));
    } catch {
      // full or forbidden: it lives as long as the page
    }
  }

  /** For sign-out. */
  forget(): void {
    this.#hold(new Map());
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
    if (!unread && room !== undefined && seq >= room.seq) {
      this.#rooms.read(roomId, { read_seq: seq, read_messages: room.messages });
    }
    const reply = await this.#connection.command({ type: "mark_read", room_id: roomId, seq, unread }, marked);
    const now = this.#rooms.get(roomId);
    // an own send may have moved the mark further meanwhile
    if (unread || (now !== undefined && reply.read_seq >= now.read_seq)) {
      this.#rooms.read(roomId, reply);
    }
  }
}

function readHeld(session: Storage | null): ReadonlyMap<string, number> {
  try {
    const stored = v.safeParse(heldList, JSON.parse(session?.getItem(HELD) ?? "[]"));
    return new Map(stored.success ? stored.output : []);
  } catch {
    return new Map();
  }
}
