import { assertEquals } from "@std/assert";
import { join } from "node:path";
import { startProcess } from "../support/server_process.ts";
import { withDir } from "../support/with_dir.ts";

/** Runs the server as somebody would whose new files everybody may read and write. */
const OPEN_UMASK = ["sh", "-c", 'umask 000; exec "$0" "$@"'];

function modes(dir: string): Record<string, string> {
  const mode = (path: string) => ((Deno.lstatSync(path).mode ?? 0) & 0o777).toString(8);
  return Object.fromEntries([
    ["", mode(dir)],
    ...[...Deno.readDirSync(dir)].map(({ name }) => [name, mode(join(dir, name))]),
  ]);
}

Deno.test("store: only the owner can read a new database and the files beside it, with any umask", async () => {
  await withDir(async (dir) => {
    const data = join(dir, "data");
    await using _server = await startProcess(data, {}, { via: OPEN_UMASK });
    const found = modes(data);
    for (const name of ["parley.db", "parley.db-wal", "parley.db-shm"]) assertEquals(found[name], "600", name);
    for (const [name, mode] of Object.entries(found)) assertEquals(mode, name === "" ? "700" : "600", name);
  });
});

Deno.test("store: the modes of an older database are corrected at the start", async () => {
  await withDir(async (dir) => {
    const data = join(dir, "data");
    await (await startProcess(data)).kill();
    for (const { name } of Deno.readDirSync(data)) Deno.chmodSync(join(data, name), 0o644);
    Deno.chmodSync(data, 0o755);
    await using _server = await startProcess(data);
    for (const [name, mode] of Object.entries(modes(data))) assertEquals(mode, name === "" ? "700" : "600", name);
  });
});
