/** The sockets, people and rooms that are in this isolate: what the parts of the hub keep, and tell one another of. */
import type { Rerun } from "../base/rerun.ts";
import type { EncodedEvent } from "../bus/bus.ts";
import type { Actor, User } from "../protocol/model.ts";
import type { Unsubscribed } from "../protocol/frames.ts";
import type { StreamState } from "./stream_state.ts";
import { isRewrite, Tail } from "./tail.ts";

/** What the parts of the hub see of a socket (connection.ts). */
export interface LocalSocket {
  readonly id: string;
  readonly actor: Actor;
  readonly address: string;
  readonly user: LocalUser;
  /** Whether a frame may hold several lines (D10). */
  readonly batched: boolean;
  readonly isOpen: boolean;
  /** Open, and hello went out. */
  readonly isReady: boolean;
  /** Its page says that it is looked at. */
  isActive: boolean;
  /** How far its user stream is true. */
  stream: StreamState;
  /** When the session record ends, as far as is known; milliseconds. */
  expiresAt: number;
  /** How many bytes waited when that was last read. `sample()` reads it now. */
  readonly queued: number;
  sample(): number;
  /** Says hello, then takes what came before it. */
  opened(hello: string): void;
  /** Closes the socket instead when too much waits for it: its client resumes. */
  send(text: string): void;
  isSubscribed(roomId: string): boolean;
  /** Joins the room anew from where it is: a `reset` follows where that is not in the log any more. */
  rejoin(roomId: string, since: string): void;
  /** With a reason it is told. */
  unsubscribe(roomId: string, reason: Unsubscribed["reason"] | null): void;
  /** Begins to close; nothing is sent or run any more. */
  close(code: number, reason: string): void;
  /** Closes, without waiting for a peer that does not read. */
  drop(code: number, reason: string): void;
}

/** A user with at least one socket in this isolate, or who had one a moment ago. */
export class LocalUser {
  readonly id: string;
  /** Known once a first `hello` was made. */
  profile: User | undefined;
  readonly connections = new Set<LocalSocket>();
  readonly rooms = new Set<LocalRoom>();
  /** While lists of rooms are being read: what changed meanwhile (true: joined). */
  changes: Map<string, boolean> | undefined;
  listings = 0;
  /** When the last socket went, in milliseconds; 0 while there is one. */
  goneAt = 0;

  constructor(id: string) {
    this.id = id;
  }

  get isOnline(): boolean {
    return this.profile !== undefined && (this.connections.size > 0 || this.goneAt > 0);
  }
}

export type RoomState = "new" | "current" | "healing" | "paused";

/** What this isolate knows of a room that somebody here has joined: how far it was delivered, and to whom. */
export class LocalRoom {
  readonly id: string;
  /** The last event that was delivered; -1 while the head is not known yet. */
  lastSeq = -1;
  /** Its id; "" while only its seq is known. */
  lastId = "";
  /** Its count of messages. */
  messages = 0;
  /** Committed events up to here are known of; those after `lastSeq` have to be read from the log. */
  wanted = -1;
  /** Reads what is wanted from the log; made when the room first has a gap. */
  healing: Rerun | undefined;
  /** Nothing is delivered until the control log, or the room's own, reads again. */
  isPaused = false;
  readonly tail = new Tail();
  /** Sockets that get each event as it comes. */
  readonly subscribers = new Set<LocalSocket>();
  /** Subscriptions, live or replaying, and joins under way. */
  pins = 0;
  /** Online users of this isolate who are members. */
  readonly members = new Set<LocalUser>();
  /** How many edits and deletes were delivered, and how many leavings: a read that overlapped one is not sent. */
  rewrites = 0;
  leaves = 0;
  /** When it was last of use to anybody, in milliseconds. */
  usedAt = 0;

  // what ephemera.ts keeps here
  /** Ids of members whose presence may have changed since it was last told, with what was told. */
  presence: Map<string, boolean> | undefined;
  /** A snapshot was sent meanwhile: its reader has seen another state than `presence` holds. */
  presenceShown = false;
  presenceAt = Number.NEGATIVE_INFINITY;
  typing: Map<string, { user: User; until: number }> | undefined;
  typingAt = Number.NEGATIVE_INFINITY;
  activityAt = Number.NEGATIVE_INFINITY;
  /** Where own sends moved the marks of those with several sockets, since activity was last told. */
  sent: Map<LocalUser, { seq: number; messages: number }> | undefined;

  /** Messages that were deleted of late, by seq, and when that was delivered. */
  unshown: Map<number, number> | undefined;

  constructor(id: string) {
    this.id = id;
  }

  /** See follower.ts. */
  get state(): RoomState {
    if (this.lastSeq === -1) return "new";
    if (this.healing?.isRunning === true) return "healing";
    return this.isPaused && this.lastSeq < this.wanted ? "paused" : "current";
  }

  /** New becomes current: everything up to `seq` is there, and what comes after it is delivered. */
  begin(seq: number, messages = this.messages): void {
    this.lastSeq = seq;
    this.messages = messages;
  }

  get isInUse(): boolean {
    return this.pins > 0 || this.members.size > 0 || this.healing?.isRunning === true;
  }

  /** Takes note of events that follow `lastSeq` without a gap. */
  advance(events: EncodedEvent[]): void {
    const last = events.at(-1);
    if (last === undefined) return;
    this.lastSeq = last.seq;
    this.lastId = last.id;
    // a slice of the log that begins with changes does not know it; it never goes down
    this.messages = Math.max(this.messages, last.messages);
    if (this.pins > 0) this.tail.push(events);
    else this.tail.clear();
    for (const event of events) {
      if (isRewrite(event)) this.rewrites++;
      else if (event.type === "leave") this.leaves++;
    }
  }
}
