import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { App, HttpError } from "fresh";
import { pathToPattern } from "../../lib/fresh/fs_routes.ts";
import { ask, fixtureApp, serve } from "./support.ts";

const PATTERNS: [file: string, pattern: string][] = [
  ["index", "/"],
  ["about", "/about"],
  ["blog/index", "/blog"],
  ["blog/[slug]", "/blog/:slug"],
  ["blog/[slug]/comments", "/blog/:slug/comments"],
  ["old/[...path]", "/old/:path*"],
  ["docs/[[version]]/index", "/docs{/:version}?"],
  ["(group)/about", "/about"],
  ["(group)/index", "/"],
  ["[id]@[version]", "/:id@:version"],
];

Deno.test("routes: a file's name gives the pattern in Fresh's documentation", () => {
  for (const [file, pattern] of PATTERNS) assertEquals(pathToPattern(file), pattern);
});

Deno.test("routes: a page has its handler's data, status and headers, inside its layout and _app", async () => {
  const response = await ask("/rooms/a%20b");
  assertEquals(response.status, 203);
  assertEquals(response.headers.get("x-room"), "yes");
  assertEquals(response.headers.get("content-type"), "text/html; charset=utf-8");
  const html = await response.text();
  assertStringIncludes(html, '<section class="rooms"><h1 class="layout">a b is A B</h1></section>');
  assert(html.startsWith("<!DOCTYPE html><html"));
});

Deno.test("routes: a literal path wins over a parameter, and config can skip an async page's layout", async () => {
  const html = await (await ask("/rooms/new")).text();
  assertStringIncludes(html, "<body><p>new room</p></body>");
});

Deno.test("routes: a folder in parentheses is not part of the URL", async () => {
  assertStringIncludes(await (await ask("/about")).text(), "<p>about, within");
  assertEquals((await ask("/(group)/about")).status, 404);
});

Deno.test("routes: a rest parameter has the rest of the path, for a handler of all methods", async () => {
  const response = await ask("/api/a/b", { method: "PATCH" });
  assertEquals(await response.json(), { path: "a/b", method: "PATCH" });
});

Deno.test("middlewares: run from the app inwards, folder by folder", async () => {
  assertEquals((await ask("/rooms/x")).headers.get("x-trail"), "root,rooms");
  assertEquals((await ask("/about")).headers.get("x-trail"), "root");
});

Deno.test("layouts: a layout's Preact context reaches the page, the one of `_app` does not", async () => {
  assertStringIncludes(await (await ask("/rooms/x")).text(), 'class="layout"');
  assertStringIncludes(await (await ask("/about")).text(), "within nothing");
});

Deno.test("error pages: an unknown path gives the 404 page, without the root's middleware", async () => {
  const response = await ask("/nope");
  assertEquals([response.status, response.headers.get("x-trail")], [404, null]);
  assertStringIncludes(await response.text(), "<h1>Error 404</h1>");
});

Deno.test("routes: a method without a handler is 404 for a file, 405 for a path added in code", async () => {
  assertEquals((await ask("/rooms/x", { method: "PUT" })).status, 404);
  const app = new App().get("/by-hand", () => new Response("here"));
  assertEquals((await app.handler()(new Request("http://localhost/by-hand", { method: "PUT" }))).status, 405);
});

Deno.test("routes: HEAD answers like GET, without a body", async () => {
  const response = await ask("/rooms/x", { method: "HEAD" });
  assertEquals([response.status, response.headers.get("x-room"), await response.text()], [203, "yes", ""]);
});

Deno.test("error pages: a thrown error gives the page with status 500, without the error's text", async () => {
  const response = await ask("/throws");
  const html = await response.text();
  assertEquals(response.status, 500);
  assertStringIncludes(html, "<h1>Error 500</h1>");
  assert(!html.includes("secret") && !html.includes(".tsx"));
});

Deno.test("error pages: an HttpError keeps its status", async () => {
  assertEquals((await ask("/rooms/gone")).status, 410);
});

Deno.test("error pages: one answers what its folder's middlewares throw, and they do not see its response", async () => {
  assertEquals((await ask("/guarded")).headers.get("x-guarded"), "yes");
  for (const [query, status] of [["refused", 403], ["broken", 418]] as const) {
    const response = await ask(`/guarded?${query}`);
    assertEquals([response.status, response.headers.get("x-guarded")], [status, null]);
    assertEquals(response.headers.get("x-trail"), "root", "a middleware further out does");
    assertStringIncludes(response.headers.get("x-error") ?? "", status === 403 ? "HttpError" : "broken inside");
    assertStringIncludes(await response.text(), `<h2>Guarded: ${status}</h2>`);
  }
});

Deno.test("error pages: an error thrown in the App's first middleware gives the error page", async () => {
  const app = await fixtureApp(() => Promise.reject(new HttpError(403)));
  const response = await app.handler()(new Request("http://localhost/"));
  assertEquals(response.status, 403);
  assertStringIncludes(await response.text(), "<h1>Error 403</h1>");
});

Deno.test("error pages: without one an HttpError is answered with its status, any other error with 500", async () => {
  const app = new App().get("/gone", () => Promise.reject(new HttpError(410, "no longer")));
  const fetch = (path: string) => app.handler()(new Request(`http://localhost${path}`));
  const gone = await fetch("/gone");
  assertEquals([gone.status, await gone.text()], [410, "no longer"]);
  assertEquals((await fetch("/other")).status, 404);
});

Deno.test("routes: several slashes in a row match as one", async () => {
  assertEquals((await ask("//about")).status, 200);
});

Deno.test("nonce: a page's response carries its inline script's nonce, and no header shows it", async () => {
  const response = await ask("/islands");
  const nonce = Reflect.get(response, Symbol.for("__freshNonce"));
  assertMatch(String(nonce), /^[0-9a-f]{32}$/);
  assertStringIncludes(await response.text(), `nonce="${nonce}"`);
  assert(![...response.headers.values()].some((value) => value.includes(String(nonce))));
});

Deno.test("middlewares: a WebSocket upgrade passes through all of them unchanged", async () => {
  const app = await fixtureApp();
  await using server = serve(app.handler());
  const socket = new WebSocket(server.origin.replace("http", "ws") + "/ws");
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  socket.onopen = () => socket.send("hi");
  socket.onmessage = ({ data }) => resolve(data);
  socket.onerror = reject;
  assertEquals(await promise, "echo hi");
  const closed = new Promise((resolve) => socket.onclose = resolve);
  socket.close();
  await closed;
});
