import { assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { ConfigError } from "../../../lib/base/config/config.ts";
import { checkDataDirs, dataDirs, makeDataDirs, startCommand } from "../../../lib/base/config/data_dir.ts";

const onlyData = (dir: string) => dir === "/app/data" || dir.startsWith("/app/data/");

Deno.test("data folder: data below ./data needs no further permission", () => {
  checkDataDirs({ dataDir: "./data", kvPath: "./data/parley.db" }, "/app", onlyData);
  checkDataDirs({ dataDir: "./data", kvPath: ":memory:" }, "/app", onlyData);
  checkDataDirs({ dataDir: "./data", kvPath: "https://kv.example.org" }, "/app", onlyData);
});

Deno.test("data folder: data elsewhere is refused with the whole command line to use", () => {
  const config = { dataDir: "/srv/parley", kvPath: "/srv/parley/parley.db" };
  const error = assertThrows(() => checkDataDirs(config, "/app", onlyData), ConfigError);
  assertEquals(error.problems.map(({ name, value }) => [name, value]), [["DATA_DIR", "/srv/parley"]]);
  assertStringIncludes(
    error.message,
    "deno task build && deno run -q -P=serve --allow-read=.,/srv/parley --allow-write=/srv/parley main.ts",
  );
  checkDataDirs(config, "/app", () => true); // that command gives the permission
});

Deno.test("data folder: the command names the folder of KV_PATH too, and quotes paths that a shell would split", () => {
  assertEquals(dataDirs({ dataDir: "data", kvPath: "/kv/chat.db" }, "/app"), ["/app/data", "/kv"]);
  const error = assertThrows(
    () => checkDataDirs({ dataDir: "data", kvPath: "/kv/chat.db" }, "/app", onlyData),
    ConfigError,
  );
  assertEquals(error.problems.map(({ name }) => name), ["KV_PATH"]);
  assertStringIncludes(startCommand(["/my data, here's"]), `--allow-write='/my data,, here'\\''s' main.ts`);
});

Deno.test("data folder: with the permission set of deno.json that command can write the data, and the plain one cannot", async () => {
  const outside = await Deno.makeTempDir();
  try {
    const script =
      "const [dir] = Deno.args; Deno.writeTextFileSync(`${dir}/x`, ''); Deno.readTextFileSync('deno.json')";
    const file = `${outside}/probe.ts`;
    await Deno.writeTextFile(file, script);
    const run = async (...flags: string[]) => {
      const args = ["run", "-q", "--no-prompt", "--config", "deno.json", ...flags, file, outside];
      const io = { cwd: new URL("../../..", import.meta.url), stderr: "null", stdout: "null" } as const;
      const { success } = await new Deno.Command(Deno.execPath(), { args, ...io }).output();
      return success;
    };
    const flags = /(-P=serve .+) main\.ts/.exec(startCommand([outside]))?.[1]?.split(" ") ?? [];
    assertEquals([await run(...flags), await run("-P=serve")], [true, false]);
  } finally {
    await Deno.remove(outside, { recursive: true });
  }
});

Deno.test("data folder: a folder that cannot be made is refused with its setting's name", async () => {
  const file = await Deno.makeTempFile();
  const config = { dataDir: `${file}/data`, kvPath: ":memory:" };
  await assertRejects(() => makeDataDirs(config, "/"), ConfigError, `DATA_DIR=${file}/data must be`);
  await Deno.remove(file);
});
