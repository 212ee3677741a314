/** Records of the store that are not of the domain (protocol/model.ts): jobs, rings, leases, the search index. */
import type { User } from "../protocol/model.ts";

export interface Meta {
  /** An id of the database. A restored database gets a new one (D4). */
  epoch: string;
  schema_version: number;
  /** An import has begun and not ended, so the data is incomplete. */
  importing?: boolean;
}

export interface Invitation {
  code: string;
  created_by: string;
  created_at: number;
  expires_at: number;
  uses_left: number;
  /** A QR code's, which lasts for an hour; absent: a link's. */
  qr?: true;
  /** The ids of the people who came by it. */
  people?: string[];
  /** When it was revoked; no uses are left then, so that an older process refuses it too. */
  revoked_at?: number;
  /** When its last use was taken. */
  used_up_at?: number;
}

/**
 * A public room's claim to its name. It stands while the room exists, is public and still has a name that looks like this:
 * a room that a process of an older version renamed leaves claims behind, which whoever wants the name takes over.
 */
export interface NameClaim {
  room_id: string;
  /** The id of the event that claimed it: no two claims are equal (ABA). */
  by: string;
}

export const DUE_KINDS = [
  ...["erase", "file", "account", "author", "room_end", "retention", "sent", "expired", "rooms", "tidy"] as const,
];
/** Jobs of one kind are done one after the other by one process; kinds do not wait for one another. */
export type DueKind = typeof DUE_KINDS[number];

/** `tries` counts how often the job has failed. */
export type Job =
  & { tries?: number }
  & (
    | { kind: "erase_message"; room_id: string; seq: number }
    | { kind: "erase_room"; room_id: string }
    /**
     * Takes a deleted account out of its rooms, through their queues (chat/people/deletion.ts). `erase`: its messages
     * too.
     */
    | { kind: "leave_rooms"; user_id: string; at?: number; erase?: true }
    | { kind: "erase_author"; user_id: string; room_id: string; seq: number }
    | { kind: "erase_below"; room_id: string; floor: number }
    | { kind: "erase_file"; file_id: string }
    /** Ends a room that nobody has been in for 30 days. */
    | { kind: "end_room"; room_id: string }
    /** Raises the floor of a room that keeps its messages for a time. */
    | { kind: "trim_room"; room_id: string }
    /** Removes a room's expired `sent` keys. */
    | { kind: "sweep_sent"; room_id: string }
    /** Repeating passes: over expiring records, over all rooms (from after room `after`), over users' marks. */
    | { kind: "sweep_expired" }
    | { kind: "look_at_rooms"; began: number; after: string }
    | { kind: "tidy" }
  );

/** A room's search index. It changes by commits that check this record, so that two processes never mix their work. */
export interface IndexRecord {
  /** The index reflects every event up to this seq. */
  seq: number;
  /** The room's floor as the index knows it. */
  floor: number;
  segments: IndexSegment[];
  /** Segments that are being written or removed: after a crash their pages are deleted. */
  garbage: string[];
  /** The version of the word folding that its words were made with (chat/search/index/units.ts); absent: the first. */
  folding?: number;
  /** The seq up to which an index of an older folding was searched for words that the new folding changes. */
  looked?: number;
  /** The lease of a process whose work takes several commits: the others leave the index alone until then. */
  claim?: { by: string; until: number };
}

export interface IndexSegment {
  id: string;
  /** The lowest and the highest seq in it. Each message is in one segment, or in the tail. */
  low: number;
  high: number;
  bytes: number;
}

/** Somebody who is online, and the rooms they are in. */
export interface Online {
  user: User;
  rooms: string[];
}

/** Whose turn it is to append to a room, and who comes next (log/room_turn.ts). */
export interface Turn {
  by: string;
  next: string[];
}

export interface Ephemera {
  expires_at: number;
  /** The schema that the process knows; absent: 2, whose processes did not say it (versions.ts). */
  schema?: number;
  /** The number of the oldest hint in `signals`. Hints are numbered from 1 without a gap. */
  first: number;
  signals: unknown[];
  /** Absent in the ring of an older process, which has its ephemera among `signals`. */
  parts?: RingParts;
}

/** The parts of a process's ring beside its hints (bus/ring_writer.ts). Each list is in the order of its numbers. */
export interface RingParts {
  /**
   * The users, rooms and profiles whose hints were dropped from `signals`, each with its last hint's number. For hints
   * up to `since` this is unknown.
   */
  dropped: { since: number; of: [n: number, concern: Concern, id: string][] };
  ephemera: [n: number, signal: unknown][];
  /** The users whose presence keys changed after `since`. */
  presence: { since: number; of: [n: number, userId: string][] };
}

/** The kind of thing that a reader has to read again after a lost hint. */
export type Concern = "user" | "room" | "profile";
