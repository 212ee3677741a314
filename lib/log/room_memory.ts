/**
 * What a room's queue remembers of its last commit, so that the next batch need not read it again: the head, the room's
 * record and its members. These change only together with the head, and every commit checks the head.
 *
 * It also guesses that a message was not sent before, instead of reading its `sent` key: the commit checks that the key
 * is absent. After a wrong guess the room's next batches read.
 */
import type { HeadRecord } from "../protocol/model.ts";
import type { Key } from "../store/keys.ts";
import type { Write } from "../store/kv.ts";
import { LEAST_LIMITS } from "../store/limits.ts";
import { keyName } from "./draft.ts";

const MAX_KNOWN = 200;
const READS_AFTER_WRONG_GUESS = 20;
/**
 * After a race that was lost to another process, so many times the queue reads when commands come after a pause: others
 * write to this room too, and what is remembered would be out of date.
 */
const READS_AFTER_RACE = 20;
/** In a turn among other processes (room_turn.ts): beside the head, within the checks of one commit of every store. */
const GUESSES_IN_TURN = LEAST_LIMITS.checksAWrite - 2;

/** The state of a room after a commit. */
export interface Standing {
  head: HeadRecord;
  versionstamp: string;
  /** The room's record and members, by key name. */
  known: Map<string, unknown>;
}

export interface Guess {
  key: Deno.KvKey;
  versionstamp: null;
  /** A `sent` key is written together with the head, which every commit checks. */
  guarded: true;
}

export class RoomMemory {
  readonly #maxGuesses: number;
  #standing: Standing | undefined;
  /** How many batches must be read before the next guess. */
  #reads = 0;
  /** How many times the queue must read when it begins to work. */
  #staleStarts = 0;

  /** `maxGuesses`: how many keys one commit may guess. */
  constructor(maxGuesses: number) {
    this.#maxGuesses = maxGuesses;
  }

  get standing(): Standing | undefined {
    return this.#standing;
  }

  /** A commit changed the room: `known` is what its try had read. */
  keep(head: HeadRecord, versionstamp: string, known: Map<string, unknown>, write: Write): void {
    const kept = new Map<string, unknown>();
    for (const [name, value] of known) {
      if (kept.size < MAX_KNOWN && changesWithHead(name)) kept.set(name, value);
    }
    for (const [key, value] of write.set ?? []) if (kept.has(keyName(key))) kept.set(keyName(key), value);
    for (const key of write.delete ?? []) if (kept.has(keyName(key))) kept.set(keyName(key), null);
    this.#standing = { head, versionstamp, known: kept };
  }

  forget(): void {
    this.#standing = undefined;
  }

  /** The queue begins to work after it was idle. */
  begin(): void {
    if (this.#staleStarts === 0) return;
    this.#staleStarts--;
    this.#standing = undefined;
  }

  /** A commit's check failed: another process has written. */
  raced(): void {
    this.#standing = undefined;
    this.#staleStarts = READS_AFTER_RACE;
  }

  /** A commit with guesses failed, perhaps because a guess was wrong. */
  stopGuessing(): void {
    this.#reads = READS_AFTER_WRONG_GUESS;
  }

  /**
   * Takes the `sent` keys out of `wanted`, where one commit may check all of them; in `known` they are absent then.
   * `inTurn`: no other process appends at the moment, so that what is remembered is as good as on a local file.
   */
  guess(wanted: Map<string, Key<unknown>>, known: Map<string, unknown>, inTurn: boolean): Guess[] {
    if (this.#standing === undefined || this.#reads > 0) {
      this.#reads = Math.max(0, this.#reads - 1);
      return [];
    }
    const sent = [...wanted].filter(([name]) => name.startsWith("sent\0"));
    // other keys may have to be checked too
    const most = inTurn && sent.length === wanted.size ? GUESSES_IN_TURN : 0;
    if (sent.length > Math.max(this.#maxGuesses, most)) return [];
    return sent.map(([name, key]) => {
      wanted.delete(name);
      known.set(name, null);
      return { key, versionstamp: null, guarded: true };
    });
  }
}

function changesWithHead(name: string): boolean {
  return name.startsWith("member\0") || name.startsWith("room\0");
}
