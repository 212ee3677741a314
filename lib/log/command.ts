/** What may be appended to a room's log, what becomes of it, and what the rules must answer. Plain data (D9). */
import type { Added, ReactionCount, Role, RoomKind } from "../protocol/model.ts";
import type { Calls } from "../protocol/text/mentions.ts";
import type { Draft } from "./draft.ts";
import type { Key } from "../store/keys.ts";

/** Who gives a command, beside their id. */
export interface ActorContext {
  /** Lets a server administrator do what an owner may: in the rooms they can see, or in every one but direct ones. */
  by_admin?: boolean | "anywhere";
  /** For the audit log. */
  address?: string;
  reason?: string;
  /** The server does it for an account that was deleted: it need not be a member any more, and may leave any room. */
  gone?: true;
}

/** What may be appended. */
export type AppendCommand =
  | {
    type: "message";
    user_id: string;
    content: string;
    client_id?: string;
    reply_to?: string;
    files?: string[];
    calls?: Calls;
  }
  | { type: "edit"; user_id: string; target: string; content: string; calls?: Calls }
  | ({ type: "delete"; user_id: string; target: string } & ActorContext)
  | { type: "react"; user_id: string; target: string; emoji: string; op: "add" | "remove" }
  | ({ type: "pin"; user_id: string; target: string; op: "add" | "remove" } & ActorContext)
  /** Whether what this person writes in a direct conversation is refused; no event. */
  | { type: "refuse"; by: string; user_id: string; refused: boolean }
  /** `added`: the place is not the person's own until they `stay`. */
  | ({ type: "join"; user_id: string; by?: string; role?: Role; added?: Added } & ActorContext)
  /** A member agrees to a room that somebody else put them into; no event. */
  | { type: "stay"; user_id: string }
  /** `confirm`: also where it ends the room, since nobody else is in it. */
  | ({ type: "leave"; user_id: string; by?: string; ban?: boolean; confirm?: boolean } & ActorContext)
  | ({ type: "role"; user_id: string; by: string; role: Role } & ActorContext)
  /** `until` 0: may speak again. */
  | ({ type: "mute"; user_id: string; by: string; until: number } & ActorContext)
  | ({ type: "room"; user_id: string } & RoomChange & ActorContext)
  | ({ type: "delete_room"; user_id: string } & ActorContext)
  /** Ends a room in which nobody is, and nothing happened after `before`; removes the job that wants it. */
  | { type: "end_empty"; before: number; job: Deno.KvKey }
  /** Makes everything up to the floor inaccessible, of which `messages` were messages; a job then erases it. */
  | { type: "trim"; floor: number; messages: number };

export interface RoomChange {
  name?: string;
  topic?: string;
  kind?: RoomKind;
  read_only?: boolean;
  /** 0: as the server's setting says; so too for edit_minutes. */
  retention_days?: number;
  edit_minutes?: number;
}

/** What became of a command. */
export interface Outcome {
  /** Of the event it made, or of the first one where it was repeated or changed nothing. */
  seq: number;
  id: string;
  at: number;
  /** head.messages after it. */
  messages: number;
  /** false: it was sent before (D3), or things already stood as it wanted them. */
  changed: boolean;
  reactions?: ReactionCount[];
  /** By writing, its sender agreed to a room that somebody else had put them into. */
  stayed?: true;
}

export interface Rules {
  /** Every key that `apply` may ask the draft for. */
  needs(roomId: string, command: AppendCommand): Key<unknown>[];
  /** Further keys, which only the values of the first ones name; mostly none. */
  follows(roomId: string, command: AppendCommand, known: Known): Key<unknown>[];
  /** Pure but for the draft. Throws ChatError before it writes anything, or writes everything. */
  apply(draft: Draft, command: AppendCommand, suffix: string): Outcome;
}

/** A value that was read. */
export type Known = <T>(key: Key<T>) => T | null;
