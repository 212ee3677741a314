/**
 * Group commit (D9): one queue a room; whatever waits when a commit ends goes into the next as one atomic that checks
 * the room's head. The rules are handed in, commands are plain data, so that a queue may live in another isolate.
 */
import type { Clock } from "../clock.ts";
import { ChatError } from "../errors.ts";
import type { HeadRecord, ReactionCount, Role, RoomKind, RoomRecord } from "../model.ts";
import { randomId } from "../ids.ts";
import { type Appended, Draft, keyName } from "./draft.ts";
import { type Key, keys } from "./keys.ts";
import { type Kv, put, type Write } from "./kv.ts";

/** What may be appended. `by_admin` lets a server administrator do what a moderator may. */
export type AppendCommand =
  | { type: "message"; user_id: string; content: string; client_id?: string; reply_to?: string }
  | { type: "edit"; user_id: string; target: string; content: string }
  | { type: "delete"; user_id: string; target: string; by_admin?: boolean }
  | { type: "react"; user_id: string; target: string; emoji: string; op: "add" | "remove" }
  | { type: "join"; user_id: string; by?: string; role?: Role }
  | { type: "leave"; user_id: string; by?: string; ban?: boolean; by_admin?: boolean }
  | { type: "role"; user_id: string; by: string; role: Role; by_admin?: boolean }
  | { type: "room"; user_id: string; name?: string; topic?: string; kind?: RoomKind; by_admin?: boolean }
  | { type: "delete_room"; user_id: string; by_admin?: boolean };

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
}

export interface Rules {
  /** Every key that `apply` may ask the draft for. */
  needs(roomId: string, command: AppendCommand): Key<unknown>[];
  /** Pure but for the draft. Throws ChatError before it writes anything, or writes everything. */
  apply(draft: Draft, command: AppendCommand, suffix: string): Outcome;
}

interface Pending {
  command: AppendCommand;
  /** The random half of the event's id, the same over all tries. */
  suffix: string;
  resolve(outcome: Outcome): void;
  reject(error: unknown): void;
}

interface Attempt {
  draft: Draft;
  outcomes: (Outcome | ChatError)[];
  write: Write;
}

export interface AppenderOptions {
  kv: Kv;
  clock: Clock;
  rules: Rules;
  /** Announces a commit (D5). Awaited, so that a room's batches are announced in their order. */
  committed(roomId: string, events: Appended[]): void | Promise<void>;
  /** Told of an error in `committed`: the commit itself stands. */
  onError(error: unknown): void;
}

const MAX_COMMANDS = 64;
const MAX_BYTES = 400 * 1024;
const MAX_WAITING = 5_000;
const MAX_TRIES = 40;

export class Appender {
  readonly #options: AppenderOptions;
  readonly #rooms = new Map<string, Pending[]>();
  readonly #running = new Set<Promise<void>>();

  constructor(options: AppenderOptions) {
    this.#options = options;
  }

  /**
   * Resolves after the commit (D1). Rejects with a ChatError: the rules' refusal, `overloaded` when too many wait, or
   * `storage_unavailable` when the store did not take it (and it is known that it did not).
   */
  append(roomId: string, command: AppendCommand): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      const pending = { command, suffix: randomId(8), resolve, reject };
      const waiting = this.#rooms.get(roomId);
      if (waiting === undefined) {
        this.#rooms.set(roomId, [pending]);
        const run = this.#run(roomId).finally(() => this.#running.delete(run));
        this.#running.add(run);
      } else if (waiting.length >= MAX_WAITING) {
        reject(new ChatError("overloaded", "Too many messages wait in this room. Try again soon.", { retryAfter: 1 }));
      } else {
        waiting.push(pending);
      }
    });
  }

  /** Resolves when everything that was taken is committed or refused. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  async #run(roomId: string): Promise<void> {
    const waiting = this.#rooms.get(roomId) ?? [];
    // commands that arrive in the same turn of the event loop share the first commit too
    await Promise.resolve();
    while (waiting.length > 0) {
      await this.#commit(roomId, waiting.splice(0, batchSize(waiting)));
    }
    this.#rooms.delete(roomId);
  }

  async #commit(roomId: string, batch: Pending[]): Promise<void> {
    try {
      await this.#tryCommit(roomId, batch);
    } catch (error) {
      // a permanent error, such as a value over the store's limits: only the offender must fail
      if (batch.length === 1 || error instanceof ChatError) {
        for (const pending of batch) pending.reject(error);
        return;
      }
      const half = batch.length >> 1;
      await this.#commit(roomId, batch.slice(0, half));
      await this.#commit(roomId, batch.slice(half));
    }
  }

  async #tryCommit(roomId: string, batch: Pending[]): Promise<void> {
    const attempts: Attempt[] = [];
    for (let tries = 1;; tries++) {
      const attempt = await this.#fold(roomId, batch);
      if (!attempt.draft.changed) return answer(attempt.outcomes, batch);
      attempts.push(attempt);
      let failure: unknown = new ChatError("overloaded", "This room is too busy. Try again.", { retryAfter: 1 });
      let committed = false;
      try {
        committed = (await this.#options.kv.commit(attempt.write)) !== null;
      } catch (error) {
        if (!(error instanceof ChatError)) throw error;
        failure = error;
      }
      if (committed) {
        answer(attempt.outcomes, batch);
        return await this.#announce(roomId, attempt.draft.events);
      }
      // the answer may have been lost while the commit was not: look for its events before trying again
      const landed = await this.#landed(roomId, attempts);
      if (landed !== undefined) {
        answer(landed.outcomes, batch);
        return await this.#announce(roomId, landed.draft.events);
      }
      if (
        tries >= MAX_TRIES || (failure instanceof ChatError && failure.code === "storage_unavailable" && tries >= 4)
      ) {
        throw failure;
      }
      await new Promise<void>((resolve) => setTimeout(resolve, Math.min(tries * 2, 50)));
    }
  }

  async #fold(roomId: string, batch: Pending[]): Promise<Attempt> {
    const { kv, rules, clock } = this.#options;
    // the head first: whatever is read after it is at least as new, and the commit checks it
    const head = await kv.get(keys.head(roomId));
    const wanted = new Map<string, Key<unknown>>([[keyName(keys.room(roomId)), keys.room(roomId)]]);
    for (const { command } of batch) {
      for (const key of rules.needs(roomId, command)) wanted.set(keyName(key), key);
    }
    const names = [...wanted.keys()];
    const entries = await kv.getMany([...wanted.values()]);
    const known = new Map<string, unknown>();
    for (let i = 0; i < names.length; i++) known.set(names[i] ?? "", entries[i]?.value ?? null);

    const room = known.get(keyName(keys.room(roomId))) as RoomRecord | null;
    if (room === null || head.value === null) throw noSuchRoom(roomId);
    const draft = new Draft(room, head.value, Math.max(clock.now(), head.value.at), known);
    const outcomes = batch.map(({ command, suffix }): Outcome | ChatError => {
      try {
        return rules.apply(draft, command, suffix);
      } catch (error) {
        if (error instanceof ChatError) return error;
        throw error;
      }
    });
    const writes = draft.writes;
    const write = {
      checks: [{ key: keys.head(roomId), versionstamp: head.versionstamp }],
      set: [put(keys.head(roomId), draft.head), ...writes.set ?? []],
      delete: writes.delete ?? [],
    };
    return { draft, outcomes, write };
  }

  /** The attempt whose first event is in the store, if one is. */
  async #landed(roomId: string, attempts: Attempt[]): Promise<Attempt | undefined> {
    for (const attempt of attempts) {
      const first = attempt.draft.events[0]?.record;
      if (first === undefined) continue;
      const [item, change] = await Promise.all([
        this.#options.kv.get(keys.item(roomId, first.seq)),
        this.#options.kv.get(keys.change(roomId, first.seq)),
      ]);
      if (item.value?.id === first.id || change.value?.id === first.id) return attempt;
    }
    return undefined;
  }

  async #announce(roomId: string, events: Appended[]): Promise<void> {
    if (events.length === 0) return;
    try {
      await this.#options.committed(roomId, events);
    } catch (error) {
      this.#options.onError(error);
    }
  }
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

function batchSize(waiting: Pending[]): number {
  let bytes = 0;
  let count = 0;
  for (const { command } of waiting) {
    bytes += "content" in command ? command.content.length * 2 : 200;
    if (count > 0 && (count >= MAX_COMMANDS || bytes > MAX_BYTES)) break;
    count++;
  }
  return count;
}

function answer(outcomes: (Outcome | ChatError)[], batch: Pending[]): void {
  for (let i = 0; i < batch.length; i++) {
    const outcome = outcomes[i];
    if (outcome === undefined) continue;
    if (outcome instanceof ChatError) batch[i]?.reject(outcome);
    else batch[i]?.resolve(outcome);
  }
}
