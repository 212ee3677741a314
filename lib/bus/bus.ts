/** Small signals between isolates (DESIGN: fan-out carries hints, the log is the truth). */
import type { RoomEvent, User } from "../model.ts";

/** One event of a room, encoded once: `line` is its JSON and goes to every socket as it is. */
export interface EncodedEvent {
  seq: number;
  id: string;
  type: RoomEvent["type"];
  user_id: string;
  /** head.messages after it. */
  messages: number;
  line: string;
  /** The message that it changed. */
  target?: string;
}

export type Signal =
  /** Events `events[0].seq` … of a room were committed, without a gap. */
  | { type: "events"; room_id: string; events: EncodedEvent[] }
  | { type: "typing"; room_id: string; user: User; typing: boolean }
  /** The control log grew (D6b). */
  | { type: "control" }
  /** A frame of one user's stream, as JSON: read marks, profile, rooms. */
  | { type: "user"; user_id: string; line: string }
  /** A profile changed: caches forget it, and its rooms are told. */
  | { type: "profile"; user: User };

export interface Bus {
  publish(signal: Signal): void;
  /** Returns the function that ends the subscription. */
  subscribe(listener: (signal: Signal) => void): () => void;
  /** Whether it can lose a signal between isolates, so that heads must be read again (D5). */
  readonly lossy: boolean;
  close(): void;
}
