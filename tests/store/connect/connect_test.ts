/** Our client of KV Connect beside the platform's own, on one store. */
import { assertEquals, assertRejects } from "@std/assert";
import { systemClock } from "../../../lib/base/clock.ts";
import { ChatError } from "../../../lib/base/errors.ts";
import { ConnectKv } from "../../../lib/store/connect/connect_kv.ts";
import { decodeKey, encodeKey } from "../../../lib/store/encoding/key_codec.ts";
import type { Key, Range } from "../../../lib/store/keys.ts";
import { openKvConnect } from "../../support/kv_connect.ts";

// keys and values of every shape, though the schema has fewer
const key = (...parts: Deno.KvKeyPart[]): Key<unknown> => parts;

const VALUES: unknown[] = [
  ...["", "hello", "Grüße 👋 \u0000", "lone \ud800", "x".repeat(20_000)],
  ...[0, -1, 1.5, Number.MAX_SAFE_INTEGER, NaN, true, false, null, 10n ** 20n],
  new Uint8Array([0, 1, 255]),
  new Uint8Array(60_000).fill(7),
  { nested: [{ bytes: new Uint8Array([1, 2, 3]), none: undefined, date: new Date(0) }], map: new Map([["a", 1]]) },
];

const PARTS: Deno.KvKeyPart[] = [
  ...["", "a", "a\u0000", "a\u0000b", "aa", "ä", "👋", "\uffff"],
  ...[0, 1, -1, 255, 256, -256, 0.5, -0.5, 1e300, -1e300, Number.MAX_SAFE_INTEGER],
];

async function open(token: string, url: string, callMs = 5_000): Promise<ConnectKv> {
  return await ConnectKv.open({ url, token, clock: systemClock, callMs });
}

Deno.test("connect: values that our client writes the platform's client reads, and the other way round", async () => {
  await using server = await openKvConnect();
  const [ours, theirs] = [await open(server.token, server.url), await Deno.openKv(server.url)];
  for (const [i, value] of VALUES.entries()) {
    await ours.commit({ set: [[key("ours", i), value]] });
    await theirs.set(["theirs", i], value);
    assertEquals((await theirs.get(["ours", i])).value, value);
    assertEquals((await ours.get(key("theirs", i))).value, value);
    assertEquals((await ours.get(key("ours", i))).value, value);
  }
  for (const [i, part] of PARTS.entries()) {
    await ours.commit({ set: [[key("k", part), i]] });
    assertEquals((await theirs.get(["k", part])).value, i, JSON.stringify(part));
    assertEquals(decodeKey(encodeKey(["k", part, "end"])), ["k", part, "end"]);
  }
  const ranges: [Range<unknown>, { limit: number; reverse?: boolean }][] = [
    [{ prefix: key("k") }, { limit: 100 }],
    [{ prefix: key("k") }, { limit: 3, reverse: true }],
    [{ prefix: key("k"), start: key("k", "aa") }, { limit: 100 }],
    [{ start: key("k", -1), end: key("k", 256) }, { limit: 100 }],
    [{ start: key("k", -1), end: key("k", 256) }, { limit: 2, reverse: true }],
    [{ prefix: key("nothing") }, { limit: 5 }],
  ];
  for (const [range, options] of ranges) {
    const found = await Array.fromAsync(theirs.list(range, options));
    assertEquals(await ours.list(range, options), found);
  }
  ours.close();
  theirs.close();
});

Deno.test("connect: a long list is read in several requests, forwards and backwards", async () => {
  await using server = await openKvConnect();
  const kv = await open(server.token, server.url);
  for (let i = 0; i < 1_300; i += 650) {
    await kv.commit({ set: Array.from({ length: 650 }, (_, n) => [key("n", i + n), i + n] as const) });
  }
  const all = Array.from({ length: 1_300 }, (_, i) => i);
  const values = async (options: { limit: number; reverse?: boolean }) =>
    (await kv.list({ prefix: key("n") }, options)).map(({ value }) => value);
  assertEquals(await values({ limit: 5_000 }), all);
  assertEquals(await values({ limit: 1_001 }), all.slice(0, 1_001));
  assertEquals(await values({ limit: 1_200, reverse: true }), all.toReversed().slice(0, 1_200));
  kv.close();
});

Deno.test("connect: a commit of some kilobytes does not wait for a delayed ACK (44 ms with the platform's client)", async () => {
  await using server = await openKvConnect();
  const kv = await open(server.token, server.url);
  const commit = async (length: number): Promise<number> => {
    const began = performance.now();
    await kv.commit({ set: [[key("m"), "x".repeat(length)]] });
    return performance.now() - began;
  };
  // a machine that does much else slows most of them; a delayed ACK slows each, once the connection is no new one
  let quick = 0;
  for (let i = 0; i < 1_000 && quick < 20; i++) {
    await commit(10);
    if (await commit(4_000) < 30) quick++;
  }
  assertEquals(quick, 20);
  kv.close();
});

Deno.test("connect: a token that the server no longer accepts is renewed in the middle of a call", async () => {
  await using store = await openKvConnect();
  let current = "first";
  let asked = 0;
  await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const { pathname } = new URL(request.url);
    const body = await request.bytes();
    if (pathname === "/") {
      asked++;
      return Response.json({
        version: 3,
        databaseId: "00000000-0000-4000-8000-000000000001",
        token: current,
        endpoints: [{ url: "/v2", consistency: "strong" }],
        expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
      });
    }
    if (request.headers.get("authorization") !== `Bearer ${current}`) return new Response(null, { status: 401 });
    const headers = { authorization: `Bearer ${store.token}` };
    return await fetch(store.url + pathname, { method: "POST", headers, body });
  });
  const kv = await open("any", `http://127.0.0.1:${server.addr.port}`);
  await kv.commit({ set: [[key("a"), 1]] });
  current = "second";
  assertEquals((await kv.get(key("a"))).value, 1);
  assertEquals(asked, 2);
  kv.close();
});

Deno.test("connect: a call ends at its time limit or when the client closes; a server without KV Connect is refused", async () => {
  await using store = await openKvConnect();
  const [patient, quick] = [await open(store.token, store.url, 60_000), await open(store.token, store.url, 1_000)];
  store.fate = () => "stall";
  const waiting = assertRejects(() => patient.get(key("a")), ChatError);
  assertEquals((await assertRejects(() => quick.get(key("a")), ChatError)).code, "storage_unavailable");
  patient.close();
  await waiting;
  assertEquals((await assertRejects(() => patient.get(key("a")), ChatError)).code, "storage_unavailable");
  store.fate = () => "answer";
  store.release();
  quick.close();
  await using other = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, () => new Response("<p>Hello"));
  await assertRejects(() => open("any", `http://127.0.0.1:${other.addr.port}`));
});
