/** What the append queues are given: the store, the rules, and who hears of a commit. */
import type { Clock } from "../base/clock.ts";
import type { Kv, Put } from "../store/kv.ts";
import type { AppendCommand, Outcome, Rules } from "./command.ts";
import type { Appended } from "./draft.ts";

/** A command that waits for its commit. */
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
