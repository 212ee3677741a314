/**
 * Group commit (D9): one queue a room; whatever waits when a commit ends goes into the next as one atomic that checks
 * the room's head. The rules are handed in, commands are plain data, so that a queue may live in another isolate.
 */
import type { Clock } from "../base/clock.ts";
import { ChatError } from "../base/errors.ts";
import type { Added, HeadRecord, ReactionCount, Role, RoomKind } from "../protocol/model.ts";
import type { Calls } from "../protocol/text/mentions.ts";
import type { Appended, Draft } from "./draft.ts";
import type { Key } from "../store/keys.ts";
import type { Kv, Put } from "../store/kv.ts";
import { RoomQueue } from "./room_queue.ts";

/** Who gives a command, beside their id. */
export interface Giver {
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
  | ({ type: "delete"; user_id: string; target: string } & Giver)
  | { type: "react"; user_id: string; target: string; emoji: string; op: "add" | "remove" }
  | ({ type: "pin"; user_id: string; target: string; op: "add" | "remove" } & Giver)
  /** Whether what this person writes in a direct conversation is refused; no event. */
  | { type: "refuse"; by: string; user_id: string; refused: boolean }
  /** `added`: the place is not the person's own until they `stay`. */
  | ({ type: "join"; user_id: string; by?: string; role?: Role; added?: Added } & Giver)
  /** A member agrees to a room that somebody else put them into; no event. */
  | { type: "stay"; user_id: string }
  /** `confirm`: also where it ends the room, since nobody else is in it. */
  | ({ type: "leave"; user_id: string; by?: string; ban?: boolean; confirm?: boolean } & Giver)
  | ({ type: "role"; user_id: string; by: string; role: Role } & Giver)
  /** `until` 0: may speak again. */
  | ({ type: "mute"; user_id: string; by: string; until: number } & Giver)
  | ({ type: "room"; user_id: string } & RoomChange & Giver)
  | ({ type: "delete_room"; user_id: string } & Giver)
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
  /** Further ones, named by what was read of those; mostly none. */
  follows(roomId: string, command: AppendCommand, known: Known): Key<unknown>[];
  /** Pure but for the draft. Throws ChatError before it writes anything, or writes everything. */
  apply(draft: Draft, command: AppendCommand, suffix: string): Outcome;
}

/** A value that was read. */
export type Known = <T>(key: Key<T>) => T | null;

export interface Pending {
  command: AppendCommand;
  resolve(outcome: Outcome): void;
  reject(error: unknown): void;
}

export interface AppenderOptions {
  kv: Kv;
  clock: Clock;
  rules: Rules;
  /** Further keys to set, blind, in every commit to a room: they wake other processes. */
  stamp?: ((roomId: string) => Put[]) | undefined;
  /** Told once of each commit, before it is announced. */
  noted?: ((roomId: string, events: Appended[]) => void) | undefined;
  /**
   * Announces a commit (D5). Awaited, so that a room's batches are announced in their order, and tried again after a
   * failure.
   */
  committed(roomId: string, events: Appended[]): void | Promise<void>;
  /**
   * Commands of a room were refused that may be in the store all the same, or their announcement failed: the room's head
   * says what is there, once it can be read.
   */
  doubted?: ((roomId: string) => void) | undefined;
  /**
   * How many rooms to remember the head and members of while nothing waits. 0 where others write to the store too: what
   * is remembered would often be out of date, and cost a lost race.
   */
  remember: number;
  /** How many keys a commit may guess to be absent, and check, so that they need not be read. */
  guesses: number;
  /** Told of an error in one of the above: the commit itself stands. */
  onError(error: unknown): void;
}

const MAX_WAITING = 5_000;

/** Where commands go: an Appender here, or one in the isolate that holds the store (port.ts). */
export interface AppendQueue {
  append(roomId: string, command: AppendCommand): Promise<Outcome>;
  settled(): Promise<void>;
}

export class Appender implements AppendQueue {
  readonly #options: AppenderOptions;
  readonly #queues = new Map<string, RoomQueue>();
  /** The longest idle first. */
  readonly #idle = new Map<string, RoomQueue>();
  readonly #running = new Set<Promise<void>>();

  constructor(options: AppenderOptions) {
    this.#options = options;
  }

  /**
   * Resolves after the commit (D1). Rejects with a ChatError: the rules' refusal, `overloaded` when too many wait, or
   * `storage_unavailable` when the store did not take it, as far as can be known.
   */
  append(roomId: string, command: AppendCommand): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      const pending = { command, resolve, reject };
      const queue = this.#queues.get(roomId);
      if (queue === undefined) this.#start(roomId, pending);
      else if (queue.waiting.length < MAX_WAITING) queue.waiting.push(pending);
      else reject(overloaded());
    });
  }

  /** Resolves when everything that was taken is committed or refused, and announced. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  #start(roomId: string, pending: Pending): void {
    const queue = this.#idle.get(roomId) ?? new RoomQueue(roomId, this.#options);
    this.#idle.delete(roomId);
    this.#queues.set(roomId, queue);
    queue.waiting.push(pending);
    const run = queue.run(() => this.#rest(roomId, queue)).finally(() => this.#running.delete(run));
    this.#running.add(run);
  }

  #rest(roomId: string, queue: RoomQueue): void {
    this.#queues.delete(roomId);
    this.#idle.set(roomId, queue);
    if (this.#idle.size <= this.#options.remember) return;
    for (const oldest of this.#idle.keys()) return void this.#idle.delete(oldest);
  }
}

function overloaded(): ChatError {
  return new ChatError("overloaded", "Too many messages wait in this room. Try again soon.", { retryAfter: 1 });
}

export function noSuchRoom(roomId: string): ChatError {
  return new ChatError(
    "no_such_room",
    `There is no room ${
      JSON.stringify(roomId)
    } that you may see. GET /api/rooms lists yours; a private one needs an invitation.`,
  );
}

/** The head of a room that has no events yet. */
export function emptyHead(at: number): HeadRecord {
  return { seq: 0, id: "", floor: 0, messages: 0, members: 0, owners: 0, at };
}
