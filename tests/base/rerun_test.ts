import { assertEquals, assertRejects } from "@std/assert";
import { Rerun } from "../../lib/base/rerun.ts";

/** A source of numbers, and a Rerun that reads it; each run ends when its gate opens. */
function reading() {
  const world = { value: 0, seen: [] as number[], atOnce: 0, most: 0 };
  const gates: (() => void)[] = [];
  const rerun = new Rerun(async () => {
    world.most = Math.max(world.most, ++world.atOnce);
    const { value } = world;
    world.seen.push(value);
    await new Promise<void>((resolve) => gates.push(resolve));
    world.atOnce--;
    return value;
  });
  return { world, rerun, release: () => gates.shift()?.() };
}

Deno.test("rerun: all callers that ask during a run share the next run", async () => {
  const { world, rerun, release } = reading();
  const first = rerun.ask();
  world.value = 1;
  const later = [rerun.ask(), rerun.ask(), rerun.ask()];
  const opening = setInterval(release, 0);
  assertEquals(await first, 0);
  assertEquals(await Promise.all(later), [1, 1, 1]);
  clearInterval(opening);
  await rerun.settled();
  assertEquals([world.seen, rerun.isRunning], [[0, 1], false]);
});

Deno.test("rerun: asked in any microtask, a run begins after the call, and two runs never overlap", async () => {
  // one more microtask each time, from before the run is over to long after
  for (let turns = 0; turns < 20; turns++) {
    const { world, rerun, release } = reading();
    const first = rerun.ask();
    release();
    for (let i = 0; i < turns; i++) await Promise.resolve();
    world.value = 1;
    const second = rerun.ask();
    await first;
    const opening = setInterval(release, 0);
    assertEquals(await second, 1, `asked after ${turns} microtasks`);
    clearInterval(opening);
    await rerun.settled();
    assertEquals([world.seen, world.most, rerun.isRunning], [[0, 1], 1, false]);
  }
});

Deno.test("rerun: a run that fails rejects only the callers that asked for it", async () => {
  let runs = 0;
  const rerun = new Rerun(() => ++runs === 1 ? Promise.reject(new Error("away")) : Promise.resolve(runs));
  const first = rerun.ask();
  const second = rerun.ask();
  await assertRejects(() => first, Error, "away");
  assertEquals(await second, 2);
  await rerun.settled();
  assertEquals(await rerun.ask(), 3);
});

Deno.test("rerun: settled() waits for the run under way and for the one that was asked for", async () => {
  const { world, rerun, release } = reading();
  await rerun.settled();
  void rerun.ask();
  void rerun.ask();
  let settled = false;
  const settling = rerun.settled().then(() => settled = true);
  release();
  await new Promise((resolve) => setTimeout(resolve));
  assertEquals([settled, world.seen.length], [false, 2]);
  release();
  await settling;
  assertEquals(rerun.isRunning, false);
});
