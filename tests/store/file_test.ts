import { assert, assertEquals } from "@std/assert";
import { FileKv } from "../../lib/store/file.ts";
import { type Key } from "../../lib/store/keys.ts";
import { put, type Write } from "../../lib/store/kv.ts";

const key = (...parts: string[]): Key<unknown> => parts;
const append = (room: string, text: unknown, versionstamp: string | null = null): Write => ({
  room,
  checks: [{ key: key("head", room), versionstamp }],
  set: [put(key("head", room), text)],
});

async function openFile(): Promise<FileKv> {
  return new FileKv(await Deno.openKv(":memory:"), undefined);
}

Deno.test("file store: commits of many rooms at once share transactions, and all are written", async () => {
  const kv = await openFile();
  const stamps = await Promise.all(Array.from({ length: 60 }, (_, i) => kv.commit(append(`r${i}`, i))));
  assert(stamps.every((stamp) => stamp !== null));
  assert(new Set(stamps).size <= 3, `${new Set(stamps).size} transactions for 60 rooms`);
  const heads = await kv.getMany(Array.from({ length: 60 }, (_, i) => key("head", `r${i}`)));
  assertEquals(heads.map(({ value }) => value), Array.from({ length: 60 }, (_, i) => i));
  kv.close();
});

Deno.test("file store: a commit that fails its check does not fail the others of its transaction", async () => {
  const kv = await openFile();
  const results = await Promise.all([
    kv.commit(append("first", 1)),
    kv.commit(append("good", 1)),
    kv.commit(append("stale", 1, "00000000000000000001")),
    kv.commit(append("fine", 1)),
    ...Array.from({ length: 60 }, (_, i) => kv.commit(append(`r${i}`, 1))),
  ]);
  assertEquals(results.slice(0, 4).map((stamp) => stamp !== null), [true, true, false, true]);
  assert(new Set(results).size < 20, `${new Set(results).size} transactions for 64 rooms`);
  assertEquals((await kv.get(key("head", "stale"))).value, null);
  kv.close();
});

Deno.test("file store: a write over the store's limits fails alone", async () => {
  const kv = await openFile();
  const results = await Promise.allSettled([
    kv.commit(append("first", 1)),
    kv.commit(append("good", 1)),
    kv.commit(append("big", "x".repeat(70_000))),
    kv.commit(append("fine", 1)),
  ]);
  assertEquals(results.map(({ status }) => status), ["fulfilled", "fulfilled", "rejected", "fulfilled"]);
  kv.close();
});
