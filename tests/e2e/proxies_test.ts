/** Behind proxies of Debian's packages: nginx, and haproxy ending TLS for two servers on one store. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { type Json, TestSocket } from "../support/client.ts";
import { KvConnectServer } from "../support/kv_connect.ts";
import { freePort } from "../support/port.ts";
import { startHaproxy, startNginx } from "../support/proxy.ts";
import { type ServerProcess, startProcess } from "../support/server_process.ts";
import { until } from "../support/until.ts";

const PASSWORD = "correct horse battery";
const TOKEN = "m".repeat(40);

Deno.test("local mode behind nginx: pages, the API and sockets are refused with an error that names PUBLIC_URL", async () => {
  const dir = await Deno.makeTempDir({ prefix: "parley-ops-" });
  {
    await using server = await startProcess(dir);
    await using proxy = await startNginx(server.port);
    const origin = `http://127.0.0.1:${proxy.port}`;
    for (const path of ["/", "/login", "/css/main.css", "/api/me", "/health", "/ws"]) {
      const response = await fetch(origin + path, { redirect: "manual" });
      assertEquals(response.status, 403, path);
      const { error } = await response.json();
      assertEquals(error.code, "bad_host");
      assertStringIncludes(error.message, "PUBLIC_URL");
    }
    const registered = await fetch(`${origin}/api/users`, {
      method: "POST",
      headers: { "content-type": "application/json", origin },
      body: JSON.stringify({ username: "mallory", password: PASSWORD }),
    });
    assertEquals(registered.status, 403, "nobody from outside becomes the administrator");
    await registered.body?.cancel();
    // the proxy's path is the only one that is refused
    assertEquals((await (await fetch(`${server.origin}/health`)).json()).status, "ok");
  }
  await Deno.remove(dir, { recursive: true });
});

Deno.test("TLS proxy: a socket whose server dies resumes on the other server without a hole", async () => {
  const dir = await Deno.makeTempDir({ prefix: "parley-ops-" });
  {
    await using store = await KvConnectServer.open();
    const port = freePort(); // the servers must know it before the proxy listens
    const origin = `https://localhost:${port}`;
    const env = {
      KV_URL: store.url,
      DENO_KV_ACCESS_TOKEN: store.token,
      LIMITS: "on",
      LOG_LEVEL: "info",
      LOG_FORMAT: "json",
      PUBLIC_URL: origin,
      TRUSTED_PROXIES: "127.0.0.0/8",
      METRICS_TOKEN: TOKEN,
    };
    await using a = await startProcess(dir, env);
    await using b = await startProcess(dir, env);
    await using proxy = await startHaproxy([a.port, b.port], port);
    const { certificate } = proxy;
    using client = Deno.createHttpClient({ caCerts: [certificate] });
    const call = async (path: string, body: object, cookie = "") => {
      const headers = { "content-type": "application/json", origin, cookie };
      return await fetch(origin + path, { method: "POST", headers, body: JSON.stringify(body), client });
    };

    // the second to start made the code that counts
    const setup = /set-up code ([\w-]{20,})/.exec(b.log())?.[1];
    const cookies: string[] = [];
    for (const username of ["ada", "bob"]) {
      const made = await call("/api/users", { username, password: PASSWORD, ...(setup && { setup_code: setup }) });
      assertEquals(made.status, 201, await made.text());
      const signedIn = await call("/api/users/login", { username, password: PASSWORD });
      assertEquals(signedIn.status, 200, await signedIn.text());
      const cookie = signedIn.headers.get("set-cookie") ?? "";
      assertMatch(cookie, /^__Host-[^;]+;.*Secure/);
      assertMatch(signedIn.headers.get("strict-transport-security") ?? "", /max-age=\d+/);
      cookies.push(cookie.split(";")[0] ?? "");
    }
    const open = async (cookie = "", since?: string) => {
      const socket = await TestSocket.open(origin, { cookie }, { ca: certificate });
      const joined = await socket.command({ type: "join_room", room_id: "general", ...(since && { since }) });
      assert(joined.ok, JSON.stringify(joined));
      return { socket, epoch: joined.cursor.split(":")[0] };
    };
    const { socket: ada, epoch } = await open(cookies[0]);
    const adaIs = await holderOf([a, b]);
    // in turns, but requests took turns too
    let bob = (await open(cookies[1])).socket;
    while ((await sockets(adaIs)) > 1) {
      bob.close();
      await bob.closed;
      bob = (await open(cookies[1])).socket;
    }

    const say = async (n: number) => {
      const reply = await bob.command({
        type: "chat_message",
        room_id: "general",
        content: `m${n}`,
        client_id: `c${n}`,
      });
      assert(reply.ok, JSON.stringify(reply));
      return reply.seq as number;
    };
    const first = await say(0);
    await ada.frame((frame: Json) => frame.seq === first);
    for (let n = 1; n <= 5; n++) await say(n);
    await adaIs.kill();
    let last = 0;
    for (let n = 6; n <= 20; n++) last = await say(n);
    await ada.closed;
    const seen = ada.frames.filter(({ type }) => type === "chat_message");
    const { socket: again } = await open(cookies[0], `${epoch}:${seen.at(-1)?.id}`);
    await again.frame((frame: Json) => frame.seq === last);
    assertEquals(again.frames.filter(({ type }) => type === "reset"), []);
    const all = [...seen, ...again.frames.filter(({ type }) => type === "chat_message")].map(({ content }) => content);
    assertEquals(all, Array.from({ length: 21 }, (_, n) => `m${n}`));
    for (const socket of [again, bob]) {
      socket.close();
      await socket.closed;
    }
    for (const line of (a.log() + b.log()).trim().split("\n")) {
      assert(typeof JSON.parse(line).message === "string", line);
    }
  }
  await Deno.remove(dir, { recursive: true });
});

async function sockets(server: ServerProcess): Promise<number> {
  const response = await fetch(`${server.origin}/metrics`, { headers: { authorization: `Bearer ${TOKEN}` } });
  return Number(/^parley_sockets (\d+)$/m.exec(await response.text())?.[1]);
}

/** Which of them has the one socket that there is. */
async function holderOf(servers: ServerProcess[]): Promise<ServerProcess> {
  let holder: ServerProcess | undefined;
  await until(async () => {
    for (const server of servers) if (await sockets(server) === 1) holder = server;
    return holder !== undefined;
  });
  if (holder === undefined) throw new Error("nobody has it");
  return holder;
}
