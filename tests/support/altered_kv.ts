import type { Kv } from "../../lib/store/kv.ts";

/** A store with some of its methods replaced by a test. */
export function alteredKv(kv: Kv, own: Partial<Kv>): Kv {
  return {
    limits: kv.limits,
    get: (key) => kv.get(key),
    getMany: (wanted) => kv.getMany(wanted),
    list: (range, options) => kv.list(range, options),
    commit: (write) => kv.commit(write),
    close: () => kv.close(),
    ...own,
  };
}
