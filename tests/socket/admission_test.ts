import { assertEquals, assertStringIncludes } from "@std/assert";
import { connect } from "node:net";
import { FakeClock } from "../../lib/base/clock.ts";
import type { Kv } from "../../lib/store/kv.ts";
import { testConfig } from "../support/chat.ts";
import { newSession, openServer, TRANSPORTS } from "./support.ts";
import { alteredKv } from "../support/altered_kv.ts";
import { until } from "../support/until.ts";

const KEY = "dGhlIHNhbXBsZSBub25jZQ==";

/** One request over a bare connection; the answer's head and body. */
async function raw(port: number, path: string, headers: Record<string, string>, method = "GET"): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  let text = "";
  const done = new Promise<void>((resolve) => socket.on("close", () => resolve()));
  socket.on("data", (data) => {
    text += String(data);
    if (text.startsWith("HTTP/1.1 101")) socket.destroy();
  });
  socket.on("error", () => {});
  let head = `${method} ${path} HTTP/1.1\r\n`;
  for (const [name, value] of Object.entries(headers)) head += `${name}: ${value}\r\n`;
  socket.write(`${head}\r\n`);
  let isGone = false;
  void done.then(() => isGone = true);
  await until(() => isGone || /\r\n\r\n[^]+[}e]\s*$/.test(text));
  socket.destroy();
  await done;
  return text;
}

for (const transport of TRANSPORTS) {
  Deno.test(`${transport}: [U1] [U2] a refused upgrade gets a status and the reason`, async () => {
    await using server = await openServer({ transport });
    const { port } = server.listener;
    const anna = await server.person("anna");
    const host = `127.0.0.1:${port}`;
    const good = {
      Host: host,
      Upgrade: "websocket",
      Connection: "Upgrade",
      "Sec-WebSocket-Key": KEY,
      "Sec-WebSocket-Version": "13",
      Origin: `http://${host}`,
      Cookie: anna.cookie,
    };
    const { Origin: _o, ...noOrigin } = good;
    const { Cookie: _c, ...noCookie } = good;
    const cases: [string, Record<string, string>, number, string][] = [
      ["/ws", { Host: host, Connection: "close" }, 400, "bad_request"],
      ["/api/ws", { Host: host, Connection: "close" }, 400, "bad_request"],
      ["/ws?username=anna", { Host: host, Connection: "close" }, 400, "identity_in_url"],
      ["/ws?username=anna", good, 400, "identity_in_url"],
      ["/api/ws/17", good, 400, "identity_in_url"],
      ["/ws", { ...good, "Sec-WebSocket-Version": "8" }, 426, "upgrade_required"],
      ["/ws", { ...good, "Sec-WebSocket-Key": "short" }, 400, "bad_request"],
      ["/ws", { ...good, Origin: "http://localhost:1" }, 403, "bad_origin"],
      ["/ws", { ...good, Origin: "https://evil.example" }, 403, "bad_host"],
      ["/ws", { ...good, Host: "rebound.example" }, 403, "bad_host"],
      ["/ws", { ...good, "X-Forwarded-For": "192.0.2.1" }, 403, "bad_host"],
      ["/ws", noOrigin, 403, "bad_origin"],
      ["/ws", noCookie, 401, "unauthorized"],
      ["/ws", { ...good, Cookie: `parley_session=${"x".repeat(43)}` }, 401, "unauthorized"],
    ];
    for (const [path, headers, status, code] of cases) {
      const answer = await raw(port, path, headers);
      const what = `${path} ${JSON.stringify(headers)}: ${answer}`;
      assertEquals(answer.slice(0, 12), `HTTP/1.1 ${status}`, what);
      assertStringIncludes(answer, `"code":"${code}"`, what);
      if (status === 426) assertStringIncludes(answer.toLowerCase(), "sec-websocket-version: 13");
    }
    for (const path of ["/ws", "/api/ws"]) {
      assertEquals((await raw(port, path, good)).slice(0, 12), "HTTP/1.1 101");
    }
    assertEquals(server.errors, []);
  });

  Deno.test(`${transport}: a page request that offers an upgrade to another protocol gets the page`, async () => {
    await using server = await openServer({ transport });
    const { port } = server.listener;
    const answer = await raw(port, "/", {
      Host: `127.0.0.1:${port}`,
      Upgrade: "h2c",
      Connection: "Upgrade, HTTP2-Settings",
      "HTTP2-Settings": "AAMAAABkAAQAAP__",
    });
    assertEquals(answer.slice(0, 12), "HTTP/1.1 200");
    assertStringIncludes(answer, "a page");
  });

  Deno.test(`${transport}: one socket over a user's limit is refused`, async () => {
    await using server = await openServer({ transport, config: { limits: true, maxSocketsPerUser: 2 } });
    const anna = await server.person("anna");
    const first = await server.open(anna);
    await server.open(anna);
    const host = `127.0.0.1:${server.listener.port}`;
    const headers = {
      Host: host,
      Upgrade: "websocket",
      Connection: "Upgrade",
      "Sec-WebSocket-Key": KEY,
      "Sec-WebSocket-Version": "13",
      Origin: `http://${host}`,
      Cookie: anna.cookie,
    };
    const refused = await raw(server.listener.port, "/ws", headers);
    assertEquals(refused.slice(0, 12), "HTTP/1.1 429");
    assertStringIncludes(refused.toLowerCase(), "retry-after:");
    first.ws.close();
    await first.closed;
    await until(() => server.sockets.count === 1);
    await server.open(anna);
  });

  Deno.test(`${transport}: opening sockets too often is rate-limited, for a user and for an address without a session`, async () => {
    const rates = { ...testConfig().rates, commands: { burst: 2, perMinute: 1 } };
    await using server = await openServer({ transport, config: { limits: true, rates } });
    const { cookie } = await server.person("anna");
    const { port } = server.listener;
    for (const from of [{ Cookie: cookie }, { Authorization: "Bearer nonsense" }]) {
      const statuses = [];
      for (let i = 0; i < 3; i++) {
        const answer = await raw(port, "/ws", {
          Host: `127.0.0.1:${port}`,
          Upgrade: "websocket",
          Connection: "Upgrade",
          "Sec-WebSocket-Key": KEY,
          "Sec-WebSocket-Version": "13",
          Origin: `http://127.0.0.1:${port}`,
          ...from,
        });
        statuses.push(answer.slice(9, 12));
      }
      assertEquals(statuses.map((status) => status === "429"), [false, false, true], statuses.join());
    }
  });

  Deno.test(`${transport}: an upgrade while the server stops gets 503 with Retry-After`, async () => {
    await using server = await openServer({ transport });
    const anna = await server.person("anna");
    await server.sockets.drain();
    const { port } = server.listener;
    const answer = await raw(port, "/ws", {
      Host: `127.0.0.1:${port}`,
      Upgrade: "websocket",
      Connection: "Upgrade",
      "Sec-WebSocket-Key": KEY,
      "Sec-WebSocket-Version": "13",
      Origin: `http://127.0.0.1:${port}`,
      Cookie: anna.cookie,
    });
    assertEquals(answer.slice(0, 12), "HTTP/1.1 503");
    assertStringIncludes(answer.toLowerCase(), "retry-after: 5");
  });

  Deno.test(`${transport}: an upgrade that waits 10 s for the store gets 503`, async () => {
    const clock = new FakeClock();
    let hangs = false;
    let asked = 0;
    const gate = Promise.withResolvers<void>();
    const wrapKv = (kv: Kv): Kv =>
      alteredKv(kv, {
        get: async (key) => {
          if (hangs && ++asked > 0) await gate.promise;
          return await kv.get(key);
        },
      });
    await using server = await openServer({ transport, clock, wrapKv });
    const anna = await server.person("anna");
    const { port } = server.listener;
    hangs = true;
    const answer = raw(port, "/ws", {
      Host: `127.0.0.1:${port}`,
      Upgrade: "websocket",
      Connection: "Upgrade",
      "Sec-WebSocket-Key": KEY,
      "Sec-WebSocket-Version": "13",
      Origin: `http://127.0.0.1:${port}`,
      Cookie: anna.cookie,
    });
    await until(() => asked > 0);
    clock.tick(10_000);
    assertEquals((await answer).slice(0, 12), "HTTP/1.1 503");
    hangs = false;
    gate.resolve();
  });

  Deno.test(`${transport}: a session of its own opens a socket of its own`, async () => {
    await using server = await openServer({ transport });
    const anna = await server.person("anna");
    const cookie = await newSession(server.chat, anna.actor, "second");
    await server.open({ ...anna, cookie });
    await server.open(anna);
    assertEquals(server.sockets.count, 2);
  });
}
