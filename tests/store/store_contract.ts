/**
 * What a store must do, whatever it is. Whoever writes another one calls `storeContract("its name", open)` in a test
 * file of theirs, with a function that opens an empty one.
 */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { keys, ranges } from "../../lib/store/keys.ts";
import { type Kv, put } from "../../lib/store/kv.ts";

export interface OpenedStore extends AsyncDisposable {
  kv: Kv;
}

export function storeContract(name: string, open: () => Promise<OpenedStore>): void {
  for (const part of [readsAndWrites, limits, concurrency]) part(name, open);
}

function readsAndWrites(name: string, open: () => Promise<OpenedStore>): void {
  Deno.test(`${name}: a value that was set is read by get, getMany and list`, async () => {
    await using it = await open();
    assertEquals(await it.kv.get(keys.swept("r0")), { key: keys.swept("r0"), value: null, versionstamp: null });
    const ids = Array.from({ length: 25 }, (_, i) => `r${String(i).padStart(2, "0")}`);
    await it.kv.commit({ set: ids.map((id, i) => put(keys.presence("a", id), online(i))) });
    const many = await it.kv.getMany([...ids, "none"].map((id) => keys.presence("a", id)));
    assertEquals(many.map(({ value }) => value?.rooms[0]), [...ids.map((_, i) => String(i)), undefined]);
    const listed = await it.kv.list(ranges.presence("a", "r01"), { limit: 3 });
    assertEquals(listed.map(({ value }) => value.rooms[0]), ["2", "3", "4"]);
    const last = await it.kv.list(ranges.presence("a"), { limit: 2, reverse: true });
    assertEquals(last.map(({ value }) => value.rooms[0]), ["24", "23"]);
    assertEquals(await it.kv.getMany([]), []);
  });

  Deno.test(`${name}: a commit checks, sets and deletes atomically`, async () => {
    await using it = await open();
    const key = keys.swept("general");
    const versionstamp = await it.kv.commit({ checks: [{ key, versionstamp: null }], set: [put(key, 1)] });
    assert(versionstamp !== null);
    assertEquals(await it.kv.commit({ checks: [{ key, versionstamp: null }], set: [put(key, 2)] }), null);
    assertEquals((await it.kv.get(key)).value, 1);
    await it.kv.commit({ checks: [{ key, versionstamp }], delete: [key], set: [put(keys.swept("other"), 3)] });
    assertEquals((await it.kv.getMany([key, keys.swept("other")])).map(({ value }) => value), [null, 3]);
  });

  Deno.test(`${name}: each write gives a new versionstamp, also of the same value, and the commit returns it`, async () => {
    await using it = await open();
    const key = keys.swept("general");
    const stamps = new Set<string | null>();
    for (let i = 0; i < 5; i++) {
      const versionstamp = await it.kv.commit({ set: [put(key, 1), put(keys.swept("other"), i)] });
      assertEquals((await it.kv.get(key)).versionstamp, versionstamp);
      assertEquals((await it.kv.get(keys.swept("other"))).versionstamp, versionstamp);
      stamps.add(versionstamp);
    }
    assertEquals([stamps.size, stamps.has(null)], [5, false]);
  });
}

function limits(name: string, open: () => Promise<OpenedStore>): void {
  Deno.test(`${name}: a key over every store's limits throws a TypeError, not a store failure`, async () => {
    await using it = await open();
    await assertRejects(() => it.kv.commit({ set: [put(keys.toJoin("x".repeat(3_000)), true)] }), TypeError);
    await assertRejects(
      () => it.kv.commit({ set: [put(keys.indexed("r"), wide(it.kv.limits.valueBytes))] }),
      TypeError,
    );
  });

  Deno.test(`${name}: mutations, checks, a long key and a large value within the limits are accepted`, async () => {
    await using it = await open();
    const ids = Array.from({ length: it.kv.limits.mutations }, (_, i) => `r${i}`);
    assert(await it.kv.commit({ set: ids.map((id, i) => put(keys.swept(id), i)) }) !== null);
    const checks = ids.slice(0, it.kv.limits.checksAWrite).map((id) => ({ key: keys.indexed(id), versionstamp: null }));
    const long = keys.toJoin("x".repeat(it.kv.limits.keyBytes - 20));
    assert(await it.kv.commit({ checks, set: [put(long, true)] }) !== null);
    assertEquals((await it.kv.get(long)).value, true);
    const key = keys.indexed("large");
    assert(await it.kv.commit({ set: [put(key, wide(it.kv.limits.valueBytes - 200))] }) !== null);
    assertEquals((await it.kv.get(key)).value, wide(it.kv.limits.valueBytes - 200));
    assert(await it.kv.commit({ delete: ids.map((id) => keys.swept(id)) }) !== null);
    assertEquals((await it.kv.getMany(ids.slice(0, 50).map((id) => keys.swept(id)))).some((one) => one.value), false);
  });
}

function concurrency(name: string, open: () => Promise<OpenedStore>): void {
  /** Each reads both keys, and takes one of them while the other is as `both` says: at most one may. */
  const writeSkew = async (kv: Kv, before: number | null) => {
    const [a, b] = [keys.swept("a"), keys.swept("b")];
    if (before !== null) await kv.commit({ set: [put(a, before), put(b, before)] });
    const read = await kv.getMany([a, b]);
    const checks = read.map(({ key, versionstamp }) => ({ key, versionstamp }));
    const done = await Promise.all([a, b].map((key) => kv.commit({ checks, set: [put(key, 9)] })));
    assertEquals(done.filter((versionstamp) => versionstamp !== null).length, 1);
    const values = (await kv.getMany([a, b])).map(({ value }) => value);
    assertEquals(values.filter((value) => value === 9).length, 1);
  };

  Deno.test(`${name}: no write skew over two existing keys: of two commits one succeeds`, async () => {
    await using it = await open();
    for (let round = 0; round < 9; round++) await writeSkew(it.kv, round);
  });

  Deno.test(`${name}: no write skew over two keys that are absent: of two commits one succeeds`, async () => {
    await using it = await open();
    for (let round = 0; round < 10; round++) {
      await writeSkew(it.kv, null);
      await it.kv.commit({ delete: [keys.swept("a"), keys.swept("b")] });
    }
  });

  Deno.test(`${name}: no write skew where each checks the key that the other makes: of two commits one succeeds`, async () => {
    await using it = await open();
    const race = async (round: number) => {
      const [a, b] = [keys.swept(`a${round}`), keys.swept(`b${round}`)];
      const done = await Promise.all(
        [[a, b] as const, [b, a] as const].map(([absent, made]) =>
          it.kv.commit({ checks: [{ key: absent, versionstamp: null }], set: [put(made, 1)] })
        ),
      );
      assertEquals(done.filter((versionstamp) => versionstamp !== null).length, 1, `race ${round}`);
    };
    // many at once, so that some of them really overlap
    for (let i = 0; i < 5; i++) await Promise.all(Array.from({ length: 40 }, (_, k) => race(i * 40 + k)));
  });

  Deno.test(`${name}: of six commits that create one key at once one succeeds, and the key has its value`, async () => {
    await using it = await open();
    for (let round = 0; round < 10; round++) {
      const key = keys.swept(`round ${round}`);
      const make = (i: number) => it.kv.commit({ checks: [{ key, versionstamp: null }], set: [put(key, i)] });
      const done = await Promise.all([0, 1, 2, 3, 4, 5].map(make));
      const winners = done.flatMap((versionstamp, i) => versionstamp === null ? [] : [i]);
      assertEquals(winners.length, 1);
      const { value, versionstamp } = await it.kv.get(key);
      assertEquals([value, versionstamp], [winners[0], done[winners[0] ?? 0]]);
    }
  });

  Deno.test(`${name}: six loops that increment a counter by check and retry lose no increment`, async () => {
    await using it = await open();
    const key = keys.swept("counter");
    const countUp = async () => {
      for (let counted = 0; counted < 10;) {
        const { value, versionstamp } = await it.kv.get(key);
        const set = [put(key, (value ?? 0) + 1)];
        if (await it.kv.commit({ checks: [{ key, versionstamp }], set }) !== null) counted++;
      }
    };
    await Promise.all([0, 1, 2, 3, 4, 5].map(countUp));
    assertEquals((await it.kv.get(key)).value, 60);
  });
}

function online(n: number) {
  return { user: { id: "u", username: "u", display_name: "u", color: "#3e63dd" }, rooms: [String(n)] };
}

/** A record of about so many bytes. */
function wide(bytes: number) {
  const segments = [{ id: "x".repeat(bytes), low: 1, high: 2, bytes }];
  return { seq: 1, floor: 0, segments, garbage: [] };
}
