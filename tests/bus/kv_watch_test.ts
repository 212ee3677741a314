import { assert, assertEquals } from "@std/assert";
import type { Signal } from "../../lib/bus/bus.ts";
import { KvWatchBus } from "../../lib/bus/kv_watch.ts";
import { setWakeKey } from "../../lib/store/kinds.ts";
import { systemClock } from "../../lib/base/clock.ts";
import { keys, shardOf } from "../../lib/store/keys.ts";
import type { Kv } from "../../lib/store/kv.ts";
import { openRemote } from "../../lib/store/remote.ts";
import { openKvConnect } from "../support/kv_connect.ts";
import { until } from "../support/until.ts";

async function openBus() {
  const server = await openKvConnect();
  const errors: unknown[] = [];
  const shared = { clock: systemClock, onSchema() {}, onError: (error: unknown) => void errors.push(error) };
  const kv: Kv = await openRemote(server.url, { clock: systemClock, onWait() {}, callMs: 1_000 });
  const bus = await KvWatchBus.open({ ...shared, kv, url: server.url, isolate: "a" });
  const got: Signal[] = [];
  bus.subscribe((signal) => void got.push(signal));
  return {
    server,
    kv,
    bus,
    got,
    errors,
    shared,
    append: async (room: string) => void await kv.commit({ set: setWakeKey(room) }),
    wakes: (room: string) => got.filter((one) => one.type === "wake" && one.shard === shardOf(room)).length,
    async [Symbol.asyncDispose]() {
      server.fate = () => "answer";
      server.release();
      await bus.close();
      kv.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

Deno.test("[D5] after a lost wake the periodic read of the ten keys finds the change", async () => {
  await using one = await openBus();
  await until(() => one.server.watchCount === 1);
  // nothing comes of this watch or of any other
  one.server.fate = (path) => path === "watch" ? "stall" : "answer";
  one.server.killWatches();
  await one.append("general");
  const { snapshot_read } = one.server.requests;
  await one.bus.reread();
  assertEquals(one.wakes("general"), 1);
  assertEquals(one.server.requests.snapshot_read, snapshot_read + 1, "in one call");
});

Deno.test("[D5] a wake is delivered once, whether the watch or the periodic read sees it first", async () => {
  await using one = await openBus();
  await until(() => one.server.watchCount === 1);
  await one.append("general");
  await one.bus.reread();
  await one.append("another");
  await until(() => one.wakes("another") === 1);
  await one.bus.reread();
  assertEquals(one.wakes("general"), 1);
  assertEquals(one.wakes("another"), 1);
});

Deno.test("kv_watch: a late subscriber learns who is online, however long the bus has known it", async () => {
  await using one = await openBus();
  const user = { id: "u1", username: "ada", display_name: "Ada", color: "#3e63dd" };
  const online = [{ user, rooms: ["general"] }];
  one.bus.publish({ type: "presence", isolate: "a", online, offline: [] });
  await until(async () => (await one.kv.get(keys.ephemera("a"))).value?.parts?.presence.of.length === 1);
  const late = await KvWatchBus.open({ ...one.shared, kv: one.kv, url: one.server.url, isolate: "b" });
  // a server puts other things together before its hub listens
  for (let i = 0; i < 20; i++) await one.kv.get(keys.meta());
  const told: Signal[] = [];
  late.subscribe((signal) => void told.push(signal));
  late.publish({ type: "who" });
  await until(() => told.some(({ type }) => type === "presence"));
  assertEquals(told.filter(({ type }) => type === "presence"), [
    { type: "presence", isolate: "a", online, offline: [], all: true },
  ]);
  await late.close();
  assertEquals(one.errors, []);
});

Deno.test("kv_watch: a watch stream that ends is opened again", async () => {
  await using one = await openBus();
  await until(() => one.server.watchCount === 1);
  one.server.killWatches();
  await until(() => one.server.watchCount === 1);
  await one.append("general");
  await until(() => one.wakes("general") > 0);
});

Deno.test("kv_watch: a silent watch stream is opened again on another handle", async () => {
  await using one = await openBus();
  await until(() => one.server.watchCount === 1);
  one.server.fate = (path) => path === "watch" ? "stall" : "answer";
  one.server.killWatches();
  await until(() => one.server.requests.watch === 2);
  one.server.fate = () => "answer"; // but the one that stalls says nothing still
  for (let i = 0; i < 2; i++) {
    await one.append("general");
    await one.bus.reread();
  }
  await until(() => one.server.watchCount === 1);
});

Deno.test("kv_watch: a store outage is reported once, and changes during it are found when the store is back", async () => {
  await using one = await openBus();
  one.server.fate = (path) => path === "atomic_write" ? "answer" : "stall";
  one.server.killWatches();
  await one.append("general");
  for (let i = 0; i < 3; i++) await one.bus.reread();
  assert(one.errors.length === 1 || one.errors.length === 2, "the wakes, and at most the ring");
  one.server.fate = () => "answer";
  one.server.release();
  await one.bus.reread();
  await until(() => one.wakes("general") > 0);
  assert(one.got.length > 0);
});
