/** What the store holds beside the domain's nouns (protocol/model.ts): jobs, rings, leases, the search index. */
import type { User } from "../protocol/model.ts";

export interface Meta {
  /** One a database; a restored one has a new one (D4). */
  epoch: string;
  schema_version: number;
  /** An import has begun and not ended: what is there is not whole. */
  importing?: boolean;
}

export interface Invitation {
  code: string;
  created_by: string;
  created_at: number;
  expires_at: number;
  uses_left: number;
}

export const DUE_KINDS = [
  ...["erase", "file", "account", "author", "room_end", "retention", "sent", "expired", "rooms", "tidy"] as const,
];
/** Jobs of one kind are done one after the other by one process; kinds do not wait for one another. */
export type DueKind = typeof DUE_KINDS[number];

/** How often a job has failed is in `tries`. */
export type Job =
  & { tries?: number }
  & (
    | { kind: "erase_message"; room_id: string; seq: number }
    | { kind: "erase_room"; room_id: string }
    /** Of a deleted account; done by way of the rooms' queues (chat/people/deletion.ts). `erase`: what it wrote as well. */
    | { kind: "leave_rooms"; user_id: string; at?: number; erase?: true }
    | { kind: "erase_author"; user_id: string; room_id: string; seq: number }
    | { kind: "erase_below"; room_id: string; floor: number }
    | { kind: "erase_file"; file_id: string }
    /** Ends a room that nobody has been in for 30 days. */
    | { kind: "end_room"; room_id: string }
    /** Raises the floor of a room that keeps its messages for a time. */
    | { kind: "trim_room"; room_id: string }
    /** Removes a room's `sent` keys that are over. */
    | { kind: "sweep_sent"; room_id: string }
    /** Passes that come back: over what expires, over all rooms (after room `after`), over people's marks. */
    | { kind: "sweep_expired" }
    | { kind: "look_at_rooms"; began: number; after: string }
    | { kind: "tidy" }
  );

/** A room's search index. It changes by commits that check this record, so that two processes never mix their work. */
export interface IndexRecord {
  /** Everything up to this event is in it, or gone from it. */
  seq: number;
  /** The room's floor as the index knows it. */
  floor: number;
  segments: IndexSegment[];
  /** Segments that are being made or removed: their pages go. */
  garbage: string[];
  /** By which folding its words were made (chat/search/index/units.ts); absent: by the first. */
  folding?: number;
  /** Up to which message an index of an older folding was looked through for words that are others now. */
  looked?: number;
  /** A process that has begun what takes several commits, and until when the others leave it alone. */
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

export interface Ephemera {
  expires_at: number;
  /** The schema that the process knows; absent: 2, whose processes did not say it (versions.ts). */
  schema?: number;
  /** The number of the first hint that is still here; they are numbered from 1 without a gap. */
  first: number;
  signals: unknown[];
  /** Absent: of an older process, which has ephemera among its `signals`. */
  parts?: RingParts;
}

/** What a process tells beside its hints (bus/ring_writer.ts). Each list is in the order of its numbers. */
export interface RingParts {
  /** Whose hints are gone from `signals`, and the number of the last one. Of those up to `since` nobody knows whose. */
  dropped: { since: number; of: [n: number, concern: Concern, id: string][] };
  ephemera: [n: number, signal: unknown][];
  /** Whose presence keys changed after `since`. */
  presence: { since: number; of: [n: number, userId: string][] };
}

/** What is to be read again where a hint was lost. */
export type Concern = "user" | "room" | "profile";
