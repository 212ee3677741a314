/** Rooms, memberships, and what each person keeps of a room. */
import type { User } from "./accounts.ts";

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
  /** The seq of the last message that mentioned everybody when it was sent; see keys.called. */
  called?: number;
  /** The highest seq of a message that was deleted, above the floor; see keys.unshown. */
  unshown?: number;
}

export interface MemberRecord {
  user_id: string;
  role: Role;
  /** `left` is stored only for members who left while muted, so that coming back does not lift the mute. */
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
  /** When the mark was taken. Which of two marks wins: chat/rooms/read_marks.ts. */
  at?: number;
  /** It was set back: messages were marked unread. */
  back?: boolean;
}

/** A person's draft in a room. An emptied draft stays as a tombstone, so that an older text does not come back. */
export interface DraftRecord {
  content: string;
  /** The message that it answers. */
  reply_to?: string;
  /** When it was written, by the server's clock as far as the device knows it; the later one counts. */
  at: number;
}

/** A message that mentions everybody in the room. */
export interface RoomCallRecord {
  seq: number;
  at: number;
  user_id: string;
}

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
  /**
   * My read mark: unread = messages - read_messages - how many `unshown` are. `read_messages` is more than the read
   * mark's ordinal where more messages were deleted after it than `unshown` has.
   */
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

export interface Member extends User {
  role: Role;
  online: boolean;
  muted_until?: string;
}
