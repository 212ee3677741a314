import { assertEquals, assertThrows } from "@std/assert";
import { ConfigError } from "../../../lib/base/config/config.ts";
import { readEnv } from "../../../lib/base/config/env.ts";

Deno.test("readEnv() prefers the real environment to .env and returns known names only", async () => {
  const file = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(file, "# ports\nPORT=9000\nHOST='0.0.0.0'\nOTHER=x\n");
    const real = new Map([["PORT", "9001"], ["PATH", "/bin"]]);
    assertEquals(readEnv(file, real), { HOST: "0.0.0.0", PORT: "9001" });
  } finally {
    await Deno.remove(file);
  }
});

Deno.test("readEnv() works without a .env", () => {
  assertEquals(readEnv("/nowhere/.env", new Map([["PORT", "1"]])), { PORT: "1" });
});

Deno.test("readEnv() refuses a .env that cannot be read", async () => {
  const dir = await Deno.makeTempDir();
  assertThrows(() => readEnv(dir, new Map()), ConfigError, "must be a file that may be read");
  await Deno.remove(dir);
});
