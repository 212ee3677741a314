/** What every bus must do, whatever it spans; and what the one that loses signals must make good. */
import { assert, assertEquals } from "@std/assert";
import { BroadcastChannelBus } from "../../lib/bus/broadcast_channel.ts";
import type { Bus, EncodedEvent, Signal } from "../../lib/bus/bus.ts";
import { KvWatchBus } from "../../lib/bus/kv_watch.ts";
import { setWakeKey } from "../../lib/store/kinds.ts";
import { MemoryBus } from "../../lib/bus/memory.ts";
import { systemClock } from "../../lib/base/clock.ts";
import { shardOf } from "../../lib/store/keys.ts";
import type { Kv } from "../../lib/store/kv.ts";
import { openRemote } from "../../lib/store/remote.ts";
import { until } from "../support/until.ts";
import { openKvConnect } from "../support/kv_connect.ts";

const ada = { id: "u1", username: "ada", display_name: "Ada", color: "#3e63dd" };

function event(seq: number, type: EncodedEvent["type"] = "chat_message"): EncodedEvent {
  return { seq, id: `${seq}-abcdefgh`, type, user_id: "u1", messages: seq, line: `{"seq":${seq}}` };
}

interface Ends extends AsyncDisposable {
  a: Bus;
  /** The bus as another isolate has it; the same one where there is no other. */
  b: Bus;
  /** Commits what an append to the room would. */
  append(roomId: string): Promise<void>;
}

const LISTENER_FAILURE = new Error("a listener failed");
const throws = (error: unknown) => {
  if (error !== LISTENER_FAILURE) throw error;
};

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
      ...{ a, b, append: () => Promise.resolve() },
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
      ...{ a, b },
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

function listen(bus: Bus): Signal[] {
  const got: Signal[] = [];
  bus.subscribe((signal) => void got.push(signal));
  return got;
}

for (const [name, make] of Object.entries(BUSES)) {
  Deno.test(`${name}: [D5] a commit reaches its own isolate at once, and others as events or as a wake`, async () => {
    await using ends = await make();
    const [here, there] = [listen(ends.a), listen(ends.b)];
    await ends.append("general");
    const signal: Signal = { type: "events", room_id: "general", events: [event(1), event(2)] };
    ends.a.publish(signal);
    assertEquals(here.at(-1), signal);
    const wake = { type: "wake", shard: shardOf("general") };
    await until(() => there.some((one) => one.type === "events" || one.type === "wake"));
    const came = there.find((one) => one.type === "events" || one.type === "wake");
    assertEquals(came, came?.type === "events" ? signal : wake);
  });

  Deno.test(`${name}: typing, read marks, profiles and revocations reach everybody, once and in order`, async () => {
    await using ends = await make();
    const there = listen(ends.b);
    const sent: Signal[] = [
      { type: "typing", room_id: "general", user: ada, typing: true },
      { type: "user", user_id: "u1", line: '{"type":"read"}' },
      { type: "profile", user: ada },
      { type: "control" },
      { type: "user", user_id: "u1", line: '{"type":"read","seq":2}' },
    ];
    for (const signal of sent) ends.a.publish(signal);
    const kinds = new Set(sent.map(({ type }) => type));
    await until(() => there.filter(({ type }) => kinds.has(type)).length === sent.length);
    assertEquals(there.filter(({ type }) => kinds.has(type)), sent);
  });

  Deno.test(`${name}: who comes late learns who is online`, async () => {
    await using ends = await make();
    const { isolate } = ends.a;
    if (isolate === undefined) return;
    const online = [{ user: ada, rooms: ["general"] }];
    // as the hub does
    ends.a.subscribe((signal) => {
      if (signal.type === "who") ends.a.publish({ type: "presence", isolate, online, offline: [], all: true });
    });
    ends.a.publish({ type: "presence", isolate, online, offline: [] });
    const there = listen(ends.b);
    ends.b.publish({ type: "who" });
    await until(() => there.some((one) => one.type === "presence" && one.online[0]?.user.id === "u1"));
  });

  Deno.test(`${name}: a subscription that ended hears nothing more`, async () => {
    await using ends = await make();
    const got: Signal[] = [];
    const end = ends.a.subscribe((signal) => void got.push(signal));
    ends.a.publish({ type: "control" });
    end();
    ends.a.publish({ type: "control" });
    assertEquals(got, [{ type: "control" }]);
  });

  Deno.test(`${name}: a listener that throws harms neither the others nor whoever publishes`, async () => {
    await using ends = await make();
    ends.a.subscribe(() => {
      throw LISTENER_FAILURE;
    });
    const got = listen(ends.a);
    ends.a.publish({ type: "control" });
    assertEquals(got, [{ type: "control" }]);
  });

  Deno.test(`${name}: a bus that was closed tells nobody and throws at nobody`, async () => {
    await using ends = await make();
    const got = listen(ends.a);
    await ends.a.close();
    ends.a.publish({ type: "control" });
    assertEquals(got, []);
  });
}

Deno.test("two servers in one process do not hear each other", async () => {
  await using one = await BUSES["broadcast channel"]!();
  await using two = await BUSES["broadcast channel"]!();
  const [mine, theirs] = [listen(one.b), listen(two.b)];
  one.a.publish({ type: "control" });
  await until(() => mine.length === 1);
  assertEquals(theirs, []);
  assert(one.a.isolate === "a");
});
