/** What may be appended to a room's log, what becomes of it, and what the rules must answer. Plain data (D9). */
import type { Added, ReactionCount, Role, RoomKind } from "../protocol/model.ts";
import type { Calls } from "../protocol/text/mentions.ts";
import type { Draft } from "./draft.ts";
import type { Key, NameClaim } from "../store/keys.ts";

/** What the rules know of a command's actor, beside the id. */
export interface ActorContext {
  /** Lets a server administrator do what an owner may: in the rooms they can see, or in every one but direct ones. */
  by_admin?: boolean | "anywhere";
  /** For the audit log. */
  address?: string;
  reason?: string;
  /** The server runs the command for a deleted account, which need not be a member any more and may leave any room. */
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
  /**
   * Sets whether messages of `user_id` in a direct conversation are refused, because `by` has blocked them. Makes no
   * event.
   */
  | { type: "refuse"; by: string; user_id: string; refused: boolean }
  /** `added`: somebody else put the person into the room; their membership is provisional until they `stay`. */
  | ({ type: "join"; user_id: string; by?: string; role?: Role; added?: Added } & ActorContext)
  /** A member accepts a room that somebody else put them into. Makes no event. */
  | { type: "stay"; user_id: string }
  /** `confirm`: leave also where that deletes the room, because nobody else is in it. */
  | ({ type: "leave"; user_id: string; by?: string; ban?: boolean; confirm?: boolean } & ActorContext)
  | ({ type: "role"; user_id: string; by: string; role: Role } & ActorContext)
  /** `until` 0 ends the mute. */
  | ({ type: "mute"; user_id: string; by: string; until: number } & ActorContext)
  | ({ type: "room"; user_id: string } & RoomChange & ActorContext)
  | ({ type: "delete_room"; user_id: string } & ActorContext)
  /** Ends an empty room in which nothing happened after `before`, and removes the job that asked for it. */
  | { type: "end_empty"; before: number; job: Deno.KvKey }
  /** Makes all events up to the floor inaccessible; `messages` of them were messages. A job erases them later. */
  | { type: "trim"; floor: number; messages: number };

export interface RoomChange {
  name?: string;
  topic?: string;
  kind?: RoomKind;
  read_only?: boolean;
  /** 0: the server's setting applies; the same for edit_minutes. */
  retention_days?: number;
  edit_minutes?: number;
  /** Present where the name or the kind is to change. */
  naming?: Naming;
}

/** What a room's new name claims, as chat/rooms/room_names.ts has found out. */
export interface Naming {
  /** The name that the room will have. */
  name: string;
  claims: string[];
  /** The claims of its name until now. */
  frees: string[];
  /** Claims of others that stand no more: they may be taken over. */
  stale: NameClaim[];
  /** Whose name it looks like: the command is refused, once it is authorised. */
  taken?: string;
}

/** The outcome of a command. */
export interface Outcome {
  /** The seq of the event that it made. Where the command was repeated: of the event that the first one made. */
  seq: number;
  id: string;
  at: number;
  /** head.messages after it. */
  messages: number;
  /** false: the command was sent before (D3), or there was nothing to change. */
  changed: boolean;
  reactions?: ReactionCount[];
  /** By sending a message, the member accepted a room that somebody else had put them into. */
  stayed?: true;
}

export interface Rules {
  /** Every key that `apply` may ask the draft for. */
  needs(roomId: string, command: AppendCommand): Key<unknown>[];
  /** Further keys, whose names are only known from the values of the first ones; mostly none. */
  follows(roomId: string, command: AppendCommand, known: Known): Key<unknown>[];
  /** Changes nothing but the draft. Either throws a ChatError before its first write, or makes all its writes. */
  apply(draft: Draft, command: AppendCommand, suffix: string): Outcome;
}

/** A value that was read. */
export type Known = <T>(key: Key<T>) => T | null;
