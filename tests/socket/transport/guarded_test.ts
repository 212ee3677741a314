import { assert, assertEquals } from "@std/assert";
import { FakeClock } from "../../../lib/base/clock.ts";
import { openServer } from "../support.ts";
import { until } from "../../support/until.ts";

Deno.test("guarded: a peer that has not answered a ping before the next one is dropped; one that answers is not", async () => {
  const clock = new FakeClock();
  await using server = await openServer({ transport: "guarded", clock, config: { heartbeatMs: 16_000 } });
  const anna = await server.person("anna");
  const [silent, alive, other] = [await server.open(anna), await server.open(anna), await server.open(anna)];
  silent.ws.pause(); // reads nothing, so it answers no ping
  let pings = 0;
  alive.ws.on("ping", () => pings++);
  for (let ms = 0; ms < 60_000 && server.sockets.count === 3; ms += 500) {
    clock.tick(500);
    // there and back, twice: so the ping has come, and its answer too
    for (let n = 0; n < 2; n++) await other.command({ type: "ping" });
  }
  await until(() => server.sockets.count === 2);
  assert(pings >= 1, `${pings} pings`);
  assertEquals((await alive.command({ type: "ping" })).ok, true);
});

Deno.test("guarded: pages are served whole on the port of the sockets", async () => {
  await using server = await openServer({ transport: "guarded" });
  const responses = await Promise.all(Array.from({ length: 20 }, () => fetch(`${server.origin}/x`)));
  for (const response of responses) assertEquals(await response.text(), "a page");
  assertEquals(server.errors, []);
});
