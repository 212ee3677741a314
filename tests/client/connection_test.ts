import { assert, assertEquals, assertRejects } from "@std/assert";
import * as v from "valibot";
import { Connection } from "../../lib/client/connection.ts";
import { NoAnswer } from "../../lib/client/failure.ts";
import { ChatError } from "../../lib/errors.ts";
import { FakeEnvironment, FakeServer, turns, until } from "./support.ts";

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

Deno.test("a connection opens with hello", async () => {
  using c = connect();
  assertEquals(c.connection.state.value, "connecting");
  assert(c.connection.downSince.value !== null);
  await until(() => c.connection.state.value === "open");
  assertEquals(c.connection.downSince.value, null);
});

Deno.test("the back-off doubles up to 30 s, and asks who one is before each try", async () => {
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

Deno.test("a failed upgrade without a session is signed_out, and stays so", async () => {
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

Deno.test("a session that ended asks before it gives up", async () => {
  using c = connect();
  await until(() => c.connection.state.value === "open");
  c.server.signedIn = false;
  c.server.drop(undefined, 4100);
  assertEquals(c.connection.state.value, "waiting");
  c.env.tick(1_000);
  await until(() => c.connection.state.value === "signed_out");
});

Deno.test("a code of the last range stops for good", async () => {
  using c = connect();
  await until(() => c.connection.state.value === "open");
  c.server.drop(undefined, 4201);
  assertEquals(c.connection.state.value, "stopped");
  c.connection.retryNow();
  c.env.tick(600_000);
  assertEquals(c.server.sockets.length, 1);
});

Deno.test("a server that stops says when to come back", async () => {
  using c = connect();
  await until(() => c.connection.state.value === "open");
  c.server.drop(undefined, 1001, "retry in 4000");
  c.env.tick(3_999);
  assertEquals(c.server.sockets.length, 1);
  c.env.tick(1);
  await until(() => c.connection.state.value === "open");
});

Deno.test("the network's return and a shown tab try at once", async () => {
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

Deno.test("silence is answered with a ping, more silence with a new connection", async () => {
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

Deno.test("a server that takes the socket and never says hello is given up", async () => {
  const server = new FakeServer();
  server.silent = true;
  using c = connect(server);
  await turns();
  c.env.tick(10_000);
  assertEquals(c.connection.state.value, "waiting");
});

Deno.test("a command gets its reply, its error, or NoAnswer", async () => {
  using c = connect();
  const ping = { type: "typing", room_id: "general" } as const;
  await assertRejects(() => c.connection.command(ping, v.unknown()), NoAnswer);
  await until(() => c.connection.state.value === "open");
  await c.connection.command(ping, v.object({ ok: v.literal(true) }));
  c.server.refuse = { code: "rate_limited", message: "Slower." };
  const error = await assertRejects(() => c.connection.command(ping, v.unknown()), ChatError, "Slower.");
  assertEquals(error.code, "rate_limited");
  c.server.refuse = { code: "from_the_future", message: "New." };
  assertEquals((await assertRejects(() => c.connection.command(ping, v.unknown()), ChatError)).code, "internal");
  c.server.silent = true;
  const late = assertRejects(() => c.connection.command(ping, v.unknown()), NoAnswer, "in time");
  c.env.tick(15_000);
  await late;
  const lost = assertRejects(() => c.connection.command(ping, v.unknown()), NoAnswer);
  c.server.drop();
  await lost;
});
