/**
 * One room's append queue (D9). The commands that wait become one batch, and a batch becomes one atomic (append_try.ts).
 *
 * | state   | what happens                                                         | leads to                          |
 * | ------- | -------------------------------------------------------------------- | --------------------------------- |
 * | idle    | nothing waits; what was committed is announced; a turn among other   | trying: a command comes           |
 * |         | processes (room_turn.ts) is kept for some milliseconds, then ended   |                                   |
 * | trying  | one batch is tried, one at a time; later commands wait               | done, refused or failed           |
 * | refused | the store refuses the batch for good: the batch is halved until the  | trying, for each half; failed for |
 * |         | offender is alone (poison command)                                   | one command alone                 |
 * | done    | the commands are answered (D1); the events are announced while the   | trying where commands wait; idle  |
 * |         | next batch waits for the store, always in order                      |                                   |
 * | failed  | the commands are rejected; after an unknown outcome the readers are  | trying where commands wait; idle  |
 * |         | told to look at the log (`doubted`)                                  |                                   |
 */
import { setImmediate } from "node:timers";
import { ChatError } from "../base/errors.ts";
import { Announcements } from "./announcements.ts";
import type { AppenderOptions, Pending } from "./append_options.ts";
import { AppendTry, type Attempt } from "./append_try.ts";
import { answer, batchSize } from "./batch.ts";
import type { Appended } from "./draft.ts";
import { RoomMemory } from "./room_memory.ts";
import type { RoomTurn } from "./room_turn.ts";
import { realTimer } from "./turns.ts";

/** Senders that wait for their answers send again within this time, while it still is this process's turn. */
const LINGER_MS = 4;

/** The queue of one room. It runs while commands wait. */
export class RoomQueue {
  readonly waiting: Pending[] = [];
  readonly #roomId: string;
  readonly #options: AppenderOptions;
  readonly #memory: RoomMemory;
  readonly #announcements: Announcements;
  /** Committed, and not announced yet. */
  #committed: Appended[] = [];
  readonly #turn: RoomTurn | undefined;
  #arrived = () => {};

  constructor(roomId: string, options: AppenderOptions, turn?: RoomTurn) {
    this.#roomId = roomId;
    this.#turn = turn;
    this.#options = options;
    this.#memory = new RoomMemory(options.guesses);
    this.#announcements = new Announcements({
      clock: options.clock,
      announce: (events) => options.committed(roomId, events),
      failed: (error) => {
        this.#guarded(() => options.onError(error));
        this.#guarded(() => options.doubted?.(roomId));
      },
    });
  }

  push(pending: Pending): void {
    this.waiting.push(pending);
    this.#arrived();
  }

  /** Resolves when nothing waits and everything is announced; `idle` is called as soon as nothing waits. */
  async run(idle: () => void): Promise<void> {
    try {
      await this.#work();
    } catch (error) {
      // after an unexpected error nothing would ever answer these commands
      for (const pending of this.waiting.splice(0)) pending.reject(error);
      this.#guarded(() => this.#options.onError(error));
    } finally {
      idle();
    }
    await this.#announcements.settled();
  }

  async #work(): Promise<void> {
    // commands that arrive in the same turn of the event loop share the first commit too
    await Promise.resolve();
    this.#memory.begin();
    while (this.waiting.length > 0) {
      await this.#try(this.waiting.splice(0, batchSize(this.waiting, this.#options.kv.limits)));
      // Take what has arrived meanwhile first: its commit then runs while this one is announced.
      if (this.waiting.length === 0) await new Promise<void>((resolve) => setImmediate(resolve));
      if (this.waiting.length === 0) this.#announce();
      if (this.waiting.length === 0 && this.#turn?.isHeld === true) await this.#linger(this.#turn);
    }
  }

  async #linger(turn: RoomTurn): Promise<void> {
    if (!turn.isSliceOver) {
      await new Promise<void>((resolve) => {
        const { timer = realTimer } = this.#options;
        const cancel = timer(LINGER_MS, resolve);
        this.#arrived = () => {
          cancel();
          resolve();
        };
      });
      this.#arrived = () => {};
    }
    if (this.waiting.length > 0) return;
    // where it fails, the others take the turn after a while
    await turn.release().catch(() => {});
  }

  async #try(batch: Pending[]): Promise<void> {
    const { kv, clock, rules, stamp, timer = realTimer } = this.#options;
    const append = new AppendTry({
      kv,
      clock,
      rules,
      stamp,
      batch,
      roomId: this.#roomId,
      memory: this.#memory,
      turn: this.#turn,
      timer,
      hasMore: () => this.waiting.length > 0,
      announce: () => this.#announce(),
    });
    try {
      this.#done(batch, await append.run());
    } catch (error) {
      this.#memory.forget();
      if (append.isOutcomeUnknown) this.#guarded(() => this.#options.doubted?.(this.#roomId));
      if (batch.length === 1 || error instanceof ChatError) this.#fail(batch, error);
      else await this.#halve(batch);
    }
  }

  /** Answers the commands. Their events are announced as soon as the next commit is under way. */
  #done(batch: Pending[], { draft, outcomes }: Attempt): void {
    answer(batch, outcomes);
    this.#committed.push(...draft.events);
  }

  #fail(batch: Pending[], error: unknown): void {
    for (const pending of batch) pending.reject(error);
  }

  async #halve(batch: Pending[]): Promise<void> {
    const half = batch.length >> 1;
    await this.#try(batch.slice(0, half));
    await this.#try(batch.slice(half));
  }

  #announce(): void {
    const events = this.#committed;
    if (events.length === 0) return;
    this.#committed = [];
    this.#guarded(() => this.#options.noted?.(this.#roomId, events));
    this.#announcements.push(events);
  }

  /** Calls a listener. One that throws must not stop the queue: other commands wait for it. */
  #guarded(tell: () => void): void {
    try {
      tell();
    } catch (error) {
      try {
        this.#options.onError(error);
      } catch { /* nobody is left to be told */ }
    }
  }
}
