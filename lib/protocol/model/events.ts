/** The events of a room, as everyone sees them. */
import type { FileInfo } from "./files.ts";
import type { ReactionCount, RoomSetting } from "./log.ts";
import type { Role, RoomKind } from "./rooms.ts";

interface EventBase {
  room_id: string;
  seq: number;
  /** `<seq>-<8 characters>`. */
  id: string;
  user_id: string;
  username: string;
  display_name: string;
  color: string;
  avatar?: string;
  timestamp: string;
}

export interface ChatMessage extends EventBase {
  type: "chat_message";
  content: string;
  client_id?: string;
  reply_to?: string;
  files?: FileInfo[];
  edited_at?: string;
  deleted?: true;
  /** Of a deleted one: who removed it, where that was not its author, and why. */
  removed_by?: string;
  reason?: string;
  reactions?: ReactionCount[];
  pinned?: true;
  /** Whom it calls by name. */
  mentions?: Mention[];
  /** It calls everybody in the room, or everybody who is here. */
  mentions_room?: "here" | "room";
}

/** Somebody whom a message calls. */
export interface Mention {
  user_id: string;
  username: string;
}

export type RoomEvent =
  | ChatMessage
  /** Everything but the target is what it holds now. */
  | (EventBase & {
    type: "message_edited";
    target: string;
    content: string;
    edited_at?: string;
    mentions?: Mention[];
    mentions_room?: "here" | "room";
  })
  | (EventBase & { type: "message_deleted"; target: string; removed_by?: string; reason?: string })
  /** An item of the room that stays: it says that the message was pinned, and makes it so. */
  | (EventBase & { type: "message_pinned"; message_id: string })
  | (EventBase & { type: "message_unpinned"; target: string })
  /** `reactions` is the target's present, whole state: applying it twice changes nothing. */
  | (EventBase & { type: "reaction"; target: string; emoji: string; op: "add" | "remove"; reactions: ReactionCount[] })
  | (EventBase & { type: "join"; role: Role; by?: string })
  | (EventBase & { type: "leave"; by?: string; banned?: true })
  | (EventBase & { type: "role_changed"; role: Role; by: string })
  /** Without `muted_until`: may speak again. */
  | (EventBase & { type: "member_muted"; by: string; muted_until?: string; reason?: string })
  | (EventBase & {
    type: "room_updated";
    name: string;
    topic: string;
    kind: RoomKind;
    created?: true;
    deleted?: true;
    read_only?: true;
    changed?: RoomSetting[];
  });

/** A message that I keep at hand. */
export interface Bookmark {
  room_id: string;
  message_id: string;
  /** When I marked it. */
  at: string;
  /** null: it was deleted, or I may not read it any more. */
  message: ChatMessage | null;
}
