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

Deno.test("a route file's name gives the pattern that Fresh's table shows", () => {
  for (const [file, pattern] of PATTERNS) assertEquals(pathToPattern(file), pattern);
});

Deno.test("a page gets its handler's data, status and headers, inside its layout and _app", async () => {
  const response = await ask("/rooms/a%20b");
  assertEquals(response.status, 203);
  assertEquals(response.headers.get("x-room"), "yes");
  assertEquals(response.headers.get("content-type"), "text/html; charset=utf-8");
  const html = await response.text();
  assertStringIncludes(html, '<section class="rooms"><h1 class="layout">a b is A B</h1></section>');
  assert(html.startsWith("<!DOCTYPE html><html"));
});

Deno.test("a literal path wins over a parameter, and config may skip the layout of an async page", async () => {
  const html = await (await ask("/rooms/new")).text();
  assertStringIncludes(html, "<body><p>new room</p></body>");
});

Deno.test("a folder in parentheses does not show in the URL", async () => {
  assertStringIncludes(await (await ask("/about")).text(), "<p>about, within");
  assertEquals((await ask("/(group)/about")).status, 404);
});

Deno.test("a rest parameter takes what is left of the path, for a handler of all methods", async () => {
  const response = await ask("/api/a/b", { method: "PATCH" });
  assertEquals(await response.json(), { path: "a/b", method: "PATCH" });
});

Deno.test("middlewares run from the app inwards, folder by folder", async () => {
  assertEquals((await ask("/rooms/x")).headers.get("x-trail"), "root,rooms");
  assertEquals((await ask("/about")).headers.get("x-trail"), "root");
});

Deno.test("a layout's context reaches the page, one of `_app` does not", async () => {
  assertStringIncludes(await (await ask("/rooms/x")).text(), 'class="layout"');
  assertStringIncludes(await (await ask("/about")).text(), "within nothing");
});

Deno.test("an unknown path gives the 404 page, outside of the root's middleware", async () => {
  const response = await ask("/nope");
  assertEquals([response.status, response.headers.get("x-trail")], [404, null]);
  assertStringIncludes(await response.text(), "<h1>Error 404</h1>");
});

Deno.test("a method without a handler: 404 of a file, 405 of a path that was added by hand", async () => {
  assertEquals((await ask("/rooms/x", { method: "PUT" })).status, 404);
  const app = new App().get("/by-hand", () => new Response("here"));
  assertEquals((await app.handler()(new Request("http://localhost/by-hand", { method: "PUT" }))).status, 405);
});

Deno.test("HEAD answers as GET does, without a body", async () => {
  const response = await ask("/rooms/x", { method: "HEAD" });
  assertEquals([response.status, response.headers.get("x-room"), await response.text()], [203, "yes", ""]);
});

Deno.test("a throw gives the error page with status 500, which shows nothing of itself", async () => {
  const response = await ask("/throws");
  const html = await response.text();
  assertEquals(response.status, 500);
  assertStringIncludes(html, "<h1>Error 500</h1>");
  assert(!html.includes("secret") && !html.includes(".tsx"));
});

Deno.test("an HttpError keeps its status", async () => {
  assertEquals((await ask("/rooms/gone")).status, 410);
});

Deno.test("an error page is outside of its folder's middlewares: it answers what they throw, and they do not see it", async () => {
  assertEquals((await ask("/guarded")).headers.get("x-guarded"), "yes");
  for (const [query, status] of [["refused", 403], ["broken", 418]] as const) {
    const response = await ask(`/guarded?${query}`);
    assertEquals([response.status, response.headers.get("x-guarded")], [status, null]);
    assertEquals(response.headers.get("x-trail"), "root", "a middleware further out does");
    assertStringIncludes(response.headers.get("x-error") ?? "", status === 403 ? "HttpError" : "broken inside");
    assertStringIncludes(await response.text(), `<h2>Guarded: ${status}</h2>`);
  }
});

Deno.test("a throw in the App's first middleware still gives the error page", async () => {
  const app = await fixtureApp(() => Promise.reject(new HttpError(403)));
  const response = await app.handler()(new Request("http://localhost/"));
  assertEquals(response.status, 403);
  assertStringIncludes(await response.text(), "<h1>Error 403</h1>");
});

Deno.test("without an error page an HttpError is answered with its status, anything else with 500", async () => {
  const app = new App().get("/gone", () => Promise.reject(new HttpError(410, "no longer")));
  const fetch = (path: string) => app.handler()(new Request(`http://localhost${path}`));
  const gone = await fetch("/gone");
  assertEquals([gone.status, await gone.text()], [410, "no longer"]);
  assertEquals((await fetch("/other")).status, 404);
});

Deno.test("slashes that stand together are one", async () => {
  assertEquals((await ask("//about")).status, 200);
});

Deno.test("a page's response says which nonce its inline script has, and shows it in no header", async () => {
  const response = await ask("/islands");
  const nonce = Reflect.get(response, Symbol.for("__freshNonce"));
  assertMatch(String(nonce), /^[0-9a-f]{32}$/);
  assertStringIncludes(await response.text(), `nonce="${nonce}"`);
  assert(![...response.headers.values()].some((value) => value.includes(String(nonce))));
});

Deno.test("a WebSocket upgrade passes through all middlewares untouched", async () => {
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
