/**
 * Sends read marks to the server: only for messages that were seen, at most every half second. A mark never moves back
 * by itself.
 */
import * as v from "../decode.ts";
import type { Connection } from "../connection/connection.ts";
import type { Environment } from "../connection/environment.ts";
import { integer } from "../connection/schemas.ts";
import { KeptSeqs } from "./kept_seqs.ts";
import type { RoomList } from "../room_list.ts";
import type { Sight } from "./sight.ts";

const EVERY_MS = 500;
/** After this long the server has written a read mark. */
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
  /** Storage that survives a reload of this tab. */
  session: Storage | null;
}

export class ReadMarks {
  readonly #options: ReadMarksOptions;
  readonly #waiting = new Map<string, number>();
  /**
   * Rooms that the reader marked unread, here or on another device, with their last seq at that time. They stay unread,
   * whatever arrives, until they are opened anew or marked read by hand.
   */
  readonly #keptUnread: KeptSeqs;
  /**
   * The reader's newest message in each room. The server marks it read, but a mark it has not written yet is lost if
   * its process dies.
   */
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
    // On another device the reader read all of it, or wrote something.
    if (kept > 0 && room.read_seq >= kept) this.#keptUnread.delete(roomId);
    else if (kept > 0) return;
    if (seq > (this.#waiting.get(roomId) ?? 0)) this.#wait(roomId, seq);
  }

  /** An own message has this seq: everything up to it counts as read, even if this page does not show it. */
  sent(roomId: string, seq: number): void {
    if (seq <= this.#mine.get(roomId)) return;
    this.#mine.set(roomId, seq);
    // By then its event has arrived, and the list of rooms includes it.
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

  /** Another device marked the room unread: messages on this screen must not mark it read again. */
  movedBack(roomId: string): void {
    this.#waiting.delete(roomId);
    if (this.#options.sight.room.peek() === roomId) this.#keep(roomId);
  }

  /** Whether an own message is after the mark that the server sent: then that mark is stale. */
  isBehindMine(roomId: string, seq: number): boolean {
    return seq < this.#mine.get(roomId);
  }

  async unread(roomId: string, seq: number): Promise<void> {
    this.#waiting.delete(roomId);
    this.#mine.delete(roomId);
    // Messages that are on the screen, or appear on it, must not mark it read again.
    this.#keep(roomId);
    await this.#tell(roomId, seq, true).catch((error: unknown) => {
      this.#keptUnread.delete(roomId);
      throw error;
    });
  }

  /** Lets a room that was marked unread be read again: it was left, or the reader asked for its newest messages. */
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

  /** Sends the marks that wait. */
  flush(): void {
    this.#cancel?.();
    this.#cancel = null;
    for (const [roomId, seq] of this.#mine.all()) {
      if (seq > (this.#options.rooms.get(roomId)?.read_seq ?? Infinity)) this.#waiting.set(roomId, seq);
    }
    for (const [roomId, seq] of this.#waiting) {
      // Without a connection the badge stays; the message is marked when it is next seen.
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
    // Read to the end: the count is known without the server.
    const shown = !unread && room !== undefined && seq >= room.seq;
    if (shown) rooms.read(roomId, { read_seq: seq, read_messages: room.messages });
    const command = { type: "mark_read", room_id: roomId, seq, unread } as const;
    const reply = await connection.command(command, marked).catch((error: unknown) => {
      // The badge comes back, unless the server sent another mark since.
      if (shown && rooms.get(roomId)?.read_seq === seq) {
        rooms.read(roomId, room);
      }
      throw error;
    });
    const now = rooms.get(roomId);
    // An own message may have moved the mark further meanwhile.
    if (unread || (now !== undefined && reply.read_seq >= now.read_seq)) {
      rooms.read(roomId, reply);
    }
  }
}
