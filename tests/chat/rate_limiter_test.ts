import { assert, assertEquals, assertThrows } from "@std/assert";
import { RateLimiter } from "../../lib/chat/rate_limiter.ts";
import { FakeClock } from "../../lib/base/clock.ts";
import { readConfig } from "../../lib/base/config/config.ts";
import { ChatError } from "../../lib/base/errors.ts";

const config = readConfig({ RATE_SENDS: "3/60" });

Deno.test("take() gives the burst, then says truly when there is more", () => {
  const clock = new FakeClock();
  const rates = new RateLimiter({ config, clock });
  assertEquals([1, 2, 3].map(() => rates.take("sends", "ada")), [0, 0, 0]);
  assertEquals(rates.take("sends", "ada"), 1); // one a second
  clock.tick(999);
  assert(rates.take("sends", "ada") > 0);
  clock.tick(1);
  assertEquals(rates.take("sends", "ada"), 0);
  assertEquals(rates.take("sends", "bob"), 0, "each has its own");
  assertEquals(rates.take("commands", "ada"), 0);
  clock.tick(3_600_000);
  assertEquals([1, 2, 3, 4].map(() => rates.take("sends", "ada") > 0), [false, false, false, true]);
});

Deno.test("check() throws rate_limited with whole seconds that suffice", () => {
  const clock = new FakeClock();
  const rates = new RateLimiter({ config, clock });
  for (let i = 0; i < 3; i++) rates.check("sends", "ada");
  clock.tick(400);
  const error = assertThrows(() => rates.check("sends", "ada"), ChatError);
  assertEquals([error.code, error.retryAfter], ["rate_limited", 1]);
  clock.tick(1_000);
  rates.check("sends", "ada");
});

Deno.test("a clock that goes back gives nothing and takes nothing", () => {
  const rates = new RateLimiter({ config, clock: new FakeClock() });
  for (let i = 0; i < 3; i++) rates.take("sends", "ada", 10_000);
  assertEquals(rates.take("sends", "ada", 5_000), 1);
  assertEquals(rates.take("sends", "ada", 11_000), 0);
});

Deno.test("rates: setting the machine's time gives no tokens and takes none", () => {
  const clock = new FakeClock();
  const rates = new RateLimiter({ config, clock });
  for (let i = 0; i < 3; i++) rates.take("sends", "ada");
  for (const hours of [1, -2]) {
    clock.set(clock.now() + hours * 3_600_000);
    assertEquals(rates.take("sends", "ada"), 1);
  }
});

Deno.test("[D7] buckets are bounded: full ones are forgotten, then those used longest ago", () => {
  const clock = new FakeClock();
  const rates = new RateLimiter({ config, clock, max: 100 });
  for (let i = 0; i < 1_000; i++) rates.take("sends", `user${i}`);
  assertEquals(rates.size, 100);
  clock.tick(60_000);
  for (let i = 0; i < 200; i++) rates.take("sends", "ada");
  assertEquals(rates.size, 1);
});

Deno.test("without limits nothing is counted", () => {
  const rates = new RateLimiter({ config: { ...config, limits: false }, clock: new FakeClock() });
  for (let i = 0; i < 1_000; i++) rates.check("sends", "ada");
  assertEquals(rates.size, 0);
});
