/**
 * The domain's nouns. Types only, no imports.
 *
 * `*Record` is what the store holds; the others are what leaves the server (snake_case, JSON). Times in records are
 * milliseconds since the Unix epoch; on the wire they are ISO 8601 strings in UTC.
 */

// ---- accounts

/** What anybody may know of an account. */
export interface User {
  id: string;
  /** The login name: `[a-z0-9_.-]{1,32}`. */
  username: string;
  /** Free text of 1-50 characters; never unique, so the username is shown where people could be confused. */
  display_name: string;
  /** One of the 24 hex values of `protocol/colors.ts`. */
  color: string;
  /** Their picture's id, at /api/avatars/<id>; a new picture has a new one. */
  avatar?: string;
}

export interface UserRecord extends User {
  /** PHC string; see chat/sign_in/passwords.ts. */
  password_hash: string;
  /** May administer the server. */
  admin: boolean;
  /** Set while the account is disabled: it cannot sign in, and its sessions are gone. */
  disabled_at?: number;
  created_at: number;
}

/** A browser session or an API client's token family. */
export interface SessionRecord {
  id: string;
  user_id: string;
  kind: "cookie" | "tokens";
  created_at: number;
  /** Moved forward by use, at most once an hour. */
  expires_at: number;
  last_seen_at: number;
  user_agent: string;
  address: string;
  /** SHA-256 (hex) of the secret: of the cookie, or of the refresh token that is valid now. */
  secret_hash: string;
  /** The refresh token before that one, and until when its reuse counts as a retry. */
  previous?: { secret_hash: string; retry_until: number };
}

/** Who acts: a signed-in user over one session. Every verb of `chat/` takes one. */
export interface Actor {
  readonly user_id: string;
  readonly username: string;
  readonly admin: boolean;
  readonly session_id: string;
  /** How the request proved it; only cookies need protection against cross-site requests. */
  readonly by: "cookie" | "bearer";
  /** When the session record ends, unless it is renewed. */
  readonly expires_at: number;
  /** When the access token ends that proved it. */
  readonly token_expires_at?: number;
  /** Where the request, or the socket, came from: for the audit log. */
  readonly address?: string;
}

/** One entry of the control log (D6b): sockets of these sessions must end. */
export interface ControlRecord {
  user_id: string;
  /** The sessions that ended, or all the user's. */
  sessions: string[] | "all";
  reason: "signed_out" | "password_changed" | "disabled" | "deleted";
  at: number;
}

/** What the audit log tells of. */
export type AuditAct =
  | "message_removed"
  | "member_removed"
  | "member_banned"
  | "member_unbanned"
  | "member_muted"
  | "member_unmuted"
  | "role_changed"
  | "room_changed"
  | "room_deleted"
  | "report_handled"
  | "account_disabled"
  | "account_enabled"
  | "account_deleted"
  | "admin_granted"
  | "admin_revoked"
  | "password_reset"
  | "sessions_ended"
  | "recovery_codes_made"
  | "account_recovered"
  | "invitation_made"
  | "invitation_revoked";

/** One entry of the audit log: who did what. Nothing changes or deletes one. It never holds what people wrote. */
export interface AuditRecord {
  /** Sorts by time. */
  id: string;
  at: number;
  /** A user's id, "operator" (deno task admin) or "server" (its jobs). */
  actor: string;
  act: AuditAct;
  room_id?: string;
  /** The person it was done to. */
  user_id?: string;
  /** A message, an invitation or a report. */
  target?: string;
  reason?: string;
  /** What the act alone does not say, such as the role that was given. */
  detail?: string;
  address?: string;
}

// ---- files

/** What a message says of a file that came with it. */
export interface FileInfo {
  id: string;
  /** As it was given, without what would mislead; a name is never trusted to say what a file is. */
  name: string;
  /** Media type, decided by the content. */
  type: string;
  /** Bytes. */
  size: number;
  /** Of an image that is shown inline: as it is displayed, in pixels. */
  width?: number;
  height?: number;
}

export interface FileRecord extends FileInfo {
  owner: string;
  /**
   * `uploading`: bytes arrive, `size` is what is reserved for them; `uploaded`: its owner may send it; `attached`: it
   * belongs to a message; `avatar`: it is its owner's picture; `gone`: a job erases it.
   */
  state: "uploading" | "uploaded" | "attached" | "avatar" | "gone";
  /** Where its bytes are. */
  store: FileStore;
  created_at: number;
  /** Of the message that it is attached to. */
  room_id?: string;
  seq?: number;
}

export type FileStore = "kv" | "s3";

/** What all of one person's files take up together. */
export interface FileUsage {
  bytes: number;
}

/** What became of a report. */
export type ReportOutcome = "dismissed" | "removed" | "muted" | "banned";

/** A message that somebody showed to the moderators. It holds no copy: what is deleted is gone here too. */
export interface ReportRecord {
  /** Sorts by time. */
  id: string;
  at: number;
  room_id: string;
  message_id: string;
  /** Who wrote the message, and who reports it. */
  author: string;
  reporter: string;
  reason: string;
  /** Absent while it is open. */
  handled?: { at: number; by: string; outcome: ReportOutcome };
}

// ---- rooms

export type RoomKind = "public" | "private" | "direct";
export type Role = "owner" | "moderator" | "member";

export interface RoomRecord {
  id: string;
  kind: RoomKind;
  /** 1-80 characters; empty for a direct conversation, which is named after the other person. */
  name: string;
  /** Up to 250 characters. */
  topic: string;
  created_by: string;
  created_at: number;
  /** The two people of a direct conversation, sorted. */
  pair?: [string, string];
  /** Only moderators and owners may send. */
  read_only?: true;
  /** Messages older than this are erased; absent: as the server's setting says. */
  retention_days?: number;
  /** How long a message may be edited; absent: as the server's setting says. */
  edit_minutes?: number;
  /** Set once the room was deleted; its contents are erased by a job. */
  deleted_at?: number;
}

/** The only key that appends contend on. */
export interface HeadRecord {
  /** The last event's seq; 0 before the first. */
  seq: number;
  /** The last event's id; "" before the first. */
  id: string;
  /** Events up to this seq are gone (retention). */
  floor: number;
  /** How many of the messages ever sent are at or below the floor. */
  floor_messages?: number;
  /** How many messages were ever shown in the room: deleting one lowers nothing. */
  messages: number;
  /** How many members there are, and how many of them are owners. */
  members: number;
  owners: number;
  /** The last event's time; never goes back. */
  at: number;
  /** The seq of the last message that called everybody, while it was sent; see keys.called. */
  called?: number;
  /** The highest seq of a message that was deleted, above the floor; see keys.unshown. */
  unshown?: number;
}

export interface MemberRecord {
  user_id: string;
  role: Role;
  /** `left` is kept of those alone who left while they were muted: coming back does not lift it. */
  state: "joined" | "banned" | "left";
  since: number;
  /** Until then they cannot send, edit or react. */
  muted_until?: number;
  /** In a direct conversation: the other one has blocked this person, who cannot write there. */
  refused?: true;
  /** Somebody else put this person here: see Added. */
  added?: Added;
}

/**
 * Who put somebody into a room. Until that person joins it themselves, writes in it or opens the conversation, the room
 * takes none of the places that they may fill.
 */
export interface Added {
  by: string;
  /** The room is a direct conversation. */
  direct?: true;
}

export interface ReadRecord {
  /** Everything up to here has been read. */
  seq: number;
  /** The ordinal of the last message read: unread = head.messages - this - the `unshown` keys after `seq`. */
  messages: number;
  /** When it was taken: of two the later one counts. */
  at?: number;
}

/** What somebody was writing in a room. An empty one is kept, so that an older text does not come back. */
export interface DraftRecord {
  content: string;
  /** The message that it answers. */
  reply_to?: string;
  /** When it was written, by the server's clock as far as the device knows it; the later one counts. */
  at: number;
}

/** A browser that is told of messages while no page is open: its push service and its keys. */
export interface PushRecord {
  endpoint: string;
  keys: { p256dh: string; auth: string };
  created_at: number;
}

/** A message that calls everybody in the room. */
export interface RoomCallRecord {
  seq: number;
  at: number;
  user_id: string;
}

// ---- the log: each seq is exactly one item or one change

interface ItemBase {
  seq: number;
  id: string;
  user_id: string;
  at: number;
  /** head.messages after this item: a message's own ordinal. */
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
  /** It calls everybody, or everybody who is here. */
  mentions_room?: "here" | "room";
}

export type ItemRecord =
  | MessageItem
  | (ItemBase & { kind: "join"; role: Role; by?: string })
  | (ItemBase & { kind: "leave"; by?: string; banned?: boolean })
  | (ItemBase & { kind: "role"; role: Role; by: string })
  | (ItemBase & { kind: "pin"; message_id: string })
  /** Without `until`: may speak again. */
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

/** Whom a message calls no more. */
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

// ---- events as everyone sees them

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

/** A room as one user sees it. */
export interface Room {
  id: string;
  kind: RoomKind;
  name: string;
  topic: string;
  created_at: string;
  /** My role, or null where I am not a member. */
  role: Role | null;
  members: number;
  /** The last event's seq. */
  seq: number;
  /** The last event's time. */
  active_at: string;
  messages: number;
  /** My read mark: unread = messages - read_messages - how many `unshown` are. */
  read_seq: number;
  read_messages: number;
  /** The seqs of the messages after my read mark that were deleted, the newest 1,000, in their order. */
  unshown?: number[];
  /** The seqs of the unread messages that call me, the newest 100, in their order. */
  mentions?: number[];
  /** The other person of a direct conversation. */
  with?: User;
  /** Who put me into it, until I join it or write in it. */
  added_by?: User;
  /** Only moderators and owners may send. */
  read_only?: true;
  /** Until then I cannot send, edit or react. */
  muted_until?: string;
  /** Messages older than this many days are erased. */
  retention_days?: number;
  /** A message may be edited for so many minutes. */
  edit_minutes?: number;
  /** Everything up to this seq was erased. */
  floor?: number;
}

/** A message that I keep at hand. */
export interface Bookmark {
  room_id: string;
  message_id: string;
  /** When I marked it. */
  at: string;
  /** null: it was deleted, or I may not read it any more. */
  message: ChatMessage | null;
}

export interface Member extends User {
  role: Role;
  online: boolean;
  muted_until?: string;
}
