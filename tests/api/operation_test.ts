/** What a monitor, a load balancer and a collector of metrics ask. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { ChatError } from "../../lib/base/errors.ts";
import { FakeClock } from "../../lib/base/clock.ts";
import type { Kv } from "../../lib/store/kv.ts";
import { openTestApi } from "./support.ts";
import { alteredKv } from "../support/altered_kv.ts";

Deno.test("/ready answers 503 while the store takes no writes and while the server stops, /health goes on", async () => {
  const clock = new FakeClock();
  let commits = 0;
  let full = false;
  const wrapKv = (kv: Kv): Kv =>
    alteredKv(kv, {
      commit(write) {
        commits++;
        return full ? Promise.reject(new ChatError("storage_unavailable", "disk full")) : kv.commit(write);
      },
    });
  await using api = await openTestApi({ clock, wrapKv });
  commits = 0;
  for (let i = 0; i < 10; i++) assertEquals((await api.call("GET", "/ready")).status, 200);
  assertEquals(commits, 1, "whoever asks often gets the last answer");

  full = true;
  clock.tick(2_000);
  for (let i = 0; i < 2; i++) {
    const refused = await api.call("GET", "/ready");
    assertEquals([refused.status, refused.code], [503, "storage_unavailable"]);
    assert(Number(refused.headers.get("retry-after")) > 0);
  }
  assertEquals((await api.call("GET", "/health")).status, 200);
  full = false;
  clock.tick(2_000);
  assertEquals((await api.call("GET", "/ready")).status, 200);

  api.chat.readiness.stop();
  assertEquals((await api.call("GET", "/ready")).code, "shutting_down");
  assertEquals((await api.call("GET", "/health")).status, 200);
});

Deno.test("a store that hangs makes /ready answer 503 within seconds", async () => {
  let hangs = false;
  const gate = Promise.withResolvers<void>();
  const wrapKv = (kv: Kv): Kv =>
    alteredKv(kv, {
      commit: async (write) => {
        if (hangs) await gate.promise;
        return await kv.commit(write);
      },
    });
  await using api = await openTestApi({ wrapKv });
  hangs = true;
  assertEquals((await api.call("GET", "/ready")).code, "storage_unavailable");
  gate.resolve();
});

Deno.test("/metrics is for METRICS_TOKEN and administrators, and says what happened", async () => {
  const metricsToken = "m".repeat(40);
  await using api = await openTestApi({ config: { metricsToken, limits: true }, clock: new FakeClock(Date.now()) });
  const [ada, bob] = [await api.person("ada"), await api.person("bob")]; // the first is the administrator
  const get = (headers: Record<string, string>) => api.call("GET", "/metrics", { headers });
  assertEquals((await get({})).code, "unauthorized");
  assertEquals((await get({ authorization: "Bearer wrong" })).code, "unauthorized");
  assertEquals((await get({ cookie: bob.cookie })).code, "forbidden");
  assertEquals((await get({ cookie: ada.cookie })).status, 200);
  assertEquals((await api.call("POST", "/metrics")).headers.get("allow"), "GET, HEAD");

  await api.send(bob, "general", "Hello");
  await api.call("POST", "/api/users/login", { body: { username: "bob", password: "not this one" } });
  for (let i = 0; i < 200; i++) await api.call("GET", "/api/me", { as: bob });
  const { text, headers } = await get({ authorization: `Bearer ${metricsToken}` });
  assertStringIncludes(headers.get("content-type") ?? "", "text/plain");
  for (const line of text.trim().split("\n")) {
    assertMatch(line, /^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? -?[\d.e+-]+)$/);
  }
  const value = (series: string) =>
    Number(text.split("\n").find((line) => line.startsWith(`${series} `))?.split(" ")[1]);
  assertEquals(value('parley_sign_ins_total{outcome="ok"}'), 2);
  assertEquals(value('parley_sign_ins_total{outcome="failed"}'), 1);
  assert(value('parley_rate_limited_total{rate="commands"}') > 0);
  assert(value("parley_events_total") >= 3, "two joined, one spoke");
  assert(value("parley_store_commit_seconds_count") > 3);
  assertEquals(value("parley_store_errors_total"), 0);
  assert(value("process_resident_memory_bytes") > 1e7);
  assertEquals(value("parley_isolates"), 1);
});
