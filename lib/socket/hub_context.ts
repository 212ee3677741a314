/**
 * What the parts of the hub, and its sockets, see of the hub and of one another. hub.ts makes the parts and passes
 * itself to each of them as a HubContext.
 */
import type { EncodedEvent } from "../bus/bus.ts";
import type { Chat } from "../chat/chat.ts";
import type { SharedPage } from "../chat/messages/feed.ts";
import type { LogFields } from "../base/log.ts";
import type { Counter } from "../base/metrics.ts";
import type { CommandId, CommandType } from "../protocol/commands.ts";
import type { Reply } from "../protocol/frames.ts";
import type { Room, User } from "../protocol/model.ts";
import type { LocalRoom, LocalSocket, LocalUser } from "./local.ts";
import type { SendBudget } from "./outgoing.ts";

export interface HubContext {
  readonly chat: Chat;
  readonly rooms: Map<string, LocalRoom>;
  readonly users: Map<string, LocalUser>;
  /** Every socket that is not closed on both sides. */
  readonly connections: Set<LocalSocket>;
  readonly sendBudget: SendBudget;
  /** Events handed to sockets. */
  readonly delivered: Counter;
  readonly isClosed: boolean;
  readonly isDraining: boolean;
  /** Commands that wait for their answers, over all sockets. */
  inFlight: number;

  readonly follower: RoomFeed;
  readonly sessionEnds: { isFresh(): boolean; freshened(): Promise<boolean> };
  readonly members: MemberLists;
  readonly ephemera: EphemeraFeed;
  readonly remotePresence: RemotePeople;
  readonly stream: UserFeed;
  /** Counts changed profiles. */
  readonly profiles: { readonly version: number };
  readonly reads: RoomReads;
  /** Sockets that come, and joins, in turn. */
  readonly arrivals: { run<T>(work: () => Promise<T>): Promise<T> };
  readonly recounts: RoomRecounts;

  report(what: string, error: unknown, fields?: LogFields): void;
  /** Resolves to false after a while, or at once when the hub closes. */
  delay(ms: number): Promise<false>;
  /** Counts a command that is run. */
  counted(type: CommandType): void;
  /** Registers a new socket and returns its user. */
  arrive(socket: LocalSocket): LocalUser;
  /** Takes a socket away from its user: nothing is sent to it any more. */
  leave(socket: LocalSocket): void;
  /** Forgets a socket that is closed on both sides. */
  gone(socket: LocalSocket): void;
  tellActive(socket: LocalSocket): void;
  /** Takes users offline whose grace time is over. */
  sweepUsers(now: number): void;
  /** The control log can be read again (D6b): what was not delivered meanwhile is delivered now. */
  resumeFeeding(): void;
}

/** Implemented in follower.ts. */
interface RoomFeed {
  roomOf(roomId: string): LocalRoom;
  open(roomId: string): Promise<LocalRoom>;
  catchUp(room: LocalRoom, seq: number): Promise<void>;
}

/** Implemented in shared_reads.ts. */
interface RoomReads {
  page(room: LocalRoom, chat: Chat): Promise<EncodedPage>;
  replay(room: LocalRoom, after: number): Promise<SharedReplay>;
}

/** A snapshot without what is the reader's own. */
export interface EncodedPage {
  /** The fields of the frame, without braces. */
  readonly fields: string;
  readonly reacted: SharedPage["reacted"];
  readonly length: number;
}

/** Events after a cursor. */
export interface SharedReplay {
  readonly events: EncodedEvent[];
  /** They were read from the log, not from memory. */
  readonly isRead: boolean;
  readonly length: number;
  /** The first `count` events. */
  frames(count: number): string[];
}

/** Implemented in members.ts. */
interface MemberLists {
  listing(user: LocalUser): void;
  listed(user: LocalUser, rooms: Room[]): void;
  listingFailed(user: LocalUser): void;
  apply(room: LocalRoom, event: EncodedEvent, deleted: boolean): void;
  found(user: LocalUser, room: LocalRoom): void;
}

/** Implemented in ephemera.ts. */
interface EphemeraFeed {
  presenceChanges(room: LocalRoom, userId: string): void;
  /** The people as JSON. */
  presentIn(room: LocalRoom): { present: string; present_count: number };
  isFreshlyTyping(room: LocalRoom, userId: string): boolean;
  typed(room: LocalRoom, userId: string): void;
  sent(room: LocalRoom, event: EncodedEvent): void;
  unshown(room: LocalRoom, messageId: string): void;
  active(room: LocalRoom): void;
  listed(rooms: Room[]): void;
}

/** Implemented in recounts.ts. */
interface RoomRecounts {
  changed(room: LocalRoom, seq: number): void;
}

/** Implemented in remote_presence.ts. */
interface RemotePeople {
  has(roomId: string, userId: string): boolean;
  of(roomId: string): Iterable<User>;
  user(roomId: string, userId: string): User | undefined;
  changed(user: LocalUser): void;
  renamed(profile: User): void;
  tell(): void;
}

/** Implemented in user_stream.ts. */
interface UserFeed {
  roomChanged(user: LocalUser, roomId: string): void;
  roomRemoved(user: LocalUser, roomId: string): void;
  tellElsewhere(user: LocalUser, roomId: string, line: string): void;
  refresh(socket: LocalSocket): Promise<void>;
  refreshAll(userId?: string): Promise<void>;
}

/** A socket as commands and subscriptions see it. */
export interface HubSocket extends LocalSocket {
  readonly hub: HubContext;
  /** Set where the socket was opened with an access token. */
  readonly tokenLife: { prolong(endsAt: number): number } | undefined;
  inFlight: number;
  /** By room: the running command that later commands to the room wait for (C5). */
  barriers: Map<string, Promise<unknown>> | undefined;
  /** Runs a check of the rate limits. Where it refuses, answers the command and returns false. */
  passes(id: CommandId | undefined, check: () => void): boolean;
  reply(reply: Reply): void;
  /** Answers a command that failed. A command without an id is answered by an `error` frame. */
  fail(id: CommandId | undefined, error: unknown): void;
  subscribe(subscription: RoomSubscription): void;
}

/** Implemented in subscription.ts. */
export interface RoomSubscription {
  readonly room: LocalRoom;
  end(): void;
}
