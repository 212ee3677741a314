/** What a room's log holds: each seq is exactly one item or one change. */
import type { FileInfo } from "./files.ts";
import type { Role, RoomKind } from "./rooms.ts";

interface ItemBase {
  seq: number;
  id: string;
  user_id: string;
  at: number;
  /** `head.messages` after this item; for a message, its ordinal among the room's messages. */
  messages: number;
}

export interface MessageItem extends ItemBase {
  kind: "message";
  content: string;
  client_id?: string;
  /** The quoted message's id. */
  reply_to?: string;
  files?: FileInfo[];
  edited_at?: number;
  /** How many earlier texts are kept. */
  revisions?: number;
  /** Present once it was deleted; content is then "". */
  deleted?: { at: number; by: string; reason?: string };
  /** In the order of first use. */
  reactions?: ReactionCount[];
  /** It is in the room's list of pins. */
  pinned?: true;
  /** Ids of the members whom it calls by name. */
  mentions?: string[];
  /** It mentions everybody, or everybody who is here. */
  mentions_room?: "here" | "room";
}

export type ItemRecord =
  | MessageItem
  | (ItemBase & { kind: "join"; role: Role; by?: string })
  | (ItemBase & { kind: "leave"; by?: string; banned?: boolean })
  | (ItemBase & { kind: "role"; role: Role; by: string })
  | (ItemBase & { kind: "pin"; message_id: string })
  /** Without `until` the mute was lifted. */
  | (ItemBase & { kind: "mute"; by: string; until?: number; reason?: string })
  | (ItemBase & {
    kind: "room";
    name: string;
    topic: string;
    room_kind: RoomKind;
    created?: boolean;
    deleted?: boolean;
    read_only?: true;
    retention_days?: number;
    edit_minutes?: number;
    /** What this event changed. */
    changed?: RoomSetting[];
  });

export type RoomSetting = "name" | "topic" | "kind" | "read_only" | "retention_days" | "edit_minutes";

interface ChangeBase {
  seq: number;
  id: string;
  user_id: string;
  at: number;
  /** The message that changed. */
  target: string;
}

/** The people whom an edited or deleted message no longer mentions. */
interface Uncalled {
  unmentioned?: string[];
  unmentioned_room?: true;
}

/** What happened to an older message. It holds no content: a replay fills it from the message as it now stands. */
export type ChangeRecord =
  | (ChangeBase & { kind: "edit" } & Uncalled)
  | (ChangeBase & { kind: "delete" } & Uncalled)
  | (ChangeBase & { kind: "unpin" })
  | (ChangeBase & { kind: "reaction"; emoji: string; op: "add" | "remove" });

/** A pinned message: its seq, who pinned it, and when. */
export interface Pin {
  seq: number;
  by: string;
  at: number;
}

export interface SentRecord {
  seq: number;
  id: string;
  at: number;
  expires_at: number;
}

export interface ReactionCount {
  emoji: string;
  count: number;
}
