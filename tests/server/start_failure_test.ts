import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { silentLog } from "../../lib/base/log.ts";
import { openServer } from "../../lib/server/server.ts";
import { startFailure } from "../../lib/server/start_failure.ts";
import { testConfig } from "../support/chat.ts";

for (const sockets of ["native", "guarded"] as const) {
  Deno.test(`start failure: a port or an address that cannot be used is explained: ${sockets}`, async () => {
    const config = testConfig({ sockets });
    await using server = await openServer(config, { log: silentLog });
    const attempts = [
      [{ ...config, port: server.port }, `PORT=${server.port}`],
      [{ ...config, host: "192.0.2.1" }, "HOST=192.0.2.1"],
      [{ ...config, host: "nowhere.invalid" }, "HOST=nowhere.invalid"],
    ] as const;
    for (const [wrong, named] of attempts) {
      const error = await assertRejects(() => openServer(wrong, { log: silentLog }));
      const said = startFailure(error, wrong);
      assertStringIncludes(said ?? "", named);
    }
  });
}

Deno.test("start failure: an unexpected error gets no explanation", () => {
  assertEquals(startFailure(new TypeError("x is not a function"), testConfig()), undefined);
});
