import { assert, assertEquals, assertRejects } from "@std/assert";
import * as v from "../../../lib/client/decode.ts";
import { Connection, socketUrl } from "../../../lib/client/connection/connection.ts";
import { NoAnswer } from "../../../lib/client/connection/failure.ts";
import { ChatError } from "../../../lib/base/errors.ts";
import { FakeEnvironment, FakeServer, turns } from "../support.ts";
import { until } from "../../support/until.ts";

function connect(server = new FakeServer()) {
  const env = new FakeEnvironment();
  let asked = 0;
  const connection = new Connection({
    url: "/ws",
    environment: env,
    openSocket: server.openSocket,
    signedIn: async () => {
      asked++;
      return (await server.fetch("/api/me")).status !== 401;
    },
    onFrame: () => {},
  });
  connection.start();
  return { server, env, connection, asked: () => asked, [Symbol.dispose]: () => connection.stop() };
}

Deno.test("connection: the first hello makes the connection open", async () => {
  using c = connect();
  assertEquals(c.connection.state.value, "connecting");
  assert(c.connection.downSince.value !== null);
  await until(() => c.connection.state.value === "open");
  assertEquals(c.connection.downSince.value, null);
});

Deno.test("[U3] connection: the back-off doubles up to 30 s, and asks who one is before each try", async () => {
  const server = new FakeServer();
  server.up = false;
  using c = connect(server);
  const waits: number[] = [];
  for (let round = 0; round < 9; round++) {
    await until(() => c.connection.state.value === "waiting");
    let waited = 0;
    while (c.connection.state.value === "waiting") {
      c.env.tick(50);
      waited += 50;
    }
    waits.push(waited);
  }
  assertEquals(waits, [750, 1_500, 3_000, 6_000, 12_000, 22_500, 22_500, 22_500, 22_500]);
  assertEquals(c.asked(), 9);
  assertEquals(server.sockets.length, 1);
});

Deno.test("connection: a failed upgrade without a session makes it signed_out for good", async () => {
  const server = new FakeServer();
  server.signedIn = false;
  using c = connect(server);
  await until(() => c.connection.state.value === "waiting");
  c.env.tick(1_000);
  await until(() => c.connection.state.value === "signed_out");
  c.env.tick(600_000);
  await turns();
  assertEquals([server.sockets.length, c.asked()], [1, 1]);
});

Deno.test("connection: when the session ends, it checks the session before it gives up", async () => {
  using c = connect();
  await until(() => c.connection.state.value === "open");
  c.server.signedIn = false;
  c.server.drop(undefined, 4100);
  assertEquals(c.connection.state.value, "waiting");
  c.env.tick(1_000);
  await until(() => c.connection.state.value === "signed_out");
});

Deno.test("[X1] connection: a close code of the last range stops it for good", async () => {
  using c = connect();
  await until(() => c.connection.state.value === "open");
  c.server.drop(undefined, 4201);
  assertEquals(c.connection.state.value, "stopped");
  c.connection.retryNow();
  c.env.tick(600_000);
  assertEquals(c.server.sockets.length, 1);
});

Deno.test("connection: when the server stops, it reconnects at the time that the server said", async () => {
  using c = connect();
  await until(() => c.connection.state.value === "open");
  c.server.drop(undefined, 1001, "retry in 4000");
  c.env.tick(3_999);
  assertEquals(c.server.sockets.length, 1);
  c.env.tick(1);
  await until(() => c.connection.state.value === "open");
});

Deno.test("connection: the network's return, or a shown tab, makes it try at once", async () => {
  const server = new FakeServer();
  server.up = false;
  using c = connect(server);
  await until(() => c.connection.state.value === "waiting");
  c.env.isOnline = false;
  c.env.changed();
  assertEquals(c.connection.state.value, "offline");
  server.up = true;
  c.env.isOnline = true;
  c.env.changed();
  await until(() => c.connection.state.value === "open");
});

Deno.test("[C6] connection: silence is followed by a ping, more silence by a new connection", async () => {
  using c = connect();
  await until(() => c.connection.state.value === "open");
  const pings = () => c.server.sockets[0]?.sent.filter((command) => command.type === "ping").length;
  c.env.tick(29_000);
  assertEquals(pings(), 0);
  c.env.tick(1_000);
  assertEquals(pings(), 1);
  await turns();
  c.env.tick(10_000);
  assertEquals(c.connection.state.value, "open");
  c.server.silent = true;
  c.env.tick(20_000);
  assertEquals(pings(), 2);
  c.env.tick(9_999);
  assertEquals(c.connection.state.value, "open");
  c.env.tick(1);
  assertEquals(c.connection.state.value, "waiting");
  assertEquals(c.server.sockets[0]?.closed, true);
});

Deno.test("connection: a request without an answer finds a dead connection within seconds", async () => {
  using c = connect();
  await until(() => c.connection.state.value === "open");
  const pings = () => c.server.sockets[0]?.sent.filter(({ type }) => type === "ping").length;
  const ask = () => c.connection.command({ type: "typing", room_id: "general" }, v.unknown);
  c.env.tick(1);
  await ask();
  c.env.tick(3_000);
  assertEquals(pings(), 0, "it was answered");
  c.server.silent = true;
  const lost = assertRejects(ask, NoAnswer);
  c.env.tick(3_000);
  assertEquals(pings(), 1);
  c.env.tick(10_000);
  assertEquals(c.connection.state.value, "waiting");
  await lost;
});

Deno.test("connection: a server that accepts the socket and never sends hello is given up", async () => {
  const server = new FakeServer();
  server.silent = true;
  using c = connect(server);
  await turns();
  c.env.tick(10_000);
  assertEquals(c.connection.state.value, "waiting");
});

Deno.test("connection: a command gets its reply, its error, or NoAnswer", async () => {
  using c = connect();
  const ping = { type: "typing", room_id: "general" } as const;
  await assertRejects(() => c.connection.command(ping, v.unknown), NoAnswer);
  await until(() => c.connection.state.value === "open");
  await c.connection.command(ping, v.object({ ok: v.literal(true) }));
  c.server.refuse = { code: "rate_limited", message: "Slower." };
  const error = await assertRejects(() => c.connection.command(ping, v.unknown), ChatError, "Slower.");
  assertEquals(error.code, "rate_limited");
  c.server.refuse = { code: "from_the_future", message: "New." };
  assertEquals((await assertRejects(() => c.connection.command(ping, v.unknown), ChatError)).code, "internal");
  c.server.silent = true;
  const late = assertRejects(() => c.connection.command(ping, v.unknown), NoAnswer, "in time");
  c.env.tick(15_000);
  await late;
  const lost = assertRejects(() => c.connection.command(ping, v.unknown), NoAnswer);
  c.server.drop();
  await lost;
});

/** A server whose `GET /api/me` hangs, as on a connection that died without a word. */
async function connectHung() {
  const server = new FakeServer();
  server.up = false;
  const env = new FakeEnvironment();
  const asked: AbortSignal[] = [];
  let tries = 0;
  const connection = new Connection({
    url: "/ws",
    environment: env,
    openSocket: server.openSocket,
    signedIn: (signal) => {
      asked.push(signal);
      return new Promise((_, reject) => signal.addEventListener("abort", () => reject(new NoAnswer())));
    },
    onTryAgain: () => tries++,
    onFrame: () => {},
  });
  connection.start();
  // of the first socket it is not asked who one is
  await until(() => connection.state.value === "waiting");
  env.tick(1_000);
  assertEquals(asked.length, 1);
  return { server, env, connection, asked, tries: () => tries, [Symbol.dispose]: () => connection.stop() };
}

Deno.test("[U3] a question that hangs does not hold up the connection: the socket is tried beside it", async () => {
  using c = await connectHung();
  c.server.up = true;
  c.env.tick(2_000);
  await until(() => c.connection.state.value === "open");
  assert(c.asked[0]?.aborted);
});

Deno.test("connection: retry, the network's return and a shown tab replace a try that hangs", async () => {
  using c = await connectHung();
  c.server.up = true;
  c.server.silent = true; // takes every socket, and says nothing
  for (const again of [() => c.connection.retryNow(), () => c.env.changed()]) {
    const [hung, before] = [c.asked.at(-1), c.tries()];
    c.env.tick(1_500);
    assertEquals(c.connection.state.value, "connecting");
    again();
    assert(hung?.aborted);
    assertEquals(c.tries(), before + 1);
  }
  // one that has just begun is left alone by the events, which come in twos
  const young = c.asked.at(-1);
  c.env.changed();
  assertEquals(young?.aborted, false);
  c.server.silent = false;
  c.env.tick(1_500);
  c.connection.retryNow();
  c.env.tick(2_000);
  await until(() => c.connection.state.value === "open");
});

Deno.test("connection: a try that hangs ends after 10 s, and the next one follows", async () => {
  using c = await connectHung();
  c.server.up = true;
  c.server.silent = true;
  c.env.tick(10_000);
  assertEquals(c.connection.state.value, "waiting");
  assert(c.asked[0]?.aborted);
  c.server.silent = false;
  c.env.tick(5_000);
  c.env.tick(2_000);
  await until(() => c.connection.state.value === "open");
});

Deno.test("connection: a socket refused while the session check hangs waits for that answer", async () => {
  const server = new FakeServer();
  const env = new FakeEnvironment();
  let answer = (_: boolean) => {};
  const connection = new Connection({
    url: "/ws",
    environment: env,
    openSocket: server.openSocket,
    signedIn: () => new Promise((resolve) => answer = resolve),
    onFrame: () => {},
  });
  server.signedIn = false;
  connection.start();
  await until(() => connection.state.value === "waiting");
  env.tick(1_000);
  env.tick(3_000);
  await turns();
  assertEquals(connection.state.value, "connecting");
  answer(false);
  await until(() => connection.state.value === "signed_out");
  connection.stop();
});

Deno.test("connection: the offline event sends a ping, and without an answer counts as offline within 1 s", async () => {
  using c = connect();
  await until(() => c.connection.state.value === "open");
  c.env.isOnline = false;
  c.env.changed();
  await turns();
  c.env.tick(1_000);
  assertEquals(c.connection.state.value, "open", "the server is heard, whatever the browser says");
  c.server.silent = true;
  c.env.changed();
  c.env.tick(1_000);
  assertEquals(c.connection.state.value, "offline");
  c.env.tick(60_000);
  await turns();
  assertEquals(c.connection.state.value, "offline", "a try in vain changes nothing for the reader");
});

Deno.test("connection: the socket's address is absolute, with ws: or wss:", () => {
  assertEquals(socketUrl("/ws", "http://127.0.0.1:8000/rooms/general?at=1"), "ws://127.0.0.1:8000/ws");
  assertEquals(socketUrl("/ws", "https://chat.example/rooms"), "wss://chat.example/ws");
});
