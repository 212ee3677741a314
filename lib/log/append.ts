/**
 * One append queue a room (D9, group commit): the commands that wait while a commit runs go into the next one together,
 * as one atomic that checks the room's head. The rules are handed in and commands are plain data, so that a queue may be
 * in another isolate. How one commit is tried is in room_queue.ts.
 */
import { ChatError } from "../base/errors.ts";
import { randomId } from "../base/ids.ts";
import type { AppenderOptions, Pending } from "./append_options.ts";
import type { AppendCommand, Outcome } from "./command.ts";
import { RoomQueue } from "./room_queue.ts";
import { realTimer, Turns } from "./turns.ts";

const MAX_WAITING = 5_000;
/** One for all: whoever floods a room is refused thousands of times a second, and an error's stack costs most of that. */
const OVERLOADED = new ChatError(
  "overloaded",
  "Too many messages are waiting to be saved in this room. Try again soon.",
  { retryAfter: 1 },
);

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
  readonly #turns: Turns | undefined;

  constructor(options: AppenderOptions) {
    this.#options = options;
    const { kv, clock, timer = realTimer, shared = false } = options;
    this.#turns = shared ? new Turns({ kv, clock, name: randomId(8) }, timer) : undefined;
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
      else if (queue.waiting.length < MAX_WAITING) queue.push(pending);
      else reject(OVERLOADED);
    });
  }

  /** Resolves when everything that was taken is committed or refused, and announced. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  #start(roomId: string, pending: Pending): void {
    const queue = this.#idle.get(roomId) ?? new RoomQueue(roomId, this.#options, this.#turns?.of(roomId));
    this.#idle.delete(roomId);
    this.#queues.set(roomId, queue);
    queue.push(pending);
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
