/** Rings of processes, without the processes. */
import type { PresenceSignal, Signal } from "../../lib/bus/bus.ts";
import { RingReader } from "../../lib/bus/ring_reader.ts";
import { RingWriter } from "../../lib/bus/ring_writer.ts";
import { FakeClock } from "../../lib/base/clock.ts";
import { keys } from "../../lib/store/keys.ts";
import { DirectKv, type Kv } from "../../lib/store/kv.ts";
import { alteredKv } from "../support/altered_kv.ts";
import { until } from "../support/until.ts";

/** Tells of each key that is read, and of each that is written. */
export function countingKv(kv: Kv, read: (key: Deno.KvKey) => void, wrote: (key: Deno.KvKey) => void = () => {}): Kv {
  return alteredKv(kv, {
    get(key) {
      read(key);
      return kv.get(key);
    },
    getMany(wanted) {
      for (const key of wanted) read(key);
      return kv.getMany(wanted);
    },
    async list(range, options) {
      const found = await kv.list(range, options);
      for (const { key } of found) read(key);
      return found;
    },
    commit(write) {
      for (const [key] of write.set ?? []) wrote(key);
      for (const key of write.delete ?? []) wrote(key);
      return kv.commit(write);
    },
  });
}

export const user = (id: string) => ({ id, username: id, display_name: id, color: "#3e63dd" });
/** Of one user's stream. */
export const line = (n: number): Signal => ({ type: "user", user_id: "u1", line: `{"n":${n}}` });
export const online = (...ids: string[]): PresenceSignal => ({
  type: "presence",
  isolate: "a",
  online: ids.map((id) => ({ user: user(id), rooms: ["general"] })),
  offline: [],
});

const READING_FAILURE = new Error("a reading failed");

/** A ring that "a" writes and "b" reads, with what was heard in `got` and each key that was read in `reads`. */
export async function openRing() {
  const store = new DirectKv(await Deno.openKv(":memory:"));
  const reads: Deno.KvKey[] = [];
  let failing: string | undefined;
  const kv = countingKv(store, (key) => {
    reads.push(key);
    if (failing !== key[0]) return;
    failing = undefined;
    throw READING_FAILURE;
  });
  const clock = new FakeClock();
  const onError = (error: unknown) => {
    if (error !== READING_FAILURE) throw error;
  };
  let older = false;
  const got: Signal[] = [];
  let lapses = 0;
  const schemas: number[] = [];
  const onSchema = (lowest: number) => void schemas.push(lowest);
  const writer = new RingWriter({ kv, clock, isolate: "a", onError, onLapsed: () => void lapses++ });
  const reader = new RingReader({
    kv,
    clock,
    isolate: "b",
    onError,
    emit: (signal) => void got.push(signal),
    onSchema,
    onOlder: (listens) => older = listens,
  });
  await writer.start();
  await reader.read();
  got.length = 0;
  reads.length = 0;
  const ring = async () => (await kv.get(keys.ephemera("a"))).value;
  return {
    kv,
    clock,
    writer,
    reader,
    got,
    reads,
    ring,
    schemas,
    lapses: () => lapses,
    older: () => older,
    /** The next reading of a key of this family throws. */
    failOnce: (family: string) => void (failing = family),
    /** A second passes, and what waits is written. */
    async written(last: number) {
      clock.tick(1_000);
      await until(async () => {
        const value = await ring();
        return value !== null && value.first + value.signals.length - 1 === last;
      });
    },
    /** The same, where nothing of it is a hint. */
    async rewritten() {
      const before = (await kv.get(keys.ephemera("a"))).versionstamp;
      clock.tick(1_000);
      await until(async () => (await kv.get(keys.ephemera("a"))).versionstamp !== before);
    },
    async [Symbol.asyncDispose]() {
      await reader.close();
      await writer.close();
      store.close();
    },
  };
}
