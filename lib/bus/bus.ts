/** Small signals between isolates (D5: fan-out carries hints, the log is the truth). */
import { type Online, shardOf } from "../store/keys.ts";
import type { ControlRecord, ReadRecord, RoomEvent, User } from "../protocol/model.ts";

export { type Online, shardOf };

/** One event of a room, encoded once: `line` is its JSON and goes to every socket as it is. */
export interface EncodedEvent {
  seq: number;
  id: string;
  type: RoomEvent["type"];
  user_id: string;
  /** head.messages after it. */
  messages: number;
  line: string;
  /**
   * The id of the event before it, where that is known. An event whose predecessor is not the one that was delivered is
   * held back: the log went back (socket/rewind.ts).
   */
  after?: string;
  /** The message that it changed. */
  target?: string;
  mention?: MentionChange;
}

/** A message mentions people, or no longer mentions them. */
export interface MentionChange {
  /** The message, its seq and its author. */
  id: string;
  seq: number;
  user_id: string;
  /** Who is mentioned, including those whom an earlier text mentioned already. */
  on: string[] | "room";
  /** Who is no longer mentioned. Where this is "room", the people in `on` are still mentioned. */
  off: string[] | "room";
}

/** A read mark that an isolate has accepted and will write. */
export interface ReadSignal {
  room_id: string;
  mark: ReadRecord;
  /** The mark may lie before the present one (the user marked messages as unread). */
  back?: boolean;
}

/**
 * **Room wakes**: hints. The log (of a room, of ended sessions) is the truth, so a lost wake costs only a read of the
 * log.
 */
export type RoomWake =
  /** Events `events[0].seq` … of a room were committed, without a gap. */
  | { type: "events"; room_id: string; events: EncodedEvent[] }
  /** Rooms of this shard (store/keys.ts) have changed; their heads show which. */
  | { type: "wake"; shard: number }
  /** A room's floor was raised (retention): everything up to it is read, and `messages` were sent up to there. */
  | { type: "trimmed"; room_id: string; floor: number; messages: number }
  /** The control log grew (D6b). `ended`: the new entry, so that the isolate that wrote it need not read it first. */
  | { type: "control"; ended?: ControlRecord };

/** **User hints**: a record is the truth, so a lost hint costs only a read of what that one person sees. */
export type UserHint =
  /** A frame of one user's stream, as JSON: profile, rooms, settings. */
  | { type: "user"; user_id: string; line: string; read?: never }
  /** A profile changed: caches forget it, and members of the person's rooms are sent the new one. */
  | { type: "profile"; user: User }
  /** A user became a member at this event of a room that other isolates may not follow yet. */
  | { type: "joined"; room_id: string; user_id: string; seq: number };

/** **Ephemera**: true for seconds. They may be lost, are bounded for each person, and never cause a re-read of lists. */
export type Ephemeron =
  | { type: "typing"; room_id: string; user: User; typing: boolean }
  /** The user began or stopped looking at a page (chat/notify/activity.ts). */
  | { type: "active"; user_id: string; connection_id: string; active: boolean }
  /** A read mark that is not committed yet. */
  | { type: "user"; user_id: string; line: string; read: ReadSignal };

/** People of an isolate who came online, went offline, or whose rooms changed. `all`: nobody else is online there. */
export type PresenceSignal = {
  type: "presence";
  isolate: string;
  online: Online[];
  offline: string[];
  all?: true;
};

export type Signal =
  | RoomWake
  | UserHint
  | Ephemeron
  | PresenceSignal
  /** A new isolate asks the others who is online there. */
  | { type: "who" }
  /**
   * Hints about one user, or (without `user_id`) about anybody, were lost: receivers read again what these hints keep
   * up to date.
   */
  | { type: "lapse"; user_id?: string }
  /** Hints of one room, or of one person's profile, were lost. */
  | { type: "stale"; of: "room" | "profile"; id: string };

export function isEphemeron(signal: Signal): signal is Ephemeron {
  return signal.type === "typing" || signal.type === "active" || (signal.type === "user" && signal.read !== undefined);
}

/** A bus may lose signals. It notices what it lost, and then sends a `wake`, a `lapse` or a `stale`. */
export interface Bus {
  publish(signal: Signal): void;
  /** Returns the function that ends the subscription. */
  subscribe(listener: (signal: Signal) => void): () => void;
  /** The name of this isolate on a bus that spans several; undefined: there are no others. */
  readonly isolate?: string;
  close(): void | Promise<void>;
}
