import { assertEquals } from "@std/assert";
import { FakeClock } from "../../lib/base/clock.ts";
import { ranges } from "../../lib/store/keys.ts";
import type { Kv } from "../../lib/store/kv.ts";
import { openTestChat } from "../support/chat.ts";
import { until } from "../support/until.ts";
import { alteredKv } from "../support/altered_kv.ts";

Deno.test("passes of the sweeper that take longer than their interval do not pile up", async () => {
  const clock = new FakeClock();
  const gate = Promise.withResolvers<void>();
  let passes = 0;
  const wrapKv = (kv: Kv): Kv =>
    alteredKv(kv, {
      async list(range, options) {
        if (JSON.stringify(range) === JSON.stringify(ranges.uploads()) && passes++ === 0) await gate.promise;
        return await kv.list(range, options);
      },
    });
  {
    await using _chat = await openTestChat({ clock, wrapKv });
    clock.tick(60_000);
    await until(() => passes === 1);
    for (let minute = 0; minute < 30; minute++) clock.tick(60_000);
    gate.resolve();
  }
  assertEquals(passes, 1);
});
