/** Commands that wait for their replies on the present socket. */
import { NoAnswer, toChatError } from "./failure.ts";
import type { Incoming } from "./frames.ts";

const COMMAND_MS = 15_000;

interface Waiter {
  resolve(reply: unknown): void;
  reject(error: Error): void;
  cancel(): void;
}

export class Commands {
  readonly #after: (ms: number, run: () => void) => () => void;
  readonly #waiters = new Map<number, Waiter>();
  #nextId = 1;

  constructor(after: (ms: number, run: () => void) => () => void) {
    this.#after = after;
  }

  /**
   * Sends a command under a new id and resolves with its reply. Rejects with the server's ChatError, or with NoAnswer.
   */
  ask(send: (id: number) => void): Promise<unknown> {
    const id = this.#nextId++;
    return new Promise<unknown>((resolve, reject) => {
      const cancel = this.#after(COMMAND_MS, () => {
        this.#waiters.delete(id);
        reject(new NoAnswer("The server did not answer in time: try again."));
      });
      this.#waiters.set(id, { resolve, reject, cancel });
      send(id);
    });
  }

  answer(reply: Extract<Incoming, { kind: "reply" }>["reply"]): void {
    const waiter = this.#waiters.get(reply.re);
    if (waiter === undefined) return;
    this.#waiters.delete(reply.re);
    waiter.cancel();
    if (reply.error !== undefined) waiter.reject(toChatError(reply.error));
    else waiter.resolve(reply);
  }

  /** The socket is gone: rejects every waiting command with NoAnswer. */
  drop(): void {
    for (const waiter of this.#waiters.values()) {
      waiter.cancel();
      waiter.reject(new NoAnswer());
    }
    this.#waiters.clear();
  }
}
