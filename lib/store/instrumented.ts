/** Counts what a store does: how long commits take, and what fails. */
import type { Metrics } from "../base/metrics.ts";
import type { Tracing } from "../base/telemetry.ts";
import type { Key, Range } from "./keys.ts";
import type { Entry, Found, Kv, Write } from "./kv.ts";

/** The same store; reads and commits that fail are counted, commits are timed. */
export function instrumentedStore(kv: Kv, metrics: Metrics, tracing: Tracing): Kv {
  const errors = metrics.counter("parley_store_errors_total", "Reads and commits that failed.");
  const commits = metrics.histogram(
    "parley_store_commit_seconds",
    "Seconds that a commit took, with the time that it waited.",
  );
  const watched = <T>(work: Promise<T>): Promise<T> => {
    work.catch(() => errors.add());
    return work;
  };
  return {
    limits: kv.limits,
    get: <T>(key: Key<T>): Promise<Entry<T>> => watched(kv.get(key)),
    getMany: <T>(keys: Key<T>[]): Promise<Entry<T>[]> => watched(kv.getMany(keys)),
    list: <T>(range: Range<T>, options: { limit: number; reverse?: boolean }): Promise<Found<T>[]> =>
      watched(kv.list(range, options)),
    async commit(write: Write) {
      const began = performance.now();
      const versionstamp = await watched(
        tracing.span("store.commit", { writes: write.set?.length ?? 0 }, () => kv.commit(write)),
      );
      commits.observe((performance.now() - began) / 1_000);
      return versionstamp;
    },
    close: () => kv.close(),
  };
}
