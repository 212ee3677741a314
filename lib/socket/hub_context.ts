/**
 * What the parts of the hub, and its sockets, see of the hub and of one another. hub.ts makes the parts and gives each
 * of them itself as this.
 */
import type { EncodedEvent } from "../bus/bus.ts";
import type { Chat } from "../chat/chat.ts";
import type { LogFields } from "../base/log.ts";
import type { Counter } from "../base/metrics.ts";
import type { CommandId, CommandType } from "../protocol/commands.ts";
import type { Reply, Snapshot } from "../protocol/frames.ts";
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
  readonly sessionEnds: { isFresh(): boolean };
  readonly members: MemberLists;
  readonly ephemera: EphemeraFeed;
  readonly remotePresence: RemotePeople;
  readonly stream: UserFeed;

  report(what: string, error: unknown, fields?: LogFields): void;
  /** Resolves to false after a while, or at once when the hub closes. */
  delay(ms: number): Promise<false>;
  /** A command that is run. */
  counted(type: CommandType): void;
  /** The user of a new socket. */
  arrive(socket: LocalSocket): LocalUser;
  /** A socket gets nothing any more. */
  leave(socket: LocalSocket): void;
  /** A socket is closed on both sides. */
  gone(socket: LocalSocket): void;
  tellActive(socket: LocalSocket): void;
  /** Users whose grace is over are offline. */
  sweepUsers(now: number): void;
  /** The control log reads again (D6b): what was not delivered meanwhile follows. */
  resumeFeeding(): void;
}

/** follower.ts. */
interface RoomFeed {
  roomOf(roomId: string): LocalRoom;
  open(roomId: string): Promise<LocalRoom>;
  catchUp(room: LocalRoom, seq: number): Promise<void>;
}

/** members.ts. */
interface MemberLists {
  listing(user: LocalUser): void;
  listed(user: LocalUser, rooms: Room[]): void;
  listingFailed(user: LocalUser): void;
  apply(room: LocalRoom, event: EncodedEvent, deleted: boolean): void;
  found(user: LocalUser, room: LocalRoom): void;
}

/** ephemera.ts. */
interface EphemeraFeed {
  presenceChanges(room: LocalRoom, userId: string): void;
  presentIn(room: LocalRoom): Pick<Snapshot, "present" | "present_count">;
  isFreshlyTyping(room: LocalRoom, userId: string): boolean;
  typed(room: LocalRoom, userId: string): void;
  sent(room: LocalRoom, event: EncodedEvent): void;
  unshown(room: LocalRoom, messageId: string): void;
  active(room: LocalRoom): void;
  listed(rooms: Room[]): void;
}

/** remote_presence.ts. */
interface RemotePeople {
  has(roomId: string, userId: string): boolean;
  of(roomId: string): Iterable<User>;
  user(roomId: string, userId: string): User | undefined;
  changed(user: LocalUser): void;
  renamed(profile: User): void;
  tell(): void;
}

/** user_stream.ts. */
interface UserFeed {
  roomChanged(user: LocalUser, roomId: string): void;
  roomRemoved(user: LocalUser, roomId: string): void;
  tellElsewhere(user: LocalUser, roomId: string, line: string): void;
  refresh(socket: LocalSocket): Promise<void>;
  refreshAll(userId?: string): Promise<void>;
}

/** What commands, and what they begin, need of their socket beside that. */
export interface HubSocket extends LocalSocket {
  readonly hub: HubContext;
  /** Of a socket that an access token opened. */
  readonly tokenLife: { prolong(endsAt: number): number } | undefined;
  inFlight: number;
  /** Commands of a room that others of the same room must wait for (C5). */
  barriers: Map<string, Promise<unknown>> | undefined;
  /** Takes the outcome of the rate limits; false when the command was refused. */
  passes(id: CommandId | undefined, check: () => void): boolean;
  reply(reply: Reply): void;
  /** Answers a command that failed; what has no id gets an `error` frame. */
  fail(id: CommandId | undefined, error: unknown): void;
  subscribe(subscription: RoomSubscription): void;
}

/** subscription.ts. */
export interface RoomSubscription {
  readonly room: LocalRoom;
  end(): void;
}
