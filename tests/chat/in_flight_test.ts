import { assertEquals, assertRejects } from "@std/assert";
import { InFlight } from "../../lib/chat/in_flight.ts";
import { ChatError } from "../../lib/base/errors.ts";

/** Work that goes on until it is ended. */
function endless(places: InFlight, who: string): Promise<string> {
  return places.run(who, (signal) =>
    new Promise<never>((_, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    })).catch((error) => error instanceof ChatError ? error.code : "?");
}

Deno.test("places: when six accounts hold all of them, a seventh gets some", async () => {
  const places = new InFlight(6, 32);
  for (let i = 0; i < 36; i++) void endless(places, `mallory${i % 6}`);
  assertEquals(places.count(), 32);
  // each newcomer gets a place, and the shares become equal
  for (let i = 0; i < 5; i++) assertEquals(await places.run(`ada${i}`, () => Promise.resolve("done")), "done");
  for (let i = 0; i < 26; i++) void endless(places, `bob${i}`);
  assertEquals(places.count(), 32);
  for (let i = 0; i < 6; i++) assertEquals(places.count(`mallory${i}`), 1);
});

Deno.test("places: the newest of the largest holder ends with a retry hint; nobody below the share loses one", async () => {
  const places = new InFlight(3, 4);
  const first = endless(places, "mallory");
  const second = endless(places, "mallory");
  const third = endless(places, "mallory");
  void endless(places, "ada");
  void endless(places, "bob");
  assertEquals(await third, "overloaded");
  void endless(places, "cat");
  assertEquals(await second, "overloaded");
  const error = await assertRejects(() => places.run("dan", () => Promise.resolve()), ChatError);
  assertEquals([error.code, error.retryAfter], ["overloaded", 2]);
  assertEquals(await Promise.race([first, Promise.resolve("goes on")]), "goes on");
  assertEquals(["mallory", "ada", "bob", "cat"].map((who) => places.count(who)), [1, 1, 1, 1]);
});

Deno.test("places: a single account can hold up to its limit, and no more", async () => {
  const places = new InFlight(2, 4);
  void endless(places, "ada");
  void endless(places, "ada");
  const error = await assertRejects(() => places.run("ada", () => Promise.resolve()), ChatError);
  assertEquals(error.code, "rate_limited");
  assertEquals(await places.run("bob", () => Promise.resolve(1)), 1);
});
