/** Messages that were sent while their files were on their way: they go out by themselves, wherever the reader is then. */
import { effect, signal, untracked } from "@preact/signals";
import type { Uploads } from "./uploads.ts";

/** Ends it; `sent`: it went out. */
type End = (sent: boolean) => void;

export class HeldSends {
  readonly #uploads: Uploads;
  readonly #send: (roomId: string, text: string, replyTo?: string) => void;
  /** By room. */
  readonly #held = signal<ReadonlyMap<string, End>>(new Map());

  constructor(uploads: Uploads, send: (roomId: string, text: string, replyTo?: string) => void) {
    this.#uploads = uploads;
    this.#send = send;
  }

  /** Whether a room's message waits; a signal's value. */
  has(roomId: string): boolean {
    return this.#held.value.has(roomId);
  }

  /** Resolves with whether it went out: it does not where a file fails or it is dropped. Rejects where it is refused. */
  hold(roomId: string, text: string, replyTo?: string): Promise<boolean> {
    this.drop(roomId);
    return new Promise((resolve, reject) => {
      let over = false;
      const end: End = (sent) => {
        const others = new Map(this.#held.peek());
        others.delete(roomId);
        this.#held.value = others;
        over = true;
        resolve(sent);
      };
      this.#held.value = new Map(this.#held.peek()).set(roomId, end);
      const attached = this.#uploads.of(roomId).peek();
      effect(() => {
        if (over) return; // and follows nothing from now on
        const items = this.#uploads.of(roomId).value;
        const statuses = items.map(({ state }) => state.value.status);
        // with a file taken out it is another message, which waits for the reader
        const changed = attached.some((one) => !items.includes(one));
        if (changed || statuses.includes("failed")) untracked(() => end(false));
        else if (statuses.every((status) => status === "done")) {
          untracked(() => {
            try {
              this.#send(roomId, text, replyTo);
              end(true);
            } catch (error) {
              reject(error);
              end(false);
            }
          });
        }
      });
    });
  }

  /** The reader goes on writing. */
  drop(roomId: string): void {
    this.#held.peek().get(roomId)?.(false);
  }

  clear(): void {
    for (const roomId of this.#held.peek().keys()) this.drop(roomId);
  }
}
