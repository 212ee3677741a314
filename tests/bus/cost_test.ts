/** What n processes cost that tell each other things all the time, in keys read and written. */
import { assert } from "@std/assert";
import type { Signal } from "../../lib/bus/bus.ts";
import { RingReader } from "../../lib/bus/ring_reader.ts";
import { RingWriter } from "../../lib/bus/ring_writer.ts";
import { FakeClock } from "../../lib/base/clock.ts";
import { keys, OTHER_SHARD } from "../../lib/store/keys.ts";
import { DirectKv, type Kv } from "../../lib/store/kv.ts";
import { alteredKv } from "../support/altered_kv.ts";
import { countingKv, line, online, user } from "./rings.ts";

const SECONDS = 4;
const STEP_MS = 100;

/** Knows when no call is under way. */
function watched(kv: Kv): { kv: Kv; rest(): Promise<void> } {
  let calls = 0;
  const during = <T>(call: Promise<T>) => {
    calls++;
    return call.finally(() => calls--);
  };
  return {
    kv: alteredKv(kv, {
      get: (key) => during(kv.get(key)),
      getMany: (wanted) => during(kv.getMany(wanted)),
      list: (range, options) => during(kv.list(range, options)),
      commit: (write) => during(kv.commit(write)),
    }),
    async rest() {
      for (let quiet = 0; quiet < 3;) {
        await new Promise((resolve) => setTimeout(resolve, 0));
        quiet = calls === 0 ? quiet + 1 : 0;
      }
    },
  };
}

interface Said {
  signals: Signal[];
  urgent: boolean;
}

/** Keys read and written while each of n processes says this in every step, out of step with the others. */
async function cost(n: number, say: (process: number, step: number) => Said): Promise<number> {
  let keysTouched = 0;
  const store = new DirectKv(await Deno.openKv(":memory:"));
  const count = () => void keysTouched++;
  const { kv, rest } = watched(countingKv(store, count, count));
  const clock = new FakeClock();
  const onError = (error: unknown) => {
    throw error;
  };
  const readers: RingReader[] = [];
  // as the watch does
  const waking = alteredKv(kv, {
    async commit(write) {
      const done = await kv.commit(write);
      const wakes = write.set?.some(([key]) => key.join() === keys.wake(OTHER_SHARD).join());
      if (wakes) { for (const reader of readers) reader.wake(); }
      return done;
    },
  });
  const shared = { kv: waking, clock, onError, onSchema() {}, emit() {}, onLapsed() {} };
  const writers = Array.from({ length: n }, (_, i) => new RingWriter({ ...shared, isolate: `p${i}` }));
  for (const writer of writers) {
    await writer.start();
    // each writes at another moment of the second
    clock.tick(1_000 / n);
    await rest();
  }
  for (let i = 0; i < n; i++) readers.push(new RingReader({ ...shared, isolate: `p${i}` }));
  for (const reader of readers) await reader.read();
  keysTouched = 0;
  for (let step = 0; step < SECONDS * 1_000 / STEP_MS; step++) {
    for (const [i, writer] of writers.entries()) {
      const { signals, urgent } = say(i, step);
      for (const signal of signals) writer.push(signal, urgent);
      clock.tick(STEP_MS / n);
      await rest();
    }
  }
  const cost = keysTouched;
  for (const reader of readers) await reader.close();
  for (const writer of writers) await writer.close();
  store.close();
  return cost;
}

const LOADS: Record<string, (process: number, step: number) => Said> = {
  "everybody types": (process, step) => ({
    signals: [{ type: "typing", room_id: "general", user: user(`u${process}`), typing: step % 2 === 0 }],
    urgent: false,
  }),
  "urgent hints all the time": () => ({ signals: [{ type: "control" }], urgent: true }),
  "people who come and go": (process, step) => ({ signals: [online(`u${process} ${step}`)], urgent: false }),
  "hints": (_, step) => ({ signals: [line(step)], urgent: false }),
};

for (const [name, say] of Object.entries(LOADS)) {
  Deno.test(`rings: with twice the processes, ${name} cost at most four times as many keys`, async () => {
    const few = await cost(5, say);
    const many = await cost(10, say);
    assert(many <= 4.2 * few, `${few} keys of 5 processes, ${many} of 10`);
  });
}
