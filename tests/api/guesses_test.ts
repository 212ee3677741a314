/** A cookie that is anybody's guess costs nothing where strangers have no budget left. */
import { assertEquals } from "@std/assert";
import { FakeClock } from "../../lib/base/clock.ts";
import { randomSecret } from "../../lib/base/ids.ts";
import { alteredKv } from "../support/altered_kv.ts";
import { openTestApi } from "./support.ts";

Deno.test("guard: guessed cookies read nothing once the address has no budget for strangers; known sessions go on", async () => {
  let reads = 0;
  await using api = await openTestApi({
    clock: new FakeClock(), // no budget comes back
    config: { limits: true },
    wrapKv: (kv) =>
      alteredKv(kv, {
        get(key) {
          reads++;
          return kv.get(key);
        },
      }),
  });
  const ada = await api.person("ada");
  const me = async (cookie: string, address: string) =>
    (await api.raw(new Request("http://127.0.0.1:8000/api/me", { headers: { cookie } }), address)).status;
  assertEquals(await me(ada.cookie, "192.0.2.1"), 200);
  const guess = () => me(`parley_session=${randomSecret()}`, "192.0.2.1");
  const { burst } = api.chat.config.rates.commands;
  for (let i = 0; i < burst; i++) assertEquals(await guess(), 401);
  const before = reads;
  for (let i = 0; i < 20; i++) assertEquals(await guess(), 429);
  assertEquals(reads, before);
  assertEquals(await me(ada.cookie, "192.0.2.1"), 200, "a session that was good lately");
  assertEquals(await me(`parley_session=${randomSecret()}`, "192.0.2.2"), 401, "another address");
});
