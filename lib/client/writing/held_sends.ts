/**
 * Messages that wait for their files to be uploaded. They are sent by themselves, in whichever room the reader is then.
 */
import { effect, untracked } from "@preact/signals";
import type { Attached } from "./attached.ts";

export class HeldSends {
  readonly #attached: Attached;
  readonly #send: (roomId: string, text: string, replyTo?: string) => void;

  constructor(attached: Attached, send: (roomId: string, text: string, replyTo?: string) => void) {
    this.#attached = attached;
    this.#send = send;
  }

  /**
   * Resolves with whether the message was sent: not if a file failed or the message was dropped. Rejects if it is
   * refused.
   */
  hold(roomId: string, text: string, replyTo?: string): Promise<boolean> {
    this.#attached.release(roomId);
    const { held } = this.#attached;
    return new Promise((resolve, reject) => {
      let over = false;
      const end = (sent: boolean) => {
        const others = new Map(held.peek());
        others.delete(roomId);
        held.value = others;
        over = true;
        resolve(sent);
      };
      held.value = new Map(held.peek()).set(roomId, end);
      const attached = this.#attached.of(roomId).peek();
      effect(() => {
        if (over) return; // nothing more to follow
        const items = this.#attached.of(roomId).value;
        const statuses = items.map(({ state }) => state.value.status);
        // Without one of its files it is another message: the reader has to send it.
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

  clear(): void {
    for (const roomId of this.#attached.held.peek().keys()) this.#attached.release(roomId);
  }
}
