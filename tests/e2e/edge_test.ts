/** What holds for every request and every answer, on both transports. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { Config } from "../../lib/base/config/config.ts";
import { makeLog } from "../../lib/base/log.ts";
import { openServer } from "../../lib/server/server.ts";
import type { Server } from "../../lib/server/server_handle.ts";
import { quickPasswords, testConfig } from "../support/chat.ts";
import { ask, request } from "../support/raw.ts";

const buildDir = new URL("../../_fresh/", import.meta.url);
const TRANSPORTS = ["native", "guarded"] as const;

async function open(config: Partial<Config>, lines: string[] = []): Promise<Server> {
  return await openServer(testConfig({ limits: false, ...config }), {
    passwords: quickPasswords(),
    log: makeLog({ level: "warn", format: "json" }, (line) => lines.push(line)),
    buildDir,
  });
}

for (const sockets of TRANSPORTS) {
  Deno.test(`${sockets}: pages, files and refusals all have a strict policy, nosniff, COOP and a request id`, async () => {
    await using server = await open({ sockets });
    const own = { Host: `127.0.0.1:${server.port}` };
    const upgrade = { Upgrade: "websocket", Connection: "Upgrade", "Sec-WebSocket-Version": "8" };
    const table: [method: string, path: string, headers: Record<string, string>, status: number][] = [
      ["GET", "/login", own, 200],
      ["GET", "/", own, 303],
      ["GET", "/nothing", own, 303],
      ["POST", "/login", { ...own, Origin: "http://127.0.0.1:1", "Content-Length": "0" }, 403],
      ["GET", "/css/main.css", own, 200],
      ["GET", "/favicon.svg", own, 200],
      ["POST", "/favicon.svg", { ...own, "Content-Length": "0" }, 405],
      ["GET", "/health", own, 200],
      ["GET", "/ready", own, 200],
      ["GET", "/metrics", own, 401],
      ["GET", "/api/docs", own, 200],
      ["GET", "/api/nothing", own, 404],
      ["GET", "/ws", own, 400],
      ["GET", "/ws", { ...own, ...upgrade }, 426],
      ["GET", "/api/me", { ...own, ...upgrade, Upgrade: "h2c" }, 401],
      ["GET", "/login", { Host: "rebound.example" }, 403],
      ["TRACE", "/login", own, 405],
      ["TRACE", "/api/me", own, 405],
    ];
    for (const [method, path, headers, status] of table) {
      const answer = await ask(server.port, request(method, path, headers));
      const what = `${method} ${path} ${JSON.stringify(headers)}`;
      assertEquals(answer.status, status, what);
      const policy = answer.headers.get("content-security-policy") ?? "";
      assertMatch(policy, /default-src '(self|none)'/, what);
      assertMatch(policy, /frame-ancestors 'none'/, what);
      assert(!/unsafe|\*/.test(policy), what);
      assertEquals(answer.headers.get("x-content-type-options"), "nosniff", what);
      assertEquals(answer.headers.get("cross-origin-opener-policy"), "same-origin", what);
      assertMatch(answer.headers.get("x-request-id") ?? "", /^[0-9a-z]{16}$/, what);
      for (const name of ["server", "x-powered-by", "access-control-allow-origin", "strict-transport-security"]) {
        assertEquals(answer.headers.get(name), null, `${what} ${name}`);
      }
      assert(!/Deno|node|at .*\.ts:/.test(answer.body.slice(0, 400)), `${what} ${answer.body}`);
    }
  });

  Deno.test(`${sockets}: a malformed request is refused without a stack trace, a 500 or a log line`, async () => {
    const lines: string[] = [];
    await using server = await open({ sockets }, lines);
    const host = `Host: 127.0.0.1:${server.port}\r\n`;
    const table = [
      `TRACK / HTTP/1.1\r\n${host}\r\n`,
      `FOO /api/me HTTP/1.1\r\n${host}\r\n`,
      `CONNECT a:1 HTTP/1.1\r\n${host}\r\n`,
      `OPTIONS * HTTP/1.1\r\n${host}\r\n`,
      "GET /login HTTP/1.1\r\nHost: a b\r\n\r\n",
      "GET /login HTTP/1.1\r\nHost: evil@x/y\r\n\r\n",
      `GET /login HTTP/1.1\r\n${host}Host: evil.example\r\n\r\n`,
      "\x00\x01garbage\r\n\r\n",
      `POST /api/users HTTP/1.1\r\n${host}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      `GET / HTTP/1.1\r\n${host}X: ${"a".repeat(100_000)}\r\n\r\n`,
    ];
    for (const text of table) {
      const { status, body } = await ask(server.port, text);
      assert(status === 0 || (status >= 300 && status < 500), `${text.slice(0, 60)} gave ${status}`);
      assert(!/\.ts:|\.mjs|node_modules|ext:/.test(body), body);
    }
    assertEquals(lines, []);
    assertEquals((await ask(server.port, request("GET", "/health", { Host: "127.0.0.1" }))).status, 200);
    assertEquals((await ask(server.port, "GET /ready HTTP/1.0\r\n\r\n")).status, 200, "as load balancers probe");
  });

  Deno.test(`${sockets}: with PUBLIC_URL other host names are refused, except for probes, and https answers with HSTS`, async () => {
    await using server = await open({ sockets, publicUrl: "https://chat.example.org" });
    const table: [host: string, path: string, status: number][] = [
      ["chat.example.org", "/login", 200],
      ["chat.example.org:443", "/login", 200],
      ["CHAT.example.org", "/login", 200],
      ["127.0.0.1:8000", "/login", 200],
      ["evil.example", "/login", 403],
      ["chat.example.org.evil.example", "/api/me", 403],
      ["chat.example.org:8443", "/login", 403],
      ["parley:8000", "/login", 403],
      ["parley:8000", "/health", 200],
      ["10.1.2.3:8000", "/ready", 200],
    ];
    for (const [host, path, status] of table) {
      const answer = await ask(server.port, request("GET", path, { Host: host }));
      assertEquals(answer.status, status, `${host} ${path}`);
      assertEquals(answer.headers.get("strict-transport-security"), "max-age=31536000");
      if (status === 403) assertStringIncludes(answer.body, "PUBLIC_URL");
    }
    const absolute = request("GET", "http://evil.example/login", { Host: "chat.example.org" });
    assertEquals((await ask(server.port, absolute)).status, 403);
  });

  Deno.test(`${sockets}: a chunked body is cut at its limit; one too long by its header is refused before it is read`, async () => {
    await using server = await open({ sockets });
    const headers = { Host: `127.0.0.1:${server.port}`, "Content-Type": "application/json" };
    const long = request("POST", "/api/users", { ...headers, "Content-Length": "1000000" });
    assertEquals((await ask(server.port, long)).status, 413);
    const chunk = `8000\r\n${" ".repeat(0x8000)}\r\n`;
    const chunked = request("POST", "/api/users", { ...headers, "Transfer-Encoding": "chunked" }) + chunk.repeat(3);
    assertEquals((await ask(server.port, chunked)).status, 413);
  });
}
