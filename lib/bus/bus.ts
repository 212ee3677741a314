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
  /** The id of the event before it, where that is known: what follows another history is not delivered (socket/rewind.ts). */
  after?: string;
  /** The message that it changed. */
  target?: string;
  mention?: MentionChange;
}

/** A message calls people, or calls them no more. */
export interface MentionChange {
  /** The message, its seq and its author. */
  id: string;
  seq: number;
  user_id: string;
  /** Who is called, also those whom an earlier text called. */
  on: string[] | "room";
  /** Who is not called any more. Where it is the room, the people in `on` are called all the same. */
  off: string[] | "room";
}

/** A read mark that an isolate took and will write. */
export interface ReadSignal {
  room_id: string;
  mark: ReadRecord;
  /** It may be before the one that stood. */
  back?: boolean;
}

/** **Room wakes**: hints. The log (of a room, of ended sessions) is the truth, so a lost one costs a reading of it. */
export type RoomWake =
  /** Events `events[0].seq` … of a room were committed, without a gap. */
  | { type: "events"; room_id: string; events: EncodedEvent[] }
  /** Something happened in rooms of this shard (store/keys.ts): their heads say what. */
  | { type: "wake"; shard: number }
  /** A room's floor was raised (retention): everything up to it is read, and `messages` were sent up to there. */
  | { type: "trimmed"; room_id: string; floor: number; messages: number }
  /** The control log grew (D6b). `ended`: by what, so that the isolate that wrote it need not read it first. */
  | { type: "control"; ended?: ControlRecord };

/** **User hints**: a record is the truth, so a lost one costs a reading of what that one person sees. */
export type UserHint =
  /** A frame of one user's stream, as JSON: profile, rooms, settings. */
  | { type: "user"; user_id: string; line: string; read?: never }
  /** A profile changed: caches forget it, and its rooms are told. */
  | { type: "profile"; user: User }
  /** Somebody became a member at this event of a room, which no other isolate may be following yet. */
  | { type: "joined"; room_id: string; user_id: string; seq: number };

/** **Ephemera**: true for seconds. They may be lost, are bounded for each person, and never cause a re-read of lists. */
export type Ephemeron =
  | { type: "typing"; room_id: string; user: User; typing: boolean }
  /** A page is looked at, or is not any more (chat/notify/activity.ts). */
  | { type: "active"; user_id: string; connection_id: string; active: boolean }
  /** A read mark that is not committed yet. */
  | { type: "user"; user_id: string; line: string; read: ReadSignal };

/** Who came and went in an isolate, or their rooms changed. `all`: nobody else is online there. */
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
  /** Hints were lost, of one user or (without `user_id`) of anybody: read again what they keep up to date. */
  | { type: "lapse"; user_id?: string }
  /** Hints of one room, or of one person's profile, were lost. */
  | { type: "stale"; of: "room" | "profile"; id: string };

export function isEphemeron(signal: Signal): signal is Ephemeron {
  return signal.type === "typing" || signal.type === "active" || (signal.type === "user" && signal.read !== undefined);
}

/** Every bus here notices what it lost, and says so: with a `wake`, a `lapse` or a `stale`. */
export interface Bus {
  publish(signal: Signal): void;
  /** Returns the function that ends the subscription. */
  subscribe(listener: (signal: Signal) => void): () => void;
  /** The name of this isolate on a bus that spans several; undefined: there are no others. */
  readonly isolate?: string;
  close(): void | Promise<void>;
}
