import { assertEquals } from "@std/assert";
import { FakeClock } from "../../lib/base/clock.ts";
import { Arrivals } from "../../lib/socket/joining/arrivals.ts";

const turn = () => new Promise<void>((resolve) => setTimeout(resolve, 0));

/** `count` who come at once, and a way to let each of them finish. */
function coming(arrivals: Arrivals, count: number) {
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  const all = Array.from({ length: count }, (_, n) =>
    arrivals.run(() => {
      begun.push(n);
      return new Promise<void>((resolve) => ends[n] = resolve);
    }));
  return { begun, ends, all };
}

Deno.test("[D7] arrivals: of 1,000 who come at once 32 are under way at a time, in the order they came", async () => {
  const arrivals = new Arrivals(new FakeClock());
  const { begun, ends, all } = coming(arrivals, 1_000);
  await turn();
  assertEquals([begun.length, arrivals.waiting], [32, 968]);
  ends[3]?.();
  await turn();
  assertEquals([begun.at(-1), arrivals.waiting], [32, 967]);
  for (let n = 0; n < 1_000; n++) {
    if (ends[n] === undefined) await turn();
    ends[n]?.();
  }
  await Promise.all(all);
  assertEquals(begun, Array.from({ length: 1_000 }, (_, n) => n));
});

Deno.test("[D8] arrivals: those whose reads hang give their places to the others", async () => {
  const clock = new FakeClock();
  const arrivals = new Arrivals(clock);
  const { begun, ends, all } = coming(arrivals, 40);
  await turn();
  assertEquals(begun.length, 32);
  clock.tick(1_000);
  await turn();
  assertEquals(begun.length, 40);
  for (const end of ends) end();
  await Promise.all(all);
  assertEquals(arrivals.waiting, 0);
});

Deno.test("[D8] arrivals: one that fails gives its place back", async () => {
  const arrivals = new Arrivals(new FakeClock());
  const failed = await Promise.allSettled(
    Array.from({ length: 100 }, () => arrivals.run(() => Promise.reject(new Error("no")))),
  );
  assertEquals(failed.filter(({ status }) => status === "rejected").length, 100);
  assertEquals(await arrivals.run(() => Promise.resolve("in")), "in");
});
