import { assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { keys } from "../../lib/store/keys.ts";
import { put } from "../../lib/store/kv.ts";
import { openStore, SCHEMA_VERSION, StoreError } from "../../lib/store/open.ts";

Deno.test("open: a database keeps its epoch and secret; another database has others", async () => {
  const dir = await Deno.makeTempDir();
  const open = async (name: string) => {
    const { kv, ...rest } = await openStore(`${dir}/${name}`);
    kv.close();
    return rest;
  };
  const [first, again, other] = [await open("a.db"), await open("a.db"), await open("b.db")];
  assertEquals(again, first);
  assertNotEquals(other.epoch, first.epoch);
  assertNotEquals(other.jwtSecret, first.jwtSecret);
  await Deno.remove(dir, { recursive: true });
});

Deno.test("open: a database of a newer schema is refused with what to do", async () => {
  const path = await Deno.makeTempFile();
  const { kv } = await openStore(path);
  await kv.commit({ set: [put(keys.meta(), { epoch: "e", schema_version: SCHEMA_VERSION + 1 })] });
  kv.close();
  await assertRejects(() => openStore(path), Error, "run the newer server on it");
  await Deno.remove(path);
});

Deno.test("open: a path that cannot be opened is refused with what to check", async () => {
  await assertRejects(() => openStore("/nonexistent/parley.db"), Error, "Check that its folder exists");
});

Deno.test("open: a database with any part damaged is refused with what to do", async () => {
  const dir = await Deno.makeTempDir();
  for (const start of [0, 100, 4_096]) {
    const path = `${dir}/${start}.db`;
    const { kv } = await openStore(path);
    const set = Array.from({ length: 500 }, (_, i) => put(keys.joined("ada", `r${i}`), true as const));
    await kv.commit({ set });
    kv.close();
    const bytes = await Deno.readFile(path);
    await Deno.writeFile(path, bytes.fill(0xa5, start));
    await assertRejects(() => openStore(path), StoreError, "restore it from a backup");
  }
  await Deno.remove(dir, { recursive: true });
});
