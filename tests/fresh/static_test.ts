import { assert, assertEquals, assertMatch, assertNotEquals, assertStringIncludes } from "@std/assert";
import { ask, fixtureBuild } from "./support.ts";

const stylesheet = async () => /href="(\/css\/main\.css[^"]*)"/.exec(await (await ask("/")).text())![1]!;

Deno.test("asset() gives a URL with the content's hash, which is immutable for a year", async () => {
  const href = await stylesheet();
  assertMatch(href, /^\/css\/main\.css\?__frsh_c=[0-9a-f]{16}$/);
  const response = await ask(href);
  assertEquals(response.headers.get("cache-control"), "public, max-age=31536000, immutable");
  await response.body?.cancel();
});

Deno.test("the stylesheet is bundled from its imports", async () => {
  const response = await ask("/css/main.css");
  assertEquals(response.headers.get("content-type"), "text/css; charset=utf-8");
  const css = await response.text();
  assertStringIncludes(css, "body{margin:0}");
  assertStringIncludes(css, "url(/icon.svg)");
  assert(!css.includes("@import"));
});

Deno.test("a plain path, or one with another hash, is revalidated by ETag", async () => {
  for (const path of ["/icon.svg", "/css/main.css?__frsh_c=0000000000000000"]) {
    const first = await ask(path);
    assertEquals([first.status, first.headers.get("cache-control")], [200, "no-cache"]);
    await first.body?.cancel();
    const again = await ask(path, { headers: { "if-none-match": `"x", W/${first.headers.get("etag")}` } });
    assertEquals([again.status, await again.text()], [304, ""]);
    assertEquals(again.headers.get("etag"), first.headers.get("etag"));
  }
});

Deno.test("the client bundle is immutable, and gzip where the client takes it", async () => {
  const { chunk } = (await fixtureBuild()).boot;
  const plain = await ask(chunk);
  const zipped = await ask(chunk, { headers: { "accept-encoding": "br, gzip;q=0.8" } });
  assertEquals(zipped.headers.get("content-encoding"), "gzip");
  assertEquals(zipped.headers.get("cache-control"), "public, max-age=31536000, immutable");
  assertEquals(zipped.headers.get("content-type"), "text/javascript; charset=utf-8");
  for (const response of [plain, zipped]) assertEquals(response.headers.get("vary"), "accept-encoding");
  assertNotEquals(zipped.headers.get("etag"), plain.headers.get("etag"));
  const unzipped = new Response(zipped.body!.pipeThrough(new DecompressionStream("gzip")));
  assertEquals(await unzipped.text(), await plain.text());
});

Deno.test("gzip that is refused or not asked for is not sent", async () => {
  const { chunk } = (await fixtureBuild()).boot;
  for (const accept of ["", "br", "gzip;q=0", "gzip; q=0.0, br", "identity"]) {
    const response = await ask(chunk, { headers: { "accept-encoding": accept } });
    assertEquals(response.headers.get("content-encoding"), null, accept);
    await response.body?.cancel();
  }
});

Deno.test("HEAD gives the headers alone, another method is refused", async () => {
  const head = await ask("/icon.svg", { method: "HEAD" });
  assertEquals([head.status, head.headers.get("content-type"), await head.text()], [200, "image/svg+xml", ""]);
  assert(Number(head.headers.get("content-length")) > 0);
  const post = await ask("/icon.svg", { method: "POST" });
  assertEquals([post.status, post.headers.get("allow")], [405, "GET, HEAD"]);
});

Deno.test("no path leads out of the build", async () => {
  for (
    const path of [
      "/../deno.json",
      "/%2e%2e/main.ts",
      "/..%2fmain.ts",
      "/css/..%2f..%2fmain.ts",
      "/_fresh/server.ts",
      "/_fresh/../stamp.json",
      "/%",
      "/icon.svg%00",
      "/__proto__",
    ]
  ) {
    const response = await ask(path);
    assertEquals(response.status, 404, path);
    await response.body?.cancel();
  }
});
