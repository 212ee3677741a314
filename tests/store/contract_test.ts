/** What the store and its append queue must do, opened by this isolate, by port, or over KV Connect. */
import { systemClock } from "../../lib/base/clock.ts";
import { DirectKv } from "../../lib/store/kv.ts";
import { PortKv, serveKv } from "../../lib/server/isolates/store_port.ts";
import { openRemote } from "../../lib/store/remote.ts";
import { openKvConnect } from "../support/kv_connect.ts";
import { appendContract, type OpenedQueue, queueOn } from "./append_contract.ts";
import { storeContract } from "./store_contract.ts";

const KINDS: Record<string, () => Promise<OpenedQueue>> = {
  async direct() {
    const kv = new DirectKv(await Deno.openKv(":memory:"));
    return { kv, appender: queueOn(kv), [Symbol.asyncDispose]: () => Promise.resolve(kv.close()) };
  },
  async "by port"() {
    const store = new DirectKv(await Deno.openKv(":memory:"));
    const { port1, port2 } = new MessageChannel();
    const stop = serveKv(port1, store, queueOn(store));
    const kv = new PortKv(port2, store.limits);
    return {
      kv,
      appender: kv.appender,
      [Symbol.asyncDispose]() {
        kv.close();
        stop();
        store.close();
        return Promise.resolve();
      },
    };
  },
  async "KV Connect"() {
    const server = await openKvConnect();
    const kv = await openRemote(server.url, { clock: systemClock, onWait() {} });
    return {
      kv,
      appender: queueOn(kv),
      async [Symbol.asyncDispose]() {
        kv.close();
        await server[Symbol.asyncDispose]();
      },
    };
  },
};

for (const [name, open] of Object.entries(KINDS)) {
  storeContract(name, open);
  appendContract(name, open);
}
