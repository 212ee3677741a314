import { assertEquals } from "@std/assert";
import type { Signal } from "../../lib/bus/bus.ts";
import { forgetIsolate, LEASE_MS, RingWriter } from "../../lib/bus/ring_writer.ts";
import { FakeClock } from "../../lib/base/clock.ts";
import { SCHEMA_VERSION } from "../../lib/store/migrations.ts";
import { keys, ranges } from "../../lib/store/keys.ts";
import { until } from "../support/until.ts";
import { RingReader } from "../../lib/bus/ring_reader.ts";
import { DirectKv } from "../../lib/store/kv.ts";
import { alteredKv } from "../support/altered_kv.ts";
import { line, online, openRing as open, user } from "./rings.ts";

Deno.test("a flood of signals is one write a second, and each is read once", async () => {
  await using it = await open();
  for (let n = 1; n <= 20; n++) it.writer.push(line(n), false);
  assertEquals((await it.ring())?.signals, []);
  await it.written(20);
  await it.reader.read();
  await it.reader.read();
  assertEquals(it.got, Array.from({ length: 20 }, (_, i) => line(i + 1)));
});

Deno.test("what is urgent is written at once", async () => {
  await using it = await open();
  it.writer.push({ type: "control" }, true);
  await until(async () => (await it.ring())?.signals.length === 1);
});

Deno.test("a reader that was away too long is told who is online, and whom it concerns that it missed something", async () => {
  await using it = await open();
  it.writer.push(online("u1", "u2"), false);
  it.writer.push(line(1), false);
  await it.written(1);
  it.clock.tick(20_000);
  it.writer.push(line(2), false);
  await it.written(2);
  it.got.length = 0;
  await it.reader.read();
  assertEquals(it.got.slice(0, 3), [line(2), { type: "control" }, { type: "lapse", user_id: "u1" }]);
  const [presence] = it.got.slice(3);
  assertEquals(presence?.type === "presence" && presence.all && presence.online.map((one) => one.user.id), [
    "u1",
    "u2",
  ]);
});

Deno.test("the ring never grows over the store's limit", async () => {
  await using it = await open();
  for (let n = 1; n <= 500; n++) it.writer.push({ type: "user", user_id: "u1", line: "ü".repeat(1_000) }, false);
  await it.written(500);
});

Deno.test("more than the ring holds is written before the second is over, so that nothing is missed", async () => {
  await using it = await open();
  const long = (n: number): Signal => ({ type: "user", user_id: "u1", line: `${n} ${"x".repeat(1_000)}` });
  for (let n = 1; n <= 40; n++) {
    it.writer.push(long(n), false);
    if (n % 8 > 0) continue;
    await until(async () =>
      (await it.ring())?.signals.some((one) => JSON.stringify(one) === JSON.stringify(long(n))) === true
    );
    await it.reader.read();
  }
  assertEquals(it.got, Array.from({ length: 40 }, (_, i) => long(i + 1)));
});

Deno.test("what is long of one user makes that user's devices read again, and takes no room from the others' signals", async () => {
  await using it = await open();
  it.writer.push(line(1), false);
  for (const user_id of ["u2", "u3", "u4", "u5"]) {
    it.writer.push({ type: "user", user_id, line: "x".repeat(10_000) }, false);
  }
  await it.written(5);
  await it.reader.read();
  const lapses = ["u2", "u3", "u4", "u5"].map((user_id): Signal => ({ type: "lapse", user_id }));
  assertEquals(it.got, [line(1), ...lapses]);
});

Deno.test("the first signals of a process are heard also where they are written before others know it", async () => {
  await using it = await open();
  const onError = () => {};
  const writer = new RingWriter({ kv: it.kv, clock: it.clock, isolate: "c", onError, onLapsed: () => {} });
  await writer.start();
  writer.push(line(1), true);
  await until(async () => (await it.kv.get(keys.ephemera("c"))).value?.signals.length === 1);
  await it.reader.read();
  assertEquals(it.got, [line(1), { type: "presence", isolate: "c", online: [], offline: [], all: true }]);
  // whoever was taken for gone, and says more than its ring holds before it is seen again
  await forgetIsolate(it.kv, "c");
  await it.reader.read();
  it.got.length = 0;
  it.clock.tick(20_000);
  writer.push(line(2), true);
  await until(async () => (await it.kv.get(keys.ephemera("c"))).value?.first === 2);
  await it.reader.read();
  assertEquals(it.got.map(({ type }) => type), ["user", "control", "lapse", "presence"]);
  await writer.close();
});

Deno.test("a process that is gone without a word is offline when its lease is over, and leaves nothing", async () => {
  await using it = await open();
  it.writer.push(online("u1"), false);
  it.writer.push(line(1), false);
  await it.written(1);
  await it.reader.read();
  // nothing renews it any more
  await it.writer.close();
  await it.kv.commit({ set: [[keys.ephemera("a"), { expires_at: it.clock.now(), first: 1, signals: [] }]] });
  await it.kv.commit({ set: [[keys.presence("a", "u1"), { user: user("u1"), rooms: [] }]] });
  await it.reader.read();
  it.clock.tick(LEASE_MS);
  it.got.length = 0;
  await it.reader.read();
  assertEquals(it.got, []);
  it.clock.tick(1);
  await it.reader.read();
  assertEquals(it.got, [
    { type: "presence", isolate: "a", online: [], offline: [], all: true },
    { type: "lapse" },
  ]);
  assertEquals(await it.kv.list(ranges.ephemera(), { limit: 9 }), []);
  assertEquals(await it.kv.list(ranges.presence("a"), { limit: 9 }), []);
});

Deno.test("a process that stops takes its people and its lease along", async () => {
  await using it = await open();
  it.writer.push(online("u1"), false);
  it.writer.push(line(1), false);
  await it.written(1);
  await it.writer.close();
  await it.reader.read();
  assertEquals(it.got.at(-2), { type: "presence", isolate: "a", online: [], offline: [], all: true });
  assertEquals(await it.kv.list(ranges.presence("a"), { limit: 9 }), []);
});

Deno.test("a process whose machine has another time is there as long as it writes", async () => {
  await using it = await open();
  for (const skew of [-3_600_000, 3_600_000]) {
    const clock = new FakeClock(it.clock.now() + skew);
    const isolate = `${skew}`;
    const onError = () => {};
    const writer = new RingWriter({ kv: it.kv, clock, isolate, onError, onLapsed: () => {} });
    await writer.start();
    for (let n = 1; n <= 4; n++) {
      writer.push(line(n), true);
      await until(async () => (await it.kv.get(keys.ephemera(isolate))).value?.signals.length === n);
      it.clock.tick(LEASE_MS - 1);
      await it.reader.read();
    }
    assertEquals(it.got.filter(({ type }) => type === "lapse"), []);
    await writer.close();
    await it.reader.read();
    it.got.length = 0;
  }
});

Deno.test("a process that was taken for gone tells anew who is online", async () => {
  await using it = await open();
  await forgetIsolate(it.kv, "a");
  it.writer.push(line(1), true);
  await until(async () => (await it.ring())?.signals.length === 1);
  assertEquals(it.lapses(), 1);
  it.writer.push(line(2), true);
  await until(async () => (await it.ring())?.signals.length === 2);
  assertEquals(it.lapses(), 1);
});

Deno.test("the lowest schema that a living process knows is told; a lease that says none knows the second", async () => {
  await using it = await open();
  await it.reader.read();
  assertEquals(it.schemas.at(-1), SCHEMA_VERSION);
  const older = { expires_at: it.clock.now(), first: 1, signals: [] };
  await it.kv.commit({ set: [[keys.ephemera("old"), older]] });
  await it.reader.read();
  assertEquals(it.schemas.at(-1), 2);
  // it ends without a word
  it.clock.tick(LEASE_MS);
  await it.reader.read();
  assertEquals(it.schemas.at(-1), 2);
  it.clock.tick(1);
  await it.reader.read();
  assertEquals(it.schemas.at(-1), SCHEMA_VERSION);
});

Deno.test("while the store is away a ring is read once a second, however often somebody asked", async () => {
  const store = new DirectKv(await Deno.openKv(":memory:"));
  let lists = 0;
  const kv = alteredKv(store, {
    list() {
      lists++;
      return Promise.reject(new Error("away"));
    },
  });
  const clock = new FakeClock();
  const nothing = () => {};
  const reader = new RingReader({ kv, clock, isolate: "b", emit: nothing, onSchema: nothing, onError: nothing });
  for (let i = 0; i < 20; i++) {
    await reader.readPresence();
    clock.tick(40);
  }
  lists = 0;
  for (let i = 0; i < 50; i++) {
    clock.tick(40);
    // its turn is over: a reading that failed has set its next one
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  assertEquals(lists, 2);
  await reader.close();
  kv.close();
});
