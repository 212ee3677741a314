import { assertEquals, assertRejects } from "@std/assert";
import { GatheredGets } from "../../lib/store/gathered_gets.ts";
import type { Key } from "../../lib/store/keys.ts";
import { DirectKv, type Entry } from "../../lib/store/kv.ts";

interface Call {
  keys: Deno.KvKey[];
  answer(value: unknown): void;
  fail(error: Error): void;
}

/** Gets of a store whose calls are answered by hand; each key gets the value of its call. */
function held(): { gets: GatheredGets<Entry<unknown>>; calls: Call[] } {
  const calls: Call[] = [];
  const gets = new GatheredGets<Entry<unknown>>(10, 4, (keys) =>
    new Promise<Entry<unknown>[]>((resolve, reject) => {
      const answer = (value: unknown) => resolve(keys.map((key) => ({ key, value, versionstamp: "1" })));
      calls.push({ keys, answer, fail: reject });
    }));
  return { gets, calls };
}

const turn = () => new Promise<void>((resolve) => setTimeout(resolve, 0));
const key = (n: number): Key<string> => ["user", `u${n}`];

Deno.test("[D9] gets: 500 callers who wait for one key are answered by one read", async () => {
  const { gets, calls } = held();
  const all = Array.from({ length: 500 }, () => gets.get(key(1)));
  await turn();
  assertEquals(calls.map(({ keys }) => keys), [[key(1)]]);
  calls[0]?.answer("one");
  assertEquals(new Set((await Promise.all(all)).map(({ value }) => value)), new Set(["one"]));
});

Deno.test("[D6] gets: one that begins while its key is being read gets a read of its own", async () => {
  const { gets, calls } = held();
  const before = gets.get(key(1));
  await turn();
  const after = gets.get(key(1));
  await turn();
  calls[0]?.answer("old");
  calls[1]?.answer("new");
  assertEquals([(await before).value, (await after).value], ["old", "new"]);
});

Deno.test("[D7] gets: four calls of ten keys are under way at a time, and who waits longest is next", async () => {
  const { gets, calls } = held();
  const all = Promise.all(Array.from({ length: 95 }, (_, n) => gets.get(key(n))));
  await turn();
  assertEquals(calls.map(({ keys }) => keys.length), [10, 10, 10, 10]);
  calls[2]?.answer("");
  await turn();
  assertEquals(calls.length, 5);
  assertEquals(calls[4]?.keys[0], key(40));
  for (let i = 0; i < calls.length; i++) {
    calls[i]?.answer("");
    await turn();
  }
  assertEquals((await all).map((entry) => entry.key), Array.from({ length: 95 }, (_, n) => key(n)));
});

Deno.test("[D8] gets: a call that fails fails its own keys, and the next goes on", async () => {
  const { gets, calls } = held();
  const failing = gets.get(key(1));
  await turn();
  calls[0]?.fail(new Error("no answer"));
  await assertRejects(() => failing, Error, "no answer");
  const next = gets.get(key(1));
  await turn();
  calls[1]?.answer("there");
  assertEquals((await next).value, "there");
});

Deno.test("[D8] gets: on a shared store calls that are never answered hold up no other get", async () => {
  const memory = await Deno.openKv(":memory:");
  await memory.set(key(9), "nine");
  const getMany = memory.getMany.bind(memory);
  const isHung = (wanted: readonly Deno.KvKey[]) => wanted.some(([, id]) => id !== "u9");
  // the platform's client repeats a call for ever
  memory.getMany = (wanted, ...rest) => isHung(wanted) ? new Promise(() => {}) : getMany(wanted, ...rest);
  const kv = new DirectKv(memory);
  for (let n = 0; n < 8; n++) {
    void kv.get(key(n));
    await turn();
  }
  assertEquals((await kv.get(key(9))).value, "nine");
  kv.close();
});
