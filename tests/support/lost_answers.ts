import { ChatError } from "../../lib/base/errors.ts";
import type { Kv } from "../../lib/store/kv.ts";
import type { Family } from "../../lib/store/keys.ts";
import { alteredKv } from "./altered_kv.ts";

/** How an answer is lost: the call fails, or a client's repetition of the commit fails its own check. */
export const LOSSES = ["a call that fails", "a check that fails"] as const;
export type Loss = typeof LOSSES[number];

/** Loses the answer of one commit; the commit itself happens (unknown commit outcome). */
export class LostAnswers {
  #loss: Loss = LOSSES[0];
  #family: Family | undefined;
  #lost = 0;

  /** Its store. */
  readonly wrapKv = (kv: Kv): Kv =>
    alteredKv(kv, {
      commit: async (write) => {
        const written = [...write.set?.map(([key]) => key) ?? [], ...write.delete ?? []];
        const isMeant = this.#family !== undefined && written.some(([family]) => family === this.#family);
        if (isMeant) this.#family = undefined;
        const versionstamp = await kv.commit(write);
        if (!isMeant || versionstamp === null) return versionstamp;
        this.#lost++;
        if (this.#loss === "a call that fails") throw new ChatError("storage_unavailable", "The answer was lost.");
        return null;
      },
    });

  /** How many were lost. */
  get lost(): number {
    return this.#lost;
  }

  /** The next commit that writes a key of this family. */
  next(family: Family, loss: Loss): void {
    [this.#family, this.#loss] = [family, loss];
  }
}
