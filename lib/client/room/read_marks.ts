/** Tells the server what was read: only what is seen, at most every half second, never back by itself. */
import * as v from "valibot";
import type { Connection } from "../connection/connection.ts";
import type { Environment } from "../connection/environment.ts";
import { integer } from "../connection/schemas.ts";
import { KeptSeqs } from "./kept_seqs.ts";
import type { RoomList } from "../room_list.ts";
import type { Sight } from "./sight.ts";

const EVERY_MS = 500;
/** By then the server has written a mark. */
const WRITTEN_MS = 10_000;
const marked = v.object({
  read_seq: integer,
  read_messages: integer,
  mentions: v.exactOptional(v.array(integer)),
  unshown: v.exactOptional(v.array(integer)),
});

export interface ReadMarksOptions {
  user_id: string;
  environment: Environment;
  connection: Connection;
  rooms: RoomList;
  sight: Sight;
  /** Where what is kept survives a reload of this tab. */
  session: Storage | null;
}

export class ReadMarks {
  readonly #options: ReadMarksOptions;
  readonly #waiting = new Map<string, number>();
  /**
   * Rooms that the reader marked unread, here or on another device, and how far they went then: they stay so, whatever
   * comes, until they are opened anew or read by hand.
   */
  readonly #keptUnread: KeptSeqs;
  /** My newest message in a room. The server marks it read, but what it has not written yet is lost with its process. */
  readonly #mine: KeptSeqs;
  #cancel: (() => void) | null = null;

  constructor(options: ReadMarksOptions) {
    this.#options = options;
    this.#keptUnread = new KeptSeqs("unread", options.user_id, options.session);
    this.#mine = new KeptSeqs("mine", options.user_id, options.session);
  }

  mark(roomId: string, seq: number): void {
    const room = this.#options.rooms.get(roomId);
    if (room === undefined || !this.#options.sight.isSeen(roomId) || seq <= room.read_seq) return;
    const kept = this.#keptUnread.get(roomId);
    // on another device they read all of it, or wrote something
    if (kept > 0 && room.read_seq >= kept) this.#keptUnread.delete(roomId);
    else if (kept > 0) return;
    if (seq > (this.#waiting.get(roomId) ?? 0)) this.#wait(roomId, seq);
  }

  /** A message of mine is at this seq: it is read, though nobody may see it here. */
  sent(roomId: string, seq: number): void {
    if (seq <= this.#mine.get(roomId)) return;
    this.#mine.set(roomId, seq);
    // by then its event is here, and the list of rooms says so
    this.#later();
    this.#options.environment.after(WRITTEN_MS, () => {
      const { connection, rooms } = this.#options;
      const isWritten = connection.state.peek() === "open" && (rooms.get(roomId)?.read_seq ?? 0) >= seq;
      if (isWritten && this.#mine.get(roomId) === seq) this.#mine.delete(roomId);
    });
  }

  /** The list of rooms was read anew. */
  listed(): void {
    for (const [roomId, seq] of this.#mine.all()) {
      const room = this.#options.rooms.get(roomId);
      if (room === undefined || room.read_seq >= seq) this.#mine.delete(roomId);
      else this.#wait(roomId, seq);
    }
  }

  /** The mark was moved on another device. */
  movedTo(roomId: string, seq: number): void {
    if (seq < this.#mine.get(roomId)) this.#mine.delete(roomId);
  }

  /** It was marked unread on another device: what is on the screen here must not mark itself read again. */
  movedBack(roomId: string): void {
    this.#waiting.delete(roomId);
    if (this.#options.sight.room.peek() === roomId) this.#keep(roomId);
  }

  /** Whether a message of mine is further than the mark that the server told: then that one is from before it. */
  isBehindMine(roomId: string, seq: number): boolean {
    return seq < this.#mine.get(roomId);
  }

  async unread(roomId: string, seq: number): Promise<void> {
    this.#waiting.delete(roomId);
    this.#mine.delete(roomId);
    // what is on the screen, or comes onto it, must not mark itself read again
    this.#keep(roomId);
    await this.#tell(roomId, seq, true).catch((error: unknown) => {
      this.#keptUnread.delete(roomId);
      throw error;
    });
  }

  /** What was marked unread may be read again: its room was left, or the reader asked for its newest messages. */
  release(roomId: string): void {
    this.#keptUnread.delete(roomId);
  }

  /** Whether the reader marked it unread and has not left it since. */
  isKeptUnread(roomId: string): boolean {
    return this.#keptUnread.has(roomId);
  }

  /** For sign-out. */
  forget(): void {
    this.#keptUnread.clear();
    this.#mine.clear();
  }

  /** Tells what waits. */
  flush(): void {
    this.#cancel?.();
    this.#cancel = null;
    for (const [roomId, seq] of this.#mine.all()) {
      if (seq > (this.#options.rooms.get(roomId)?.read_seq ?? Infinity)) this.#waiting.set(roomId, seq);
    }
    for (const [roomId, seq] of this.#waiting) {
      // without a connection the badge stays, and the next sight of the message marks it
      this.#tell(roomId, seq, false).catch(() => {});
    }
    this.#waiting.clear();
  }

  dispose(): void {
    this.flush();
  }

  #keep(roomId: string): void {
    this.#keptUnread.set(roomId, Math.max(1, this.#options.rooms.get(roomId)?.seq ?? 1));
  }

  #wait(roomId: string, seq: number): void {
    this.#waiting.set(roomId, Math.max(seq, this.#waiting.get(roomId) ?? 0));
    this.#later();
  }

  #later(): void {
    this.#cancel ??= this.#options.environment.after(EVERY_MS, () => this.flush());
  }

  async #tell(roomId: string, seq: number, unread: boolean): Promise<void> {
    const { rooms, connection } = this.#options;
    const room = rooms.get(roomId);
    // to the end: no need to wait for the server's count
    const shown = !unread && room !== undefined && seq >= room.seq;
    if (shown) rooms.read(roomId, { read_seq: seq, read_messages: room.messages });
    const command = { type: "mark_read", room_id: roomId, seq, unread } as const;
    const reply = await connection.command(command, marked).catch((error: unknown) => {
      // the badge comes back, unless something was told since
      if (shown && rooms.get(roomId)?.read_seq === seq) {
        rooms.read(roomId, room);
      }
      throw error;
    });
    const now = rooms.get(roomId);
    // an own send may have moved the mark further meanwhile
    if (unread || (now !== undefined && reply.read_seq >= now.read_seq)) {
      rooms.read(roomId, reply);
    }
  }
}
