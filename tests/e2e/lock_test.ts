import { assert, assertEquals, assertRejects } from "@std/assert";
import { lockStore } from "../../lib/store/lock.ts";
import { openStore, StoreError } from "../../lib/store/open.ts";
import { startProcess } from "../support/server_process.ts";

async function temporary(): Promise<{ path: string } & AsyncDisposable> {
  const dir = await Deno.makeTempDir({ prefix: "parley-lock-" });
  return { path: `${dir}/parley.db`, [Symbol.asyncDispose]: () => Deno.remove(dir, { recursive: true }) };
}

Deno.test("lock: a database file in use is refused, and the error says what to do", async () => {
  await using dir = await temporary();
  const { kv } = await openStore(dir.path);
  const error = await assertRejects(() => openStore(dir.path), StoreError);
  for (const hint of [`process ${Deno.pid}`, dir.path, "DATA_DIR", "KV_URL", "ISOLATES"]) {
    assert(error.message.includes(hint), `${hint} in: ${error.message}`);
  }
  kv.close();
  (await openStore(dir.path)).kv.close();
});

Deno.test("lock: a store that cannot be opened releases its lock", async () => {
  await using dir = await temporary();
  await Deno.writeTextFile(dir.path, "this is no database ".repeat(1_000));
  await assertRejects(() => openStore(dir.path), StoreError);
  (await lockStore(dir.path))[Symbol.dispose]();
});

Deno.test("lock: a second server on the same data is refused at its start; kill -9 leaves no stale lock", async () => {
  await using dir = await temporary();
  const dataDir = dir.path.replace("/parley.db", "");
  await using first = await startProcess(dataDir);
  const error = await assertRejects(() => startProcess(dataDir), Error);
  assert(error.message.includes("Another Parley (process "), error.message);
  assert((await fetch(`${first.origin}/health`).then((r) => r.text())).length > 0, "the first one goes on");
  await first.kill();
  await using second = await startProcess(dataDir);
  assertEquals(await second.stop(), 0);
});
