import { assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { keys } from "../../lib/kv/keys.ts";
import { put } from "../../lib/kv/kv.ts";
import { openStore, SCHEMA_VERSION } from "../../lib/kv/open.ts";

Deno.test("a database keeps its epoch and its secret; another one has others", async () => {
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

Deno.test("a database of a newer schema is refused with what to do", async () => {
  const path = await Deno.makeTempFile();
  const { kv } = await openStore(path);
  await kv.commit({ set: [put(keys.meta(), { epoch: "e", schema_version: SCHEMA_VERSION + 1 })] });
  kv.close();
  await assertRejects(() => openStore(path), Error, "run the newer server on it");
  await Deno.remove(path);
});

Deno.test("a path that cannot be opened is refused with what to check", async () => {
  await assertRejects(() => openStore("/nonexistent/parley.db"), Error, "Check that its folder exists");
});
