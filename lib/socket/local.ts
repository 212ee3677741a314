/** The sockets, users and rooms of this isolate: the state that the parts of the hub share. */
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
  /** The client has reported that its page is being looked at. */
  isActive: boolean;
  /** Whether its user stream is up to date (stream_state.ts). */
  stream: StreamState;
  /** When the session record expires, as last read; milliseconds. */
  expiresAt: number;
  /** How many bytes waited to be sent at the last `sample()`, which measures that anew. */
  readonly queued: number;
  sample(): number;
  /** Sends `hello`, then runs the frames that arrived before it. */
  opened(hello: string): void;
  /** Sends a frame. Where too many bytes wait already, closes the socket instead; its client then resumes. */
  send(text: string): void;
  isSubscribed(roomId: string): boolean;
  /** Joins the room again from the cursor `since`. Where that is no longer in the log, the client gets a `reset`. */
  rejoin(roomId: string, since: string): void;
  /** Ends a subscription. With a reason, the client is sent an `unsubscribed` frame. */
  unsubscribe(roomId: string, reason: Unsubscribed["reason"] | null): void;
  /** Begins the closing handshake. From now on nothing is sent, and no command is run. */
  close(code: number, reason: string): void;
  /** Closes the socket and drops its connection at once, without waiting for the closing handshake. */
  drop(code: number, reason: string): void;
}

/** A user with at least one socket in this isolate, or who had one a moment ago. */
export class LocalUser {
  readonly id: string;
  #profile: User | undefined;
  readonly connections = new Set<LocalSocket>();
  readonly rooms = new Set<LocalRoom>();
  /** Set while lists of rooms are being read: the rooms that were joined (true) or left (false) meanwhile. */
  changes: Map<string, boolean> | undefined;
  listings = 0;
  /** When the last socket went, in milliseconds; 0 while there is one. */
  goneAt = 0;

  constructor(id: string) {
    this.id = id;
  }

  /** Known once a first `hello` was made. */
  get profile(): User | undefined {
    return this.#profile;
  }

  set profile(profile: User | undefined) {
    this.#profile = profile;
    for (const room of this.rooms) room.shown = undefined;
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
  /** Retention has erased events up to this one, as its head last said. */
  floor = 0;
  /** Its count of messages. */
  messages = 0;
  /**
   * The last event that is known to be committed. Those between `lastSeq` and this one have to be read from the log.
   */
  wanted = -1;
  /** Reads what is wanted from the log; made when the room first has a gap. */
  healing: Rerun | undefined;
  /** While true nothing is delivered: the control log, or the room's own log, could not be read. */
  isPaused = false;
  readonly tail = new Tail();
  /** Sockets that get each event as it comes. */
  readonly subscribers = new Set<LocalSocket>();
  /** Subscriptions, live or replaying, and joins under way. */
  pins = 0;
  /** Online users of this isolate who are members. */
  readonly members = new Set<LocalUser>();
  /** Delivered edits and deletes. A read of the log during which this count changed may be stale, so it is not sent. */
  rewrites = 0;
  /** Delivered leaves. The same holds for a read during which this count changed. */
  leaves = 0;
  /** When the room was last in use, in milliseconds. */
  usedAt = 0;

  // what ephemera.ts keeps here
  /** Members whose presence may have changed since the last presence frame, each with what that frame said. */
  presence: Map<string, boolean> | undefined;
  /**
   * A snapshot was sent since the last presence frame: its reader may have seen another state than `presence` holds.
   */
  presenceShown = false;
  /** The people who are shown as present, as JSON; undefined where that has to be made anew. */
  shown: { json: string; count: number } | undefined;
  presenceAt = Number.NEGATIVE_INFINITY;
  typing: Map<string, { user: User; until: number }> | undefined;
  typingAt = Number.NEGATIVE_INFINITY;
  activityAt = Number.NEGATIVE_INFINITY;
  /** Read marks that users' own messages moved since the last activity frame; only of users with several sockets. */
  sent: Map<LocalUser, { seq: number; messages: number }> | undefined;

  /** Recently deleted messages: for each seq, when the deletion was delivered. */
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

  /** The state goes from new to current: events after `seq` are delivered from now on. */
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
    // a slice of the log that begins with changes lacks the count of messages; the count never goes down
    this.messages = Math.max(this.messages, last.messages);
    if (this.pins > 0) this.tail.push(events);
    else this.tail.clear();
    for (const event of events) {
      if (isRewrite(event)) this.rewrites++;
      else if (event.type === "leave") this.leaves++;
    }
  }
}
