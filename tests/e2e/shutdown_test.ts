/** A stop, whatever the store does. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { getJson, type Json, post, signUp, TestSocket } from "../support/client.ts";
import { openKvConnect } from "../support/kv_connect.ts";
import { ask, request as rawRequest } from "../support/raw.ts";
import { type ServerProcess, startProcess } from "../support/server_process.ts";
import { until } from "../support/until.ts";
import { withDir } from "../support/with_dir.ts";

/**
 * The server's own waits add up to less than 4 s, and supervisors kill after 10 s or more. A machine that does much else
 * runs both it and this test late, so that these tests allow more.
 */
const STOP_MS = 30_000;

Deno.test("SIGTERM: while the store does not answer and commands are in flight, the server ends in time", async () => {
  const dir = await Deno.makeTempDir();
  try {
    await using store = await openKvConnect();
    await using server = await startProcess(dir, { KV_URL: store.url });
    const ada = await signUp(server.origin, "ada");
    const socket = await TestSocket.open(server.origin, ada);
    await socket.command({ type: "join_room", room_id: "general" });
    const { seq } = await socket.command({ type: "chat_message", room_id: "general", content: "there" });
    await socket.command({ type: "mark_read", room_id: "general", seq: seq - 1, unread: true }); // waits to be written
    store.fate = () => "stall";
    const waiting = socket.command({ type: "chat_message", room_id: "general", content: "in flight" }).catch(String);
    const request = post(server.origin, "/api/rooms/general/messages", { content: "too" }, ada).then(
      (response) => response.body?.cancel(),
      () => {},
    );
    const began = performance.now();
    assertEquals(await server.stop(), 0);
    const took = performance.now() - began;
    assert(took < STOP_MS, `${took} ms`);
    await socket.closed;
    await Promise.all([waiting, request]);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

/** The exit code, which must come in time. */
async function stopInTime(server: ServerProcess): Promise<number> {
  const began = performance.now();
  const code = await server.stop();
  const took = performance.now() - began;
  assert(took < STOP_MS, `${took} ms`);
  return code;
}

/**
 * Asks again and again until it has been refused by the stop, with a time to come back. `stopping` says what is known of
 * the server: once it said goodbye to a socket, it may give no other answer. On a machine that does much else it may have
 * ended before it was asked.
 */
async function refusedByStop(
  { port }: ServerProcess,
  stopping: Stopping,
  path: string,
  headers: Record<string, string> = {},
): Promise<void> {
  await until(async () => {
    const { hasEnded, saidGoodbye } = stopping;
    const { status, headers: got, body } = await ask(
      port,
      rawRequest("GET", path, { Host: `127.0.0.1:${port}`, ...headers }),
    );
    if (status === 0) return hasEnded;
    if (status !== 503) {
      assert(!saidGoodbye, `${path}: ${status} after the goodbye`);
      return false;
    }
    assertEquals(JSON.parse(body).error.code, "shutting_down", path);
    const seconds = Number(got.get("retry-after"));
    assert(seconds >= 1 && seconds <= 10, `${path}: Retry-After: ${got.get("retry-after")}`);
    return true;
  }, STOP_MS);
}

interface Stopping {
  saidGoodbye: boolean;
  hasEnded: boolean;
}

function watchStop(socket: TestSocket, stopped: Promise<unknown>): Stopping {
  const stopping = { saidGoodbye: false, hasEnded: false };
  void socket.closed.then(() => stopping.saidGoodbye = true);
  void stopped.finally(() => stopping.hasEnded = true).catch(() => {});
  return stopping;
}

/** A socket's opening, as a browser sends it. */
function upgradeOf(origin: string, cookie: string): Record<string, string> {
  return {
    Connection: "Upgrade",
    Upgrade: "websocket",
    Origin: origin,
    Cookie: cookie,
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
  };
}

const SETTINGS: [name: string, env: Record<string, string>][] = [
  ["native", { SOCKETS: "native" }],
  ["guarded", { SOCKETS: "guarded" }],
  ["native, ISOLATES=2", { SOCKETS: "native", ISOLATES: "2" }],
  ["guarded, ISOLATES=2", { SOCKETS: "guarded", ISOLATES: "2" }],
  ["guarded, KV_URL", { SOCKETS: "guarded", KV_URL: "" }],
];

for (const [name, env] of SETTINGS) {
  Deno.test(`SIGTERM twice, with a stuck reader and sends in flight (${name}): exit 0 in time, clients get a time to return, /ready is 503, no message is lost`, async () => {
    await withDir(async (dir) => {
      await using store = "KV_URL" in env ? await openKvConnect() : undefined;
      const all = store === undefined ? env : { ...env, KV_URL: store.url, DENO_KV_ACCESS_TOKEN: store.token };
      let server = await startProcess(dir, all);
      const [ada, ben] = [await signUp(server.origin, "ada"), await signUp(server.origin, "ben")];
      const socket = await TestSocket.open(server.origin, ada);
      await socket.command({ type: "join_room", room_id: "general" });
      const stuck = await TestSocket.open(server.origin, ben);
      await stuck.command({ type: "join_room", room_id: "general" });
      stuck.stall();
      const acknowledged = new Map<string, number>();
      const say = async (by: TestSocket, client_id: string) => {
        const content = `${client_id} ${"x".repeat(1_500)}`;
        const reply = await by.command({ type: "chat_message", room_id: "general", content, client_id });
        if (reply.error === undefined) acknowledged.set(client_id, reply.seq);
        else assertEquals(reply.error.code, "shutting_down");
      };
      const first = Array.from({ length: 50 }, (_, i) => `c${i}`);
      await Promise.all(first.map((id) => say(socket, id)));
      const inFlight = Array.from({ length: 30 }, (_, i) => `d${i}`);
      const sending = Promise.allSettled(inFlight.map((id) => say(socket, id)));
      server.signal("SIGTERM");
      const stopped = stopInTime(server); // the second signal
      // the stuck reader keeps it up for a moment
      await refusedByStop(server, watchStop(socket, stopped), "/ready");
      const { code, reason } = await socket.closed;
      assertEquals(code, 1001);
      assertMatch(reason, /^retry in \d{1,4}$/);
      await sending;
      assertEquals(await stopped, 0);
      stuck.cut();

      server = await startProcess(dir, all);
      await using _again = server;
      const back = await TestSocket.open(server.origin, ada);
      await back.command({ type: "join_room", room_id: "general" });
      const before = new Map(acknowledged);
      for (const ids of [first, inFlight]) await Promise.all(ids.map((id) => say(back, id)));
      for (const [id, seq] of before) assertEquals(acknowledged.get(id), seq, `${id} is where it was`);
      const { messages } = await getJson(server.origin, "/api/rooms/general/messages?limit=100", ada);
      const said = messages.map(({ content }: Json) => content.split(" ")[0]);
      assertEquals([...said].sort(), [...acknowledged.keys()].sort(), "each once");
      assertEquals(await server.stop(), 0);
    });
  });
}

Deno.test("SIGTERM while the store hangs (KV_URL): until the end requests and sockets get 503 with Retry-After", async () => {
  await withDir(async (dir) => {
    await using store = await openKvConnect();
    for (const sockets of ["native", "guarded"]) {
      const env = { KV_URL: store.url, DENO_KV_ACCESS_TOKEN: store.token, SOCKETS: sockets };
      await using server = await startProcess(dir, env);
      const ada = await signUp(server.origin, `ada-${sockets}`);
      const socket = await TestSocket.open(server.origin, ada);
      await socket.command({ type: "join_room", room_id: "general" });
      store.fate = (path) => path === "watch" ? "answer" : "stall";
      const waiting = socket.command({ type: "chat_message", room_id: "general", content: "in flight" }).catch(String);
      await socket.command({ type: "ping" }); // so it has come, and keeps the server up for a moment
      const stopped = stopInTime(server);
      const stopping = watchStop(socket, stopped);
      for (const path of ["/api/rooms", "/ready", "/login"]) await refusedByStop(server, stopping, path);
      await refusedByStop(server, stopping, "/ws", upgradeOf(server.origin, ada.cookie));
      const health = await ask(server.port, rawRequest("GET", "/health", { Host: `127.0.0.1:${server.port}` }));
      if (health.status !== 0) {
        assertEquals([health.status, JSON.parse(health.body).status], [200, "ok"], "it is alive while it stops");
      }
      await waiting;
      assertEquals((await socket.closed).code, 1001);
      store.fate = () => "answer";
      store.release();
      assertEquals(await stopped, 0);
    }
  });
});

Deno.test("SIGTERM to `deno task start`: exit 0 in time", async () => {
  const dataDir = `./data/test-${crypto.randomUUID()}`;
  const task = new Deno.Command(Deno.execPath(), {
    args: ["task", "-q", "start"],
    cwd: new URL("../../", import.meta.url),
    env: { HOST: "127.0.0.1", PORT: "0", DATA_DIR: dataDir, LOG_LEVEL: "warn" },
    stdout: "piped",
  }).spawn();
  try {
    const reader = task.stdout.pipeThrough(new TextDecoderStream()).getReader();
    let output = "";
    while (!output.includes("Parley is at")) {
      const { value, done } = await reader.read();
      assert(!done, `it ended: ${output}`);
      output += value;
    }
    const began = performance.now();
    task.kill("SIGTERM");
    const { code } = await task.status;
    const took = performance.now() - began;
    assertEquals(code, 0);
    assert(took < STOP_MS, `${took} ms`);
    await reader.cancel();
  } finally {
    await Deno.remove(new URL(`../../${dataDir}`, import.meta.url), { recursive: true });
  }
});
