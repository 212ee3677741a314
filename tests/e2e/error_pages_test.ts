/** Error pages, which Fresh makes outside of the middlewares: they are pages as any other all the same. Needs the build. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { makeLog } from "../../lib/base/log.ts";
import { openServer } from "../../lib/server/server.ts";
import type { Server } from "../../lib/server/server_handle.ts";
import { quickPasswords, testConfig } from "../support/chat.ts";
import { signUp } from "../support/client.ts";

const buildDir = new URL("../../_fresh/", import.meta.url);

async function open(lines: string[] = [], limits = false): Promise<Server> {
  return await openServer(testConfig({ limits, sockets: "guarded" }), {
    passwords: quickPasswords(),
    log: makeLog({ level: "warn", format: "json" }, (line) => lines.push(line)),
    buildDir,
  });
}

const HEADERS: [name: string, value: string][] = [
  ["content-type", "text/html; charset=utf-8"],
  ["cache-control", "no-store"],
  ["x-content-type-options", "nosniff"],
  ["permissions-policy", "camera=(), microphone=(), geolocation=()"],
];

Deno.test("[D11] error pages: an unknown path, a wrong method, a missing right and a refusal have their status and a page's headers", async () => {
  const lines: string[] = [];
  await using server = await open(lines);
  const { cookie } = await signUp(server.url, "ada");
  await signUp(server.url, "bob");
  const other = (await signUp(server.url, "cleo")).cookie;
  const form = { "content-type": "application/x-www-form-urlencoded", "origin": server.url };
  const table: [init: RequestInit, path: string, cookie: string, status: number][] = [
    [{}, "/nothing", cookie, 404],
    [{}, "/rooms/nothing", cookie, 404],
    [{ method: "DELETE", headers: form }, "/login", "", 405],
    [{ method: "PUT", headers: form }, "/rooms/general", cookie, 405],
    [{ method: "POST", headers: { ...form, "content-type": "text/plain" }, body: "x" }, "/settings", cookie, 400],
    [{}, "/admin/overview", other, 404],
  ];
  for (const [init, path, cookie, status] of table) {
    const response = await fetch(server.url + path, {
      redirect: "manual",
      ...init,
      headers: { ...Object.fromEntries(new Headers(init.headers)), cookie },
    });
    const what = `${init.method ?? "GET"} ${path}`;
    assertEquals(response.status, status, what);
    for (const [name, value] of HEADERS) assertEquals(response.headers.get(name), value, `${what}: ${name}`);
    const html = await response.text();
    assertStringIncludes(html, `<p class="failure-code">${status}</p>`, what);
    assertEquals(response.headers.has("allow"), status === 405, what);
    assert(!response.headers.get("content-security-policy")?.includes("unsafe"), what);
  }
  assertEquals(lines, []);
});

Deno.test("[D11] error pages: 405 names the methods that the page has", async () => {
  await using server = await open();
  const { cookie } = await signUp(server.url, "ada");
  for (
    const [method, path, allow] of [
      ["DELETE", "/rooms/general", "GET, HEAD, POST"],
      ["PATCH", "/login", "GET, HEAD, POST"],
      ["OPTIONS", "/rooms", "GET, HEAD"],
      ["POST", "/rooms", "GET, HEAD"],
    ] as const
  ) {
    const response = await fetch(server.url + path, { method, headers: { cookie, origin: server.url } });
    await response.body?.cancel();
    assertEquals([response.status, response.headers.get("allow")], [405, allow], `${method} ${path}`);
  }
});

Deno.test("[D11] error pages: an internal error is a 500 without details, logged once with the request's id", async () => {
  const lines: string[] = [];
  await using server = await open(lines);
  const { cookie } = await signUp(server.url, "ada");
  Object.assign(server.chat.kv, {
    list: () => {
      throw new Error("secret detail");
    },
  });
  const response = await fetch(`${server.url}/rooms`, { headers: { cookie } });
  const html = await response.text();
  assertEquals(response.status, 500, html.slice(0, 200));
  assertStringIncludes(html, `<p class="failure-code">500</p>`);
  assert(!html.includes("secret") && !html.includes(".ts:"));
  const failed = lines.map((line) => JSON.parse(line)).filter(({ message }) => message === "a request failed");
  assertEquals(failed.map(({ request_id, path }) => [request_id, path]), [[
    response.headers.get("x-request-id"),
    "/rooms",
  ]]);
});

Deno.test("[D11] App: one serves two servers of a process, each request with its own server's parts", async () => {
  await using one = await open();
  await using two = await open();
  const { cookie } = await signUp(one.url, "ada");
  const visit = async (server: Server) => {
    const response = await fetch(`${server.url}/rooms`, { redirect: "manual", headers: { cookie } });
    await response.body?.cancel();
    return response.status;
  };
  assertEquals(await Promise.all([visit(one), visit(two), visit(one)]), [200, 303, 200]);
});
