/** What every bus must do, whatever it spans; and what the one that loses signals must make good. */
import { assert, assertEquals } from "@std/assert";
import { BroadcastChannelBus } from "../../lib/bus/broadcast_channel.ts";
import { KvWatchBus } from "../../lib/bus/kv_watch.ts";
import { setWakeKey } from "../../lib/store/kinds.ts";
import { MemoryBus } from "../../lib/bus/memory.ts";
import { systemClock } from "../../lib/base/clock.ts";
import type { Kv } from "../../lib/store/kv.ts";
import { openRemote } from "../../lib/store/remote.ts";
import { until } from "../support/until.ts";
import { openKvConnect } from "../support/kv_connect.ts";
import { busContract, type Ends, listen, throws } from "./bus_contract.ts";

const BUSES: Record<string, () => Promise<Ends>> = {
  memory() {
    const bus = new MemoryBus({ onError: throws });
    return Promise.resolve({
      a: bus,
      b: bus,
      append: () => Promise.resolve(),
      [Symbol.asyncDispose]: () => Promise.resolve(bus.close()),
    });
  },
  "broadcast channel"() {
    const name = crypto.randomUUID();
    const a = new BroadcastChannelBus({ name, isolate: "a", onError: throws });
    const b = new BroadcastChannelBus({ name, isolate: "b", onError: throws });
    return Promise.resolve({
      a,
      b,
      append: () => Promise.resolve(),
      [Symbol.asyncDispose]() {
        a.close();
        b.close();
        return Promise.resolve();
      },
    });
  },
  async "KV watch"() {
    const server = await openKvConnect();
    const kvs = await Promise.all([open(server.url), open(server.url)]) as [Kv, Kv];
    const options = { url: server.url, clock: systemClock, onSchema() {}, onError: throws };
    const a = await KvWatchBus.open({ ...options, kv: kvs[0], isolate: "a" });
    const b = await KvWatchBus.open({ ...options, kv: kvs[1], isolate: "b" });
    return {
      a,
      b,
      append: async (roomId) => void await kvs[0].commit({ set: setWakeKey(roomId) }),
      async [Symbol.asyncDispose]() {
        await a.close();
        await b.close();
        for (const kv of kvs) kv.close();
        await server[Symbol.asyncDispose]();
      },
    };
  },
};

function open(url: string): Promise<Kv> {
  return openRemote(url, { clock: systemClock, onWait: throws });
}

for (const [name, make] of Object.entries(BUSES)) busContract(name, make);

Deno.test("bus: two servers in one process do not get each other's signals", async () => {
  await using one = await BUSES["broadcast channel"]!();
  await using two = await BUSES["broadcast channel"]!();
  const [mine, theirs] = [listen(one.b), listen(two.b)];
  one.a.publish({ type: "control" });
  await until(() => mine.length === 1);
  assertEquals(theirs, []);
  assert(one.a.isolate === "a");
});
