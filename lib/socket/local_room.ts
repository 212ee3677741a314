/** What this isolate knows of a room that somebody here has joined: how far it was delivered, and to whom. */
import type { EncodedEvent } from "../bus/bus.ts";
import type { User } from "../protocol/model.ts";
import type { Connection } from "./connection.ts";
import type { LocalUser } from "./local_user.ts";
import { isRewrite, Tail } from "./tail.ts";

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
  healing: Promise<void> | undefined;
  readonly tail = new Tail();
  /** Sockets that get each event as it comes. */
  readonly subscribers = new Set<Connection>();
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

  get isInUse(): boolean {
    return this.pins > 0 || this.members.size > 0 || this.healing !== undefined;
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
