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
  /** Set where somebody else than the author deleted the message: who did, and why. */
  removed_by?: string;
  reason?: string;
  reactions?: ReactionCount[];
  pinned?: true;
  /** The people whom the message mentions by name. */
  mentions?: Mention[];
  /** The message mentions everybody in the room, or everybody who is here. */
  mentions_room?: "here" | "room";
}

/** A person whom a message mentions. */
export interface Mention {
  user_id: string;
  username: string;
}

export type RoomEvent =
  | ChatMessage
  /** `target` names the message; its other fields are the message's present state. */
  | (EventBase & {
    type: "message_edited";
    target: string;
    content: string;
    edited_at?: string;
    mentions?: Mention[];
    mentions_room?: "here" | "room";
  })
  | (EventBase & { type: "message_deleted"; target: string; removed_by?: string; reason?: string })
  /** Pins a message, and stays in the room's history as an item that says so. */
  | (EventBase & { type: "message_pinned"; message_id: string })
  | (EventBase & { type: "message_unpinned"; target: string })
  /** `reactions` is the target's whole present list, so applying the event twice changes nothing (idempotent). */
  | (EventBase & { type: "reaction"; target: string; emoji: string; op: "add" | "remove"; reactions: ReactionCount[] })
  | (EventBase & { type: "join"; role: Role; by?: string })
  | (EventBase & { type: "leave"; by?: string; banned?: true })
  | (EventBase & { type: "role_changed"; role: Role; by: string })
  /** Without `muted_until` the mute was lifted. */
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

/** My bookmark of a message. */
export interface Bookmark {
  room_id: string;
  message_id: string;
  /** When I marked it. */
  at: string;
  /** null: it was deleted, or I may not read it any more. */
  message: ChatMessage | null;
}
