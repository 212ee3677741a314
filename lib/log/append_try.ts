/**
 * How one batch of a room becomes one atomic (D9), in one or several tries:
 *
 * | state      | what happens                                                      | leads to                          |
 * | ---------- | ----------------------------------------------------------------- | --------------------------------- |
 * | reading    | the head first, then every key that the rules need; what the last | applying; reading, once it is not |
 * |            | commit left is not read again, and `sent` keys are guessed to be  | another process's turn any more   |
 * |            | absent (room_memory.ts)                                           | (room_turn.ts)                    |
 * | applying   | the rules authorise each command and apply it to a draft          | looking                           |
 * | looking    | earlier tries of this batch: is their first event in the log?     | done, with that try's outcomes,   |
 * |            |                                                                   | or where nothing is to be         |
 * |            |                                                                   | written; committing; reading      |
 * |            |                                                                   | (see below)                       |
 * | committing | one atomic that checks the head and the guesses; meanwhile the    | done; raced (a check failed);     |
 * |            | commit before is announced                                        | unknown (no answer, so the        |
 * |            |                                                                   | outcome is unknown)               |
 * | raced,     | what was remembered is forgotten; where a guess was wrong, the    | reading, after a pause, or when   |
 * | unknown    | next batches make none                                            | it is this process's turn; after  |
 * |            |                                                                   | the last try looked for: done, or |
 * |            |                                                                   | it throws                         |
 * | done       | the caller answers the commands (D1)                              |                                   |
 *
 * An answer that commits nothing and rests on what was remembered is not given: the batch reads everything again. Nor is
 * one after an unknown outcome: the try commits the head alone, so that the earlier one cannot happen any more. What the
 * store refuses for good (a value over its limits) is thrown as it is; the queue then halves the batch.
 */
import { ChatError } from "../base/errors.ts";
import { randomId } from "../base/ids.ts";
import type { RoomRecord } from "../protocol/model.ts";
import { keys } from "../store/keys.ts";
import { type Entry, put, type Write } from "../store/kv.ts";
import type { AppenderOptions } from "./append_options.ts";
import { readFor, type Reading, type ReadOptions } from "./append_read.ts";
import type { Outcome } from "./command.ts";
import { Draft, keyName } from "./draft.ts";
import { noSuchRoom } from "./no_such_room.ts";
import type { Guess } from "./room_memory.ts";
import type { Timer } from "./turns.ts";

const MAX_TRIES = 60;
const MAX_TRIES_UNAVAILABLE = 4;
/** So often a try follows at once: each longer pause would make the next loss more likely. */
const QUICK_TRIES = 10;
const MAX_PAUSE_MS = 50;

/** What a try would write, and the answers to its commands where it is committed. */
export interface Attempt {
  draft: Draft;
  outcomes: (Outcome | ChatError)[];
  write: Write;
  known: Map<string, unknown>;
  guesses: Guess[];
  /** The commit also ends this process's turn. */
  endsTurn: boolean;
}

type State =
  | { is: "reading" }
  | { is: "applying"; reading: Reading }
  | { is: "looking"; attempt: Attempt }
  | { is: "committing"; attempt: Attempt }
  | { is: "raced" | "unknown"; failure: ChatError }
  | { is: "done"; attempt: Attempt };

export interface AppendTryOptions extends ReadOptions, Pick<AppenderOptions, "clock" | "stamp"> {
  timer: Timer;
  /** Whether commands wait for the next batch. */
  hasMore(): boolean;
}

export class AppendTry {
  /** The store did not answer a commit of this batch: it may have happened (unknown commit outcome). */
  isOutcomeUnknown = false;
  readonly #options: AppendTryOptions;
  /** The tries that were committed, or may have been. */
  readonly #attempts: Attempt[] = [];

  constructor(options: AppendTryOptions) {
    this.#options = options;
  }

  /** Resolves once the batch is committed, or needs no commit. Throws a ChatError for all of it, or the store's refusal. */
  async run(): Promise<Attempt> {
    for (let state: State = { is: "reading" };;) {
      switch (state.is) {
        case "reading":
          state = await this.#read();
          break;
        case "applying":
          state = { is: "looking", attempt: this.#apply(state.reading) };
          break;
        case "looking":
          state = await this.#look(state.attempt);
          break;
        case "committing":
          state = await this.#commit(state.attempt);
          break;
        case "raced":
        case "unknown":
          state = await this.#again(state.failure);
          break;
        case "done":
          return state.attempt;
      }
    }
  }

  async #read(): Promise<State> {
    const { memory, turn } = this.#options;
    if (turn?.isOthers === true) memory.forget();
    if (memory.standing === undefined) await turn?.enter();
    const reading = await readFor(this.#options);
    if (!reading.isOthersTurn) return { is: "applying", reading };
    memory.forget();
    return { is: "reading" };
  }

  // ---- applying

  #apply(reading: Reading): Attempt {
    const { roomId, batch, rules, clock, memory } = this.#options;
    const { head, known } = reading;
    const guessed = this.#attempts.at(-1)?.guesses ?? [];
    if (guessed.some(({ key }) => known.get(keyName(key)) !== null)) memory.stopGuessing();
    const room = known.get(keyName(keys.room(roomId))) as RoomRecord | null;
    if (room === null || head === null) throw noSuchRoom(roomId);
    const draft = new Draft(room, head, clock.now(), known);
    const outcomes = batch.map(({ command }): Outcome | ChatError => {
      try {
        // Each attempt gets ids of its own, so that an attempt which committed is recognised by them.
        return rules.apply(draft, command, randomId(8));
      } catch (error) {
        if (error instanceof ChatError) return error;
        throw error;
      }
    });
    const { turn, hasMore } = this.#options;
    const endsTurn = turn?.isEnding === true;
    const write = this.#writeOf(draft, reading, endsTurn ? turn.passOn(hasMore()) : {});
    return { draft, outcomes, write, known, guesses: reading.guesses, endsTurn };
  }

  #writeOf(draft: Draft, { versionstamp, guesses, entries }: Reading, end: Pick<Write, "set" | "delete">): Write {
    const { roomId, stamp } = this.#options;
    const { set = [], delete: gone = [] } = draft.writes;
    return {
      // A file may be sent in two rooms at once: then their commits must not be one. A room for which other processes
      // compete goes alone, so that no other room waits for it.
      ...(!draft.checksOthers && this.#attempts.length === 0 ? { room: roomId } : {}),
      checks: [{ key: keys.head(roomId), versionstamp }, ...guesses, ...checksOf(draft, entries)],
      set: [put(keys.head(roomId), draft.head), ...set, ...stamp?.(roomId) ?? [], ...end.set ?? []],
      delete: [...gone, ...end.delete ?? []],
    };
  }

  // ---- looking

  /**
   * The outcome of an earlier try may be unknown. If that try had committed, its first event would be at its seq by now;
   * if it commits later, our own check of the head fails. So looking once, here, is enough. Where this try has nothing to
   * write, it writes the head anew: else what is refused now could still happen.
   */
  async #look(attempt: Attempt): Promise<State> {
    const landed = await this.#landed();
    if (landed !== undefined) return { is: "done", attempt: landed };
    if (attempt.draft.changed || this.isOutcomeUnknown) return { is: "committing", attempt };
    // Nothing is committed, so nothing checks what was remembered: answer only what was read afresh (D6).
    const { memory } = this.#options;
    if (memory.standing === undefined) return { is: "done", attempt };
    memory.forget();
    return { is: "reading" };
  }

  /** The attempt whose first event is in the store, if one is. */
  async #landed(): Promise<Attempt | undefined> {
    const { kv, roomId } = this.#options;
    const tries = this.#attempts.flatMap((attempt) => {
      const first = attempt.draft.events[0]?.record;
      return first === undefined ? [] : [{ attempt, first }];
    });
    if (tries.length === 0) return undefined;
    // together: one round trip each would make the next loss more likely
    const [items, changes] = await Promise.all([
      kv.getMany(tries.map(({ first }) => keys.item(roomId, first.seq))),
      kv.getMany(tries.map(({ first }) => keys.change(roomId, first.seq))),
    ]);
    return tries.find(({ first }, i) => items[i]?.value?.id === first.id || changes[i]?.value?.id === first.id)
      ?.attempt;
  }

  // ---- committing, and what comes of it

  async #commit(attempt: Attempt): Promise<State> {
    const { kv, memory, turn, announce } = this.#options;
    this.#attempts.push(attempt);
    try {
      const committing = kv.commit(attempt.write);
      announce();
      const versionstamp = await committing;
      if (versionstamp === null) return { is: "raced", failure: tooBusy() };
      memory.keep(attempt.draft.head, versionstamp, attempt.known, attempt.write);
      turn?.appended();
      if (attempt.endsTurn) turn?.ended();
      return { is: "done", attempt };
    } catch (error) {
      if (!(error instanceof ChatError)) throw error;
      this.isOutcomeUnknown = true;
      return { is: "unknown", failure: error };
    }
  }

  async #again(failure: ChatError): Promise<State> {
    const { memory } = this.#options;
    if (failure.code === "storage_unavailable") memory.forget();
    else memory.raced();
    const tries = this.#attempts.length;
    if (tries >= (failure.code === "storage_unavailable" ? MAX_TRIES_UNAVAILABLE : MAX_TRIES)) {
      const landed = await this.#landed();
      if (landed === undefined) throw failure;
      return { is: "done", attempt: landed };
    }
    if (failure.code === "overloaded" && await this.#options.turn?.lost(tries > 1) === true) return { is: "reading" };
    const pause = Math.min(Math.max(1, (tries - QUICK_TRIES) * 2), MAX_PAUSE_MS);
    await new Promise<void>((resolve) => void this.#options.timer(pause, resolve));
    return { is: "reading" };
  }
}

/** Checks of the keys that the rules want checked. They are never remembered, so they were read in this try. */
function checksOf(draft: Draft, entries: Entry<unknown>[]): NonNullable<Write["checks"]> {
  if (draft.checked.size === 0) return [];
  return entries.filter(({ key }) => draft.checked.has(keyName(key)))
    .map(({ key, versionstamp }) => ({ key, versionstamp }));
}

function tooBusy(): ChatError {
  return new ChatError("overloaded", "This room is too busy. Try again.", { retryAfter: 1 });
}
