import { assert, assertEquals, assertStringIncludes } from "@std/assert";
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
  assertStringIncludes(html, '<section class="rooms"><h1>a b is A B</h1></section>');
  assert(html.startsWith("<!DOCTYPE html><html"));
});

Deno.test("a literal path wins over a parameter, and config may skip the layout of an async page", async () => {
  const html = await (await ask("/rooms/new")).text();
  assertStringIncludes(html, "<body><p>new room</p></body>");
});

Deno.test("a folder in parentheses does not show in the URL", async () => {
  assertStringIncludes(await (await ask("/about")).text(), "<p>about</p>");
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

Deno.test("an unknown path gives the 404 page, with the root middleware's headers", async () => {
  const response = await ask("/nope");
  assertEquals([response.status, response.headers.get("x-trail")], [404, "root"]);
  assertStringIncludes(await response.text(), "<h1>Error 404</h1>");
});

Deno.test("a method without a handler gives 405 and the methods that have one", async () => {
  const response = await ask("/rooms/x", { method: "PUT" });
  assertEquals([response.status, response.headers.get("allow")], [405, "GET, HEAD, POST"]);
});

Deno.test("HEAD answers as GET does, without a body", async () => {
  const response = await ask("/rooms/x", { method: "HEAD" });
  assertEquals([response.status, response.headers.get("x-room"), await response.text()], [203, "yes", ""]);
});

Deno.test("a redirect to a path never leaves the site", async () => {
  const response = await ask("/rooms/evil.example", { method: "POST" });
  assertEquals([response.status, response.headers.get("location")], [303, "/rooms/evil.example"]);
  const app = new App().get("/", (ctx) => ctx.redirect("https://example.com/"));
  assertEquals(
    (await app.handler()(new Request("http://localhost/"))).headers.get("location"),
    "https://example.com/",
  );
});

Deno.test("a throw gives the error page with status 500, is reported, and shows nothing of itself", async () => {
  const errors: unknown[] = [];
  const response = await ask("/throws", {}, errors);
  const html = await response.text();
  assertEquals(response.status, 500);
  assertStringIncludes(html, "<h1>Error 500</h1>");
  assert(!html.includes("secret") && !html.includes(".tsx"));
  assertEquals(errors.map(String), ["Error: secret detail"]);
});

Deno.test("an HttpError keeps its status and is not reported below 500", async () => {
  const errors: unknown[] = [];
  assertEquals((await ask("/rooms/gone", {}, errors)).status, 410);
  assertEquals(errors, []);
});

Deno.test("a middleware outside sees the error page's response, and the error at ctx.error", async () => {
  let seen: unknown;
  const app = await fixtureApp({ reportError: () => {} }, async (ctx) => {
    const response = await ctx.next();
    seen = ctx.error;
    response.headers.set("x-seen", String(response.status));
    return response;
  });
  const response = await app.handler()(new Request("http://localhost/throws"));
  assertEquals(response.headers.get("x-seen"), "500");
  assertEquals(String(seen), "Error: secret detail");
});

Deno.test("a throw in the outermost middleware still gives the error page", async () => {
  const app = await fixtureApp({}, () => Promise.reject(new HttpError(403)));
  const response = await app.handler()(new Request("http://localhost/"));
  assertEquals(response.status, 403);
  assertStringIncludes(await response.text(), "<h1>Error 403</h1>");
});

Deno.test("routes added by hand share a path, take what was used before them, and work without a build", async () => {
  const app = new App<{ by?: string }>()
    .use("/admin", (ctx) => {
      ctx.state.by = "admin";
      return ctx.next();
    })
    .get("/admin/:id", (ctx) => ctx.json({ by: ctx.state.by, id: ctx.params["id"] }))
    .post("/admin/:id", (ctx) => ctx.text("posted", { status: 201 }))
    .get("/administrators", (ctx) => ctx.json({ by: ctx.state.by ?? null }))
    .all("/any", (ctx) => ctx.text(ctx.req.method));
  const handler = app.handler();
  const fetch = (path: string, method = "GET") => handler(new Request(`http://localhost${path}`, { method }));
  assertEquals(await (await fetch("/admin/7")).json(), { by: "admin", id: "7" });
  assertEquals((await fetch("/admin/7", "POST")).status, 201);
  assertEquals((await fetch("/admin/7", "DELETE")).headers.get("allow"), "GET, HEAD, POST");
  assertEquals(await (await fetch("/administrators")).json(), { by: null });
  assertEquals(await (await fetch("/any", "DELETE")).text(), "DELETE");
  assertEquals((await fetch("/other")).status, 404);
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
