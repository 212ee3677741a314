/**
 * The rooms of the page: the list of mine, a session for each that is open, and which of them is active (its pane is the
 * one on the page). Whether the reader sees the active one is another question: sight.ts.
 */
import { batch, computed, type ReadonlySignal, signal } from "@preact/signals";
import type { Room } from "../protocol/model.ts";
import type { Account } from "./account.ts";
import { OpenRooms, type OpenRoomsOptions } from "./room/open_rooms.ts";
import { ReadMarks } from "./room/read_marks.ts";
import type { RoomSession } from "./room/room_session.ts";
import type { RoomSnapshot } from "./room/room_state.ts";
import { Sight } from "./room/sight.ts";
import { isSameRoom, RoomList, unreadOf } from "./room_list.ts";
import type { DraftSync } from "./writing/draft_sync.ts";
import type { Drafts } from "./writing/drafts.ts";

/** Why the reader may not read a room any more. */
export type Lost = "left" | "removed" | "room_deleted";

type Shared = "environment" | "connection" | "requests" | "pending" | "onMessages";

export interface RoomsOptions extends Pick<OpenRoomsOptions, Shared> {
  account: Account;
  /** The rooms that the reader is in. */
  rooms: readonly Room[];
  drafts: Drafts;
  draftSync: DraftSync;
  /** Storage that survives a reload of this tab. */
  session: Storage | null;
  /** The reader may not read a room any more; `name` may be "". */
  onLost(roomId: string, name: string, why: Lost): void;
}

export class Rooms {
  readonly #options: RoomsOptions;
  readonly list: RoomList;
  readonly sessions: OpenRooms;
  readonly marks: ReadMarks;
  /** What the reader sees; the timeline reports it. */
  readonly sight = new Sight();
  readonly #activeId = signal<string | null>(null);
  #lastInfo: Room | null = null;

  constructor(options: RoomsOptions) {
    this.#options = options;
    const { account, environment, connection, requests, session, pending, onMessages } = options;
    this.list = new RoomList(options.rooms, (room) => this.unreadIn(room));
    const marks = this.marks = new ReadMarks({
      user_id: account.me.peek().id,
      environment,
      connection,
      rooms: this.list,
      sight: this.sight,
      session,
    });
    const { me, blocked } = account;
    const rooms = this.list;
    this.sessions = new OpenRooms({
      me,
      blocked,
      environment,
      connection,
      requests,
      marks,
      rooms,
      pending,
      onMessages,
    });
  }

  // ---- the list

  /** Rooms with unread messages first, then by activity. */
  get all(): ReadonlySignal<Room[]> {
    return this.list.sorted;
  }

  /** Unread messages of all rooms together, for the title. */
  readonly unread: ReadonlySignal<number> = computed(() =>
    this.all.value.reduce((sum, room) => sum + this.unreadIn(room), 0)
  );

  /** How many messages of a room are unread. A direct conversation with a person the reader has blocked counts as 0. */
  unreadIn(room: Room): number {
    if (room.with !== undefined && this.#options.account.blocked.value.has(room.with.id)) return 0;
    // The reader sees new messages here at once; the read mark follows half a second later.
    if (this.sight.seesEnd(room.id) && !this.isKeptUnread(room.id)) return 0;
    return unreadOf(room);
  }

  /** Whether the reader marked this room unread and has not left it since. */
  isKeptUnread(roomId: string): boolean {
    return this.marks.isKeptUnread(roomId);
  }

  /** Another device marked everything after this seq unread: shown in the same way here. */
  unreadElsewhere(roomId: string, seq: number): void {
    if (this.marks.isBehindMine(roomId, seq)) return;
    this.marks.movedBack(roomId);
    const active = this.active.peek();
    if (active?.id === roomId && this.isKeptUnread(roomId)) active.state.divider.value = seq;
  }

  // ---- those that are open

  /** An open room, active or not. Reads a signal. */
  session(roomId: string): RoomSession | undefined {
    return this.sessions.get(roomId);
  }

  get activeId(): ReadonlySignal<string | null> {
    return this.#activeId;
  }

  readonly active: ReadonlySignal<RoomSession | null> = computed(() =>
    this.#activeId.value === null ? null : this.sessions.get(this.#activeId.value) ?? null
  );
  /**
   * The active room's name, kind and so on. A stable object for rendering: it changes only with these. Its counters may
   * be stale; read those from `all`.
   */
  readonly activeInfo: ReadonlySignal<Room | null> = computed(() => {
    const room = this.all.value.find(({ id }) => id === this.#activeId.value) ?? null;
    if (room === null || this.#lastInfo === null || !isSameRoom(room, this.#lastInfo)) this.#lastInfo = room;
    return this.#lastInfo;
  });

  /** Shows the room that the server rendered; no connection is needed. */
  begin({ room_id, ...snapshot }: RoomSnapshot & { room_id: string }): void {
    this.#activate(room_id, snapshot);
    this.sight.show(room_id, false);
  }

  /** Shows a room. A public room that the reader is not in is joined by this. */
  open(id: string): void {
    if (this.#activeId.peek() === id) {
      // Coming back from the list of rooms counts as a new visit.
      if (this.sight.room.peek() !== id) this.#visit(id);
      return;
    }
    const { draftSync } = this.#options;
    this.marks.flush();
    draftSync.flush();
    this.#activate(id);
    draftSync.opened(id);
  }

  #activate(id: string, initial?: RoomSnapshot): void {
    batch(() => {
      this.sessions.open(id, initial).state.setFollowing(true);
      if (initial === undefined) this.#options.drafts.show(id);
      this.#visit(id, initial !== undefined);
      this.#activeId.value = id;
    });
  }

  #visit(id: string, reload = false): void {
    const [session, room] = [this.sessions.peek(id), this.list.get(id)];
    if (session !== undefined) {
      session.state.divider.value = room !== undefined && unreadOf(room) > 0 ? room.read_seq : null;
      session.stoppedTyping();
    }
    // A reload is not a new visit: messages that were marked unread stay so.
    if (!reload) this.marks.release(id);
  }

  /** The reader may not read a room any more. */
  lost(roomId: string, why: Lost): void {
    batch(() => {
      this.#options.onLost(roomId, this.list.get(roomId)?.name ?? "", why);
      if (this.#activeId.peek() === roomId) this.#activeId.value = null;
      this.sessions.forget(roomId);
      this.list.remove(roomId);
    });
  }
}
