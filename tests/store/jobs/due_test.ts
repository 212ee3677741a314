import { assertEquals, assertRejects } from "@std/assert";
import { FakeClock } from "../../../lib/base/clock.ts";
import { convertJobs, dueJob } from "../../../lib/store/jobs/due.ts";
import { DueRunner, type Handlers } from "../../../lib/upkeep/due_runner.ts";
import { type Job, keys, ranges } from "../../../lib/store/keys.ts";
import { type Kv, put } from "../../../lib/store/kv.ts";
import { LEASE_MS } from "../../../lib/store/jobs/lease.ts";
import { openStore } from "../../../lib/store/open.ts";
import { alteredKv } from "../../support/altered_kv.ts";
import { until } from "../../support/until.ts";

const file = (id: string): Job => ({ kind: "erase_file", file_id: id });

async function open(): Promise<{ kv: Kv; clock: FakeClock; [Symbol.dispose](): void }> {
  const { kv } = await openStore(":memory:");
  return { kv, clock: new FakeClock(), [Symbol.dispose]: () => kv.close() };
}

async function left(kv: Kv): Promise<string[]> {
  return (await kv.list(ranges.allDue(), { limit: 100 })).map(({ key }) => key.slice(1).join(" "));
}

/** A process that notes what it does, and stops in the middle of a job where it is told to. */
function processOn({ kv, clock }: { kv: Kv; clock: FakeClock }, name: string, gate?: Promise<void>) {
  const did: string[] = [];
  const handlers: Handlers = {
    async erase_file(running, { file_id }) {
      did.push(file_id);
      await gate;
      await running.commit({ set: [put(keys.swept(`${name} ${file_id}`), 1)] });
    },
  };
  return { did, runner: new DueRunner({ kv, clock, name, handlers }) };
}

Deno.test("due: a job runs at its time and no sooner, and its key is removed", async () => {
  using world = await open();
  const { did, runner } = processOn(world, "a");
  await world.kv.commit({ set: [dueJob(file("now")), dueJob(file("later"), world.clock.now() + 1_000)] });
  assertEquals([await runner.run(), did], [1, ["now"]]);
  world.clock.tick(999);
  assertEquals(await runner.run(), 0);
  world.clock.tick(1);
  assertEquals([await runner.run(), did, await left(world.kv)], [1, ["now", "later"], []]);
});

Deno.test("due: several processes at once run each job once", async () => {
  using world = await open();
  const files = Array.from({ length: 250 }, (_, i) => `f${String(i).padStart(3, "0")}`);
  for (let i = 0; i < files.length; i += 50) {
    await world.kv.commit({ set: files.slice(i, i + 50).map((id) => dueJob(file(id))) });
  }
  const all = ["a", "b", "c", "d"].map((name) => processOn(world, name));
  await Promise.all(all.map(({ runner }) => runner.run()));
  assertEquals(all.flatMap(({ did }) => did).sort(), files);
  assertEquals(await left(world.kv), []);
});

Deno.test("due: a process that was frozen in a job writes nothing once another process has the job", async () => {
  using world = await open();
  await world.kv.commit({ set: [dueJob(file("one")), dueJob(file("two"))] });
  const thaw = Promise.withResolvers<void>();
  const frozenClock = new FakeClock(); // its timers stand still, and with them its renewals
  const frozen = processOn({ kv: world.kv, clock: frozenClock }, "frozen", thaw.promise);
  const other = processOn(world, "other");
  const running = frozen.runner.run();
  await until(() => frozen.did.length === 1);
  assertEquals(await other.runner.run(), 0, "it is leased");
  world.clock.tick(LEASE_MS - 1);
  assertEquals(await other.runner.run(), 0);
  world.clock.tick(1);
  assertEquals([await other.runner.run(), other.did], [2, ["one", "two"]]);
  thaw.resolve();
  await running;
  assertEquals(frozen.did, ["one"], "it goes on with nothing");
  assertEquals((await world.kv.get(keys.swept("frozen one"))).value, null);
  assertEquals((await world.kv.get(keys.swept("other one"))).value, 1);
});

Deno.test("due: a process that runs a long job keeps its lease", async () => {
  using world = await open();
  await world.kv.commit({ set: [dueJob(file("one"))] });
  const gate = Promise.withResolvers<void>();
  const slow = processOn(world, "slow", gate.promise);
  const other = processOn(world, "other");
  const running = slow.runner.run();
  await until(() => slow.did.length === 1);
  for (let i = 0; i < 20; i++) {
    const n = (await world.kv.get(keys.lease("file"))).value?.n;
    world.clock.tick(10_000);
    await until(async () => (await world.kv.get(keys.lease("file"))).value?.n !== n);
    assertEquals(await other.runner.run(), 0);
  }
  gate.resolve();
  assertEquals([await running, other.did], [1, []]);
});

Deno.test("due: a slow kind of job delays no other kind", async () => {
  using world = await open();
  const gate = Promise.withResolvers<void>();
  const did: string[] = [];
  const handlers: Handlers = {
    erase_file: () => gate.promise,
    sweep_sent: (_, { room_id }) => Promise.resolve(void did.push(room_id)),
  };
  const runner = new DueRunner({ ...world, name: "a", handlers });
  await world.kv.commit({ set: [dueJob(file("slow")), dueJob({ kind: "sweep_sent", room_id: "r1" })] });
  const first = runner.run();
  await until(() => did.length === 1);
  await world.kv.commit({ set: [dueJob({ kind: "sweep_sent", room_id: "r2" })] });
  // the pass that did r1 may still be at work, and then does r2 itself
  await until(async () => (await runner.run(), did.length === 2));
  assertEquals(did, ["r1", "r2"]);
  gate.resolve();
  await first;
});

Deno.test("due: a failing job is retried with growing pauses, and delays no other job of its kind", async () => {
  using world = await open();
  const tried: number[] = [];
  const done: string[] = [];
  const began = world.clock.now();
  const handlers: Handlers = {
    erase_file(_, { file_id }) {
      if (file_id !== "bad") return Promise.resolve(void done.push(file_id));
      tried.push((world.clock.now() - began) / 60_000);
      return Promise.reject(new Error("away"));
    },
  };
  const runner = new DueRunner({ ...world, name: "a", handlers });
  await world.kv.commit({ set: [dueJob(file("bad")), dueJob(file("good"))] });
  await assertRejects(() => runner.run(), Error, "away");
  assertEquals(done, ["good"]);
  for (let minute = 0; minute < 20; minute++) {
    world.clock.tick(60_000);
    await runner.run().catch(() => {});
  }
  assertEquals(tried, [0, 1, 3, 7, 15]);
});

Deno.test("due: the jobs of a process from before due keys are taken over, those of a newer one are left alone", async () => {
  using world = await open();
  const newer = JSON.parse('{"kind": "paint_house"}') as Job;
  await world.kv.commit({ set: [put(keys.job("file f"), file("f")), put(keys.job("paint"), newer)] });
  assertEquals(await convertJobs(world.kv, 7), 1);
  const { did, runner } = processOn(world, "a");
  await world.kv.commit({ set: [put(keys.due("file", 0, "paint"), newer)] });
  assertEquals([await runner.run(), did, await left(world.kv)], [1, ["f"], ["file 0 paint"]]);
});

Deno.test("due: a job's removal and the jobs that follow it are one atomic, so that no job follows twice", async () => {
  using world = await open();
  let commits = 0;
  const kv = alteredKv(world.kv, {
    commit(write) {
      const isEnd = write.delete?.some(([family]) => family === "due") === true;
      if (isEnd && commits++ === 0) return world.kv.commit(write).then(() => Promise.reject(new Error("no answer")));
      return world.kv.commit(write);
    },
  });
  const handlers: Handlers = { erase_file: () => Promise.resolve([dueJob({ kind: "sweep_sent", room_id: "r" }, 9)]) };
  await world.kv.commit({ set: [dueJob(file("one"))] });
  const runner = new DueRunner({ ...world, kv, name: "a", handlers });
  await runner.run().catch(() => {});
  await runner.run();
  assertEquals(await left(world.kv), ["sent 9 r"]);
});

/** Jobs that only a newer version knows, more than a reading of the store brings; their keys come before all others. */
async function putNewer(kv: Kv, keyOf: (id: string) => ReturnType<typeof keys.job>): Promise<number> {
  const newer = JSON.parse('{"kind": "paint_house"}') as Job;
  const ids = Array.from({ length: 250 }, (_, i) => `!${String(i).padStart(3, "0")}`);
  for (let i = 0; i < ids.length; i += 50) {
    await kv.commit({ set: ids.slice(i, i + 50).map((id) => put(keyOf(id), newer)) });
  }
  return ids.length;
}

Deno.test("due: any number of a newer version's jobs delay neither the jobs behind them nor those that follow from these", async () => {
  using world = await open();
  const count = await putNewer(world.kv, (id) => keys.due("file", 0, id));
  const did: string[] = [];
  const handlers: Handlers = {
    erase_file(_, { file_id }) {
      did.push(file_id);
      return Promise.resolve(file_id === "one" ? [dueJob(file("two"))] : []);
    },
  };
  await world.kv.commit({ set: [dueJob(file("one"), 1)] });
  const runner = new DueRunner({ ...world, name: "a", handlers });
  assertEquals([await runner.run(), did], [2, ["one", "two"]]);
  assertEquals((await world.kv.list(ranges.allDue(), { limit: 1_000 })).length, count, "the newer ones are left");
});

Deno.test("due: any number of a newer version's jobs delay no job that is taken over from before due keys", async () => {
  using world = await open();
  await putNewer(world.kv, (id) => keys.job(id));
  await world.kv.commit({ set: [put(keys.job("file f"), file("f"))] });
  assertEquals([await convertJobs(world.kv, 7), await left(world.kv)], [1, ["file 0 f"]]);
});

Deno.test("due: alone() removes every other job of the pass's kind, and leaves a newer version's jobs", async () => {
  using world = await open();
  const count = await putNewer(world.kv, (id) => keys.due("tidy", 1, id));
  await world.kv.commit({ set: [0, 2, 3].map((at) => dueJob({ kind: "tidy" }, at)) });
  const handlers: Handlers = { tidy: (running) => running.alone() };
  const runner = new DueRunner({ ...world, name: "a", handlers });
  assertEquals(await runner.run(), 1);
  assertEquals((await world.kv.list(ranges.allDue(), { limit: 1_000 })).length, count);
});
