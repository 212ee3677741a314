/** What the append queues are given: the store, the rules, and the listeners to commits. */
import type { Clock } from "../base/clock.ts";
import type { Kv, Put } from "../store/kv.ts";
import type { AppendCommand, Outcome, Rules } from "./command.ts";
import type { Timer } from "./turns.ts";
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
  /** Called once for each commit, before it is announced. */
  noted?: ((roomId: string, events: Appended[]) => void) | undefined;
  /**
   * Announces a commit (D5). Awaited, so that a room's batches are announced in their order, and tried again after a
   * failure.
   */
  committed(roomId: string, events: Appended[]): void | Promise<void>;
  /**
   * Called where commands were rejected with an unknown commit outcome, or where announcing a commit failed. The room's
   * head shows what is in the store, once it can be read.
   */
  doubted?: ((roomId: string) => void) | undefined;
  /** For how many idle rooms to remember the head and the members; this and `guesses` as `storeTraits` says. */
  remember: number;
  /** How many keys a commit may assume to be absent instead of reading them. The commit checks the assumption. */
  guesses: number;
  /**
   * Other processes append to the same rooms: they take turns (room_turn.ts). A process that has the store to itself
   * pays nothing for it.
   */
  shared?: boolean;
  /** For tests: pauses go by it. */
  timer?: Timer;
  /** Called with an error that one of the listeners above threw: the commit itself is valid. */
  onError(error: unknown): void;
}
