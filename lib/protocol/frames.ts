/** The server's frames outside the rooms' sequences (SPEC.md, S). Types only; clients decode them in lib/client. */
import type { ErrorBody } from "../base/errors.ts";
import type { Bookmark, ChatMessage, DraftRecord, ReactionCount, Room, RoomEvent, User } from "./model.ts";
import type { CommandId } from "./commands.ts";
import type { LIMITS } from "./limits.ts";
import type { Level, Settings } from "./settings.ts";

/** The first frame of every connection. */
export interface Hello {
  type: "hello";
  version: 1;
  epoch: string;
  connection_id: string;
  /** A client that has heard nothing for this long sends a ping; the server does likewise. */
  heartbeat_ms: number;
  /** The protocol's limits, and the most bytes of one file on this server. */
  limits: typeof LIMITS & { file_bytes: number };
  features: string[];
  user: User & { admin: boolean };
  rooms: Room[];
  settings: Settings;
  /** The ids of the people whom I have blocked. */
  blocked: string[];
  server_time: string;
}

/** My reactions to the messages of a page, by message id. */
export type Mine = Record<string, string[]>;

/** The state of a room at `cursor`, at a fresh join or after a reset. Every later event follows. */
export interface Snapshot {
  type: "snapshot";
  room_id: string;
  room: Room;
  /** `<epoch>:<event id>` */
  cursor: string;
  /** The newest messages, joins, leaves and room changes, oldest first, as they now stand. */
  events: RoomEvent[];
  /** Whether there is more before them. */
  has_more: boolean;
  mine: Mine;
  /** People of the room who are online, at most 200. */
  present: User[];
  /** How many people of the room are online. */
  present_count: number;
}

/** The answer to a `since` that could be served; the missed events follow, then live ones. */
export interface Resumed {
  type: "resumed";
  room_id: string;
  room: Room;
  present: User[];
  present_count: number;
}

export type ResetReason = "epoch_changed" | "cursor_unknown" | "cursor_ahead" | "below_floor" | "too_far_behind";

/** `since` could not be served; a snapshot follows. */
export interface Reset {
  type: "reset";
  room_id: string;
  reason: ResetReason;
}

/** This socket gets no more events of that room. */
export interface Unsubscribed {
  type: "unsubscribed";
  room_id: string;
  reason: "left" | "removed" | "asked" | "room_deleted";
}

export interface Presence {
  type: "presence";
  room_id: string;
  online: User[];
  offline: string[];
  present_count: number;
}

/** Who is typing now (at most 5). The reader may be in the list: the client leaves itself out. */
export interface Typing {
  type: "typing";
  room_id: string;
  users: User[];
}

/** The user stream: what concerns this user alone. */
export type UserChange =
  | { type: "user"; change: "room"; room: Room }
  | { type: "user"; change: "room_removed"; room_id: string }
  /** `mentions` and `unshown` are present only where the mark moved back. */
  | {
    type: "user";
    change: "read";
    room_id: string;
    read_seq: number;
    read_messages: number;
    mentions?: number[];
    unshown?: number[];
  }
  /** Everything up to `floor`, `messages` messages in all, was erased (retention): I have read at least that far. */
  | { type: "user"; change: "trimmed"; room_id: string; floor: number; messages: number }
  /** In a room that this socket has not open, a message by `user_id` mentions me (again), or no longer does. */
  | {
    type: "user";
    change: "mention";
    room_id: string;
    message_id: string;
    seq: number;
    user_id: string;
    mentioned: boolean;
  }
  /** I bookmarked a message, or removed its bookmark. */
  | { type: "user"; change: "bookmark"; room_id: string; message_id: string; marked: boolean }
  /** My draft in a room changed on another device. */
  | { type: "user"; change: "draft"; room_id: string; content: string; reply_to?: string; at: number }
  | { type: "user"; change: "profile"; user: User & { admin: boolean } }
  | { type: "user"; change: "block"; user_id: string; blocked: boolean }
  | { type: "user"; change: "settings"; settings: Settings }
  /** Some changes may have been missed: the whole state again. */
  | { type: "user"; change: "snapshot"; rooms: Room[]; settings: Settings; blocked: string[] };

/** New events in a joined room that this socket has not open; at most one frame a second a room. */
export interface RoomActivity {
  type: "room_activity";
  room_id: string;
  seq: number;
  messages: number;
  /** The seqs of recently deleted messages. A seq may be sent several times: count it once. */
  unshown?: number[];
  timestamp: string;
}

/** The access token that opened this socket ends soon: the command `reauthenticate` brings a fresh one. */
export interface Reauthenticate {
  type: "reauthenticate";
  expires_at: string;
}

/** Another person's profile changed. */
export interface UserUpdated {
  type: "user_updated";
  user: User;
}

export type Reply =
  | ({ re: CommandId; ok: true } & Record<string, unknown>)
  | { re: CommandId; error: ErrorBody };

/** The fields of replies, by command. */
export interface Replies {
  join_room: { cursor: string };
  unsubscribe: Record<string, never>;
  leave_room: Record<string, never>;
  chat_message: { id: string; seq: number; timestamp: string; duplicate?: true };
  edit_message: { id: string; seq: number; changed: boolean };
  delete_message: { id: string; seq: number; changed: boolean };
  pin_message: { id: string; seq: number; changed: boolean };
  unpin_message: { id: string; seq: number; changed: boolean };
  react: { id: string; seq: number; changed: boolean; reactions: ReactionCount[] };
  block_user: Record<string, never>;
  unblock_user: Record<string, never>;
  mark_read: { read_seq: number; read_messages: number; mentions?: number[]; unshown?: number[] };
  typing: Record<string, never>;
  history: { events: RoomEvent[]; has_more: boolean; mine: Mine };
  mentions: { messages: ChatMessage[]; cursor: string | null };
  bookmark: { changed: boolean };
  bookmarks: { bookmarks: Bookmark[]; has_more: boolean };
  draft: DraftRecord;
  set_level: { level: Level | null };
  active: Record<string, never>;
  save_draft: { at: number; saved: boolean };
  reauthenticate: { expires_at: string };
  ping: { server_time: string };
}

/** The answer to a `ping` without an id. */
export type Pong = { type: "pong" } & Replies["ping"];

/** An error that belongs to no command id (a frame that could not be read, a command without id). */
export interface ErrorFrame {
  type: "error";
  error: ErrorBody;
}
