import { assertEquals, assertRejects } from "@std/assert";
import type { AppendQueue } from "../../lib/log/append.ts";
import { ChatError } from "../../lib/base/errors.ts";
import { keys } from "../../lib/store/keys.ts";
import { DirectKv, type Entry } from "../../lib/store/kv.ts";
import { PortKv, serveKv } from "../../lib/server/isolates/store_port.ts";

/** A store that answers only when told to. */
class Held extends DirectKv {
  readonly asked = Promise.withResolvers<void>();
  readonly go = Promise.withResolvers<void>();
  override async get<T>(): Promise<Entry<T>> {
    this.asked.resolve();
    await this.go.promise;
    throw new ChatError("rate_limited", "slower", { retryAfter: 3, field: "name" });
  }
}

const noAppends: AppendQueue = { append: () => Promise.reject(new Error("no")), settled: () => Promise.resolve() };

async function open() {
  const store = new Held(await Deno.openKv(":memory:"));
  const { port1, port2 } = new MessageChannel();
  const stop = serveKv(port1, store, noAppends);
  const kv = new PortKv(port2, store.limits);
  return {
    store,
    stop,
    kv,
    [Symbol.dispose]() {
      store.go.resolve();
      kv.close();
      stop();
      store.close();
    },
  };
}

Deno.test("port: an error keeps its code, field and delay over the port", async () => {
  using it = await open();
  it.store.go.resolve();
  const error = await assertRejects(() => it.kv.get(keys.meta()), ChatError);
  assertEquals([error.code, error.field, error.retryAfter, error.message], ["rate_limited", "name", 3, "slower"]);
});

Deno.test("port: when the other side stops waiting calls are refused, and so are later ones", async () => {
  using it = await open();
  const waiting = it.kv.get(keys.meta());
  await it.store.asked.promise;
  it.stop();
  assertEquals((await assertRejects(() => waiting, ChatError)).code, "storage_unavailable");
  const late = await assertRejects(() => it.kv.commit({}), ChatError);
  assertEquals(late.code, "storage_unavailable");
});

Deno.test("port: when this side closes waiting calls are refused", async () => {
  using it = await open();
  const waiting = it.kv.get(keys.meta());
  it.kv.close();
  assertEquals((await assertRejects(() => waiting, ChatError)).code, "storage_unavailable");
});

Deno.test("port: an answer to a caller that is gone is ignored", async () => {
  using it = await open();
  const waiting = it.kv.get(keys.meta());
  await it.store.asked.promise;
  it.kv.close();
  await assertRejects(() => waiting, ChatError);
  it.store.go.resolve();
  await Promise.resolve();
});
