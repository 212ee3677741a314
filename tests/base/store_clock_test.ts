import { assert, assertEquals } from "@std/assert";
import { FakeClock } from "../../lib/base/clock.ts";
import { keys } from "../../lib/store/keys.ts";
import { StoreClock, TOLERANCE_MS } from "../../lib/base/store_clock.ts";
import { openTestChat } from "../support/chat.ts";
import { openKvConnect } from "../support/kv_connect.ts";

const HOUR = 3_600_000;

function open(machineAhead: number) {
  const machine = new FakeClock();
  const store = { now: () => machine.elapsed() };
  machine.set(machine.elapsed() + machineAhead);
  const clock = new StoreClock(machine);
  const told: number[] = [];
  clock.onSkew = (ms) => void told.push(ms);
  /** As a Date header says it: whole seconds. */
  const answer = (tripMs = 10) => clock.observe(Math.floor(store.now() / 1_000) * 1_000, tripMs);
  return { machine, store, clock, told, answer };
}

for (const [what, ahead] of [["ahead", HOUR], ["behind", -HOUR]] as const) {
  Deno.test(`clock: a machine that is an hour ${what} uses the store's time, and logs so once`, () => {
    const { machine, store, clock, told, answer } = open(ahead);
    for (let i = 0; i < 100; i++) {
      machine.tick(337);
      answer(10 + i);
      assert(Math.abs(clock.now() - store.now()) <= TOLERANCE_MS, String(clock.now() - store.now()));
    }
    assertEquals(told.length, 1);
    assert(Math.abs(clock.skewMs - ahead) <= TOLERANCE_MS);
    machine.set(store.now());
    answer();
    assertEquals([clock.skewMs, clock.now(), told.at(-1)], [0, store.now(), 0], "it was put right");
  });
}

Deno.test("clock: a machine whose time is right, or nearly, uses its own time", () => {
  for (const ahead of [0, 900, -900, 1_800]) {
    const { machine, clock, told, answer } = open(ahead);
    for (let i = 0; i < 50; i++) {
      machine.tick(771);
      answer(5 * i);
      assertEquals(clock.now(), machine.now());
    }
    assertEquals(told, []);
  }
});

Deno.test("clock: an answer that was slow, or has no time, is ignored", () => {
  const { clock, machine, answer } = open(HOUR);
  answer(10_000);
  clock.observe(Number.NaN, 1);
  assertEquals([clock.now(), clock.skewMs], [machine.now(), 0]);
});

Deno.test("clock: elapsed time and timers use the machine's clock", () => {
  const { clock, machine, answer } = open(HOUR);
  let rang = 0;
  clock.after(1_000, () => rang++);
  const began = clock.elapsed();
  answer();
  machine.tick(1_000);
  assertEquals([rang, clock.elapsed() - began], [1, 1_000]);
});

Deno.test("clock: a server whose machine is months off writes the store's time, and reports the skew in its metrics", async () => {
  await using server = await openKvConnect();
  const machine = new FakeClock(Date.now() - 90 * 24 * HOUR);
  const before = Date.now();
  await using chat = await openTestChat({ clock: machine, config: { kvPath: server.url } });
  const room = (await chat.kv.get(keys.room("general"))).value;
  assert(room !== null && room.created_at >= before - 5_000, `${room?.created_at} is the store's time`);
  const skew = chat.metrics.read().find(({ name }) => name === "parley_clock_skew_seconds");
  assert((skew?.value ?? 0) < -89 * 24 * 3_600, JSON.stringify(skew));
});
