import { assertEquals } from "@std/assert";
import type { Signal } from "../../lib/bus/bus.ts";
import { forgetIsolate, LEASE_MS, RingWriter } from "../../lib/bus/ring_writer.ts";
import { FakeClock } from "../../lib/base/clock.ts";
import { SCHEMA_VERSION } from "../../lib/store/migrations/migrations.ts";
import { keys, ranges } from "../../lib/store/keys.ts";
import { until } from "../support/until.ts";
import { RingReader } from "../../lib/bus/ring_reader.ts";
import { DirectKv } from "../../lib/store/kv.ts";
import { alteredKv } from "../support/altered_kv.ts";
import { line, online, openRing as open, user } from "./rings.ts";

Deno.test("ring: a flood of signals makes one write a second, and each signal is read once", async () => {
  await using it = await open();
  for (let n = 1; n <= 20; n++) it.writer.push(line(n), false);
  assertEquals((await it.ring())?.signals, []);
  await it.written(20);
  await it.reader.read();
  await it.reader.read();
  assertEquals(it.got, Array.from({ length: 20 }, (_, i) => line(i + 1)));
});

Deno.test("ring: an urgent signal is written at once", async () => {
  await using it = await open();
  it.writer.push({ type: "control" }, true);
  await until(async () => (await it.ring())?.signals.length === 1);
});

Deno.test("ring: a reader that was away too long learns who is online, and re-reads the users whose signals it missed", async () => {
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

Deno.test("ring: it never grows over the store's size limit", async () => {
  await using it = await open();
  for (let n = 1; n <= 500; n++) it.writer.push({ type: "user", user_id: "u1", line: "ü".repeat(1_000) }, false);
  await it.written(500);
});

Deno.test("ring: a ring that fills up is written before its second is over, so that no signal is lost", async () => {
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

Deno.test("ring: one user's long signals make that user's devices re-read, and displace no other signals", async () => {
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

Deno.test("ring: a new process's first signals are read even if they are written before others know the process", async () => {
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

Deno.test("ring: the users of a crashed process are offline once its lease expires, and its keys are removed", async () => {
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

Deno.test("ring: a process that stops removes its users' presence and its lease", async () => {
  await using it = await open();
  it.writer.push(online("u1"), false);
  it.writer.push(line(1), false);
  await it.written(1);
  await it.writer.close();
  await it.reader.read();
  assertEquals(it.got.at(-2), { type: "presence", isolate: "a", online: [], offline: [], all: true });
  assertEquals(await it.kv.list(ranges.presence("a"), { limit: 9 }), []);
});

Deno.test("ring: a process with a wrong clock counts as alive while it writes", async () => {
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

Deno.test("ring: a process that was wrongly taken for dead announces its online users again", async () => {
  await using it = await open();
  await forgetIsolate(it.kv, "a");
  it.writer.push(line(1), true);
  await until(async () => (await it.ring())?.signals.length === 1);
  assertEquals(it.lapses(), 1);
  it.writer.push(line(2), true);
  await until(async () => (await it.ring())?.signals.length === 2);
  assertEquals(it.lapses(), 1);
});

Deno.test("ring: the lowest schema of all living processes is reported; a lease without a schema counts as schema 2", async () => {
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

Deno.test("ring: while the store is away a ring is read once a second, however many reads are asked for", async () => {
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
