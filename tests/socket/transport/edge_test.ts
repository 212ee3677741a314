/** What leaves over the guarded transport: bounded for each connection and address, whatever asked for it. */
import { assert, assertEquals } from "@std/assert";
import { FakeClock } from "../../../lib/base/clock.ts";
import { listenGuarded } from "../../../lib/socket/transport/guarded.ts";
import type { Listener, ListenOptions } from "../../../lib/socket/transport/transport.ts";
import { testConfig } from "../../support/chat.ts";
import { RawPeer } from "../../support/raw_peer.ts";
import { ask, request } from "../../support/raw.ts";
import { until } from "../../support/until.ts";

const MIB = 1024 * 1024;
const encoder = new TextEncoder();

interface World extends AsyncDisposable {
  clock: FakeClock;
  listener: Listener;
  errors: unknown[];
  /** How often it was decided on a socket. */
  asked(): number;
}

async function open(handler: ListenOptions["handler"], config: Parameters<typeof testConfig>[0] = {}): Promise<World> {
  const clock = new FakeClock();
  const errors: unknown[] = [];
  let asked = 0;
  const listener = await listenGuarded({
    config: testConfig(config),
    clock,
    transport: "guarded",
    handler,
    admit: () => {
      asked++;
      return Promise.resolve(new Response("no", { status: 401 }));
    },
    onSocket: () => ({ onMessage() {}, onBinary() {}, onClose() {} }),
    onError: (error) => errors.push(error),
  });
  return { clock, listener, errors, asked: () => asked, [Symbol.asyncDispose]: () => listener.close(100) };
}

/** A body without an end, which counts what was taken of it. */
function endless(): { body: ReadableStream<Uint8Array>; taken(): number; isCancelled(): boolean } {
  let taken = 0;
  let cancelled = false;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      taken += 60_000;
      controller.enqueue(new Uint8Array(60_000));
    },
    cancel: () => void (cancelled = true),
  }, { highWaterMark: 0 });
  return { body, taken: () => taken, isCancelled: () => cancelled };
}

function say(peer: RawPeer, path: string, headers: Record<string, string> = {}): void {
  peer.write(encoder.encode(request("GET", path, { Host: "a", Connection: "keep-alive", ...headers })));
}

/** Lets 5 s pass, and whatever is on its way arrive. */
async function pass(clock: FakeClock): Promise<void> {
  clock.tick(5_000);
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setTimeout(resolve, 5));
}

for (
  const [what, headers] of [["a plain request", {}], ["an upgrade to h2c", {
    Connection: "Upgrade",
    Upgrade: "h2c",
  }]] as const
) {
  Deno.test(`guarded: the response to ${what}, if the client does not read it, is produced in pieces and dropped after 20 s`, async () => {
    const stream = endless();
    await using world = await open(() => new Response(stream.body));
    using peer = RawPeer.connect(world.listener.port);
    peer.pause();
    say(peer, "/file", headers);
    // until the connection takes no more
    let last = -1;
    while (last !== stream.taken() || last === 0) {
      last = stream.taken();
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    for (let s = 0; s < 15; s += 5) await pass(world.clock);
    assert(!stream.isCancelled(), "it had its time");
    await until(async () => {
      await pass(world.clock);
      return stream.isCancelled();
    });
    assert(stream.taken() < 16 * MIB, `${stream.taken()} bytes`);
    assertEquals(world.errors, []);
  });
}

Deno.test("guarded: a slow client keeps its connection while it reads something every 20 s", async () => {
  const stream = endless();
  await using world = await open(() => new Response(stream.body));
  using peer = RawPeer.connect(world.listener.port);
  peer.pause();
  say(peer, "/file");
  for (let i = 0; i < 12; i++) {
    for (let s = 0; s < 15; s += 5) await pass(world.clock);
    const before = stream.taken();
    peer.resume();
    await until(() => stream.taken() > before);
    peer.pause();
  }
  assert(!peer.isGone);
  assert(!stream.isCancelled());
});

Deno.test("guarded: pipelined requests wait while a few responses are unread, and all are answered in order", async () => {
  let begun = 0;
  const page = new Uint8Array(400_000).fill(97);
  await using world = await open((request) => {
    begun++;
    return new Response(page, { headers: { "x-path": new URL(request.url).pathname } });
  });
  using peer = RawPeer.connect(world.listener.port);
  peer.pause();
  for (let i = 0; i < 90; i++) say(peer, `/${i}`);
  let last = 0;
  while (begun === 0 || last !== begun) {
    last = begun;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  // as many as fit into the kernel's buffers
  assert(begun < 60, `${begun} were begun`);
  const order: number[] = [];
  peer.onText = (text) => order.push(...[...text.matchAll(/x-path: \/(\d+)\r/g)].map(([, n]) => Number(n)));
  peer.resume();
  await until(() => begun === 90 && order.at(-1) === 89);
  assert(order.every((n, i) => i === 0 || n > (order[i - 1] ?? 0)), "in their order");
  assertEquals(world.errors, []);
});

Deno.test("guarded: an upgrade is refused while earlier responses on its connection are unsent", async () => {
  const stream = endless();
  await using world = await open(() => new Response(stream.body));
  using peer = RawPeer.connect(world.listener.port);
  peer.pause();
  say(peer, "/file");
  say(peer, "/ws", { Connection: "Upgrade", Upgrade: "websocket" });
  await until(() => stream.isCancelled());
  assertEquals(world.asked(), 0, "nobody decides on it: its answer would be written into the other one");
});

Deno.test("guarded: one connection over an address's limit is refused, and accepted once another has ended", async () => {
  await using world = await open(() => new Response("a page"), { maxConnectionsPerAddress: 10 });
  const { port } = world.listener;
  const peers = Array.from({ length: 10 }, () => RawPeer.connect(port));
  for (const peer of peers) say(peer, "/");
  for (const peer of peers) await until(() => peer.text.includes("a page"));
  assertEquals((await ask(port, request("GET", "/", { Host: "a" }))).status, 429);
  for (const peer of peers) peer[Symbol.dispose]();
  await until(async () => (await ask(port, request("GET", "/", { Host: "a" }))).status === 200);
});

Deno.test("guarded: behind a trusted proxy concurrent requests are counted for each client address", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  await using world = await open(() => promise.then(() => new Response("a page")), {
    maxConnectionsPerAddress: 10,
    trustedProxies: ["127.0.0.1"],
  });
  const { port } = world.listener;
  const peers = Array.from({ length: 11 }, () => RawPeer.connect(port));
  const [last, ...first] = peers;
  assert(last !== undefined);
  for (const peer of first) say(peer, "/", { "X-Forwarded-For": "192.0.2.1" });
  await until(async () =>
    (await ask(port, request("GET", "/", { Host: "a", "X-Forwarded-For": "192.0.2.1" }), 500)).status === 429
  );
  resolve();
  say(last, "/", { "X-Forwarded-For": "192.0.2.2" });
  await until(() => last.text.includes("HTTP/1.1 200"));
  for (const peer of peers) peer[Symbol.dispose]();
});

Deno.test("guarded: malformed or too large requests are answered 400 or 431 before the connection ends", async () => {
  await using world = await open(() => new Response("a page"));
  const { port } = world.listener;
  const table: [text: string, status: number][] = [
    ["\x00\x01garbage\r\n\r\n", 400],
    ["GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400],
    ["GET / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", 400],
    ["GET / HTTP/1.1\r\n: x\r\n\r\n", 400],
    [`GET / HTTP/1.1\r\nHost: a\r\nX: ${"a".repeat(100_000)}\r\n\r\n`, 431],
  ];
  for (const [text, status] of table) assertEquals((await ask(port, text)).status, status, text.slice(0, 60));
});

Deno.test("guarded: a body of one piece has a length, a stream is sent in chunks, HEAD and 204 have no body", async () => {
  await using world = await open((request) => {
    const { pathname } = new URL(request.url);
    if (pathname === "/none") return new Response(null, { status: 204 });
    if (pathname === "/empty") return new Response(null, { headers: [["set-cookie", "a=1"], ["set-cookie", "b=2"]] });
    if (pathname === "/one") return new Response("é");
    if (pathname === "/broken") return new Response(new ReadableStream({ pull: (c) => c.error(new Error("broken")) }));
    return new Response(ReadableStream.from(["a", "b", "c"].map((text) => encoder.encode(text))));
  });
  const { port } = world.listener;
  const get = (path: string, method = "GET") => ask(port, request(method, path, { Host: "a" }));
  const one = await get("/one");
  assertEquals([one.status, one.headers.get("content-length")], [200, "2"]);
  const empty = await get("/empty");
  assertEquals([empty.headers.get("content-length"), empty.headers.getSetCookie()], ["0", ["a=1", "b=2"]]);
  const none = await get("/none");
  assertEquals([none.status, none.headers.get("content-length"), none.body], [204, null, ""]);
  assertEquals((await get("/one", "HEAD")).body, "");
  assertEquals(await (await fetch(`http://127.0.0.1:${port}/stream`)).text(), "abc");
  await get("/broken");
  assertEquals(world.errors.map(String), ["Error: broken"]);
});

Deno.test("guarded: a client that pipelines endlessly during a request is dropped, or no longer read", async () => {
  let begun = 0;
  const answer = Promise.withResolvers<Response>();
  await using world = await open(() => (begun++, answer.promise));
  using peer = RawPeer.connect(world.listener.port);
  const headers = { Host: "a", Connection: "keep-alive", "X-Padding": "x".repeat(400) };
  const many = encoder.encode(request("GET", "/", headers).repeat(30_000));
  peer.write(many);
  await until(() => begun === 1);
  // one chunk may hold more requests than may wait; where it does not, what follows stays unread
  for (let i = 0; i < 40 && !peer.isGone; i++) await new Promise((resolve) => setTimeout(resolve, 50));
  assert(peer.isGone || peer.pending > many.length / 4, `${peer.pending} of ${many.length} bytes wait`);
  assertEquals(begun, 1);
  answer.resolve(new Response("done"));
});

Deno.test("guarded: a response body that fails while a slow client reads it ends the connection, not the process", async () => {
  const failing = new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (pulled++ === 0) return controller.enqueue(new Uint8Array(8 * MIB));
      await new Promise((resolve) => setTimeout(resolve, 50));
      controller.error(new Error("the store broke off"));
    },
  }, { highWaterMark: 0 });
  let pulled = 0;
  await using world = await open(() => new Response(failing, { headers: { "content-length": String(16 * MIB) } }));
  using peer = RawPeer.connect(world.listener.port);
  peer.pause();
  say(peer, "/file");
  await until(() => pulled === 2);
  await new Promise((resolve) => setTimeout(resolve, 100));
  peer.resume();
  await until(() => peer.isGone);
  assertEquals(world.errors.length, 1);
});
