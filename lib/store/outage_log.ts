/** Logs when a store begins to refuse writes, and when it takes them again: once each. */
import { ChatError } from "../base/errors.ts";
import type { Kv } from "./kv.ts";

/** The same store. `tell` gets the failure, or undefined once it is over. */
export function withOutageLog(kv: Kv, tell: (failure: ChatError | undefined) => void): Kv {
  let failing = false;
  return {
    limits: kv.limits,
    get: (key) => kv.get(key),
    getMany: (keys) => kv.getMany(keys),
    list: (range, options) => kv.list(range, options),
    async commit(write) {
      try {
        const versionstamp = await kv.commit(write);
        // where a check failed nothing was written, so this does not show that writes work again
        if (failing && versionstamp !== null) {
          failing = false;
          tell(undefined);
        }
        return versionstamp;
      } catch (error) {
        if (!failing && error instanceof ChatError) {
          failing = true;
          tell(error);
        }
        throw error;
      }
    },
    close: () => kv.close(),
  };
}
