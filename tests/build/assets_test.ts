import { assert, assertEquals, assertMatch, assertNotEquals, assertStringIncludes } from "@std/assert";
import { pathToFileURL } from "node:url";
import { makeAssets } from "../../lib/build/assets.ts";
import { Assets } from "../../lib/pages/assets.ts";

const MODULE = "/_fresh/js/1/island.js";

let opened: Promise<Assets> | undefined;

/** Of a small build, made once a process. */
function assets(): Promise<Assets> {
  return opened ??= (async () => {
    const root = await Deno.makeTempDir({ prefix: "assets-" });
    addEventListener("unload", () => Deno.removeSync(root, { recursive: true }));
    const files: Record<string, string> = {
      "static/css/main.css": `@import "./base.css";\n@import "./icons.css";`,
      "static/css/base.css": "body { margin: 0 }",
      "static/css/icons.css": "i { background: url(/icon.svg) }" + "b { color: red } ".repeat(50),
      "static/icon.svg": `<svg xmlns="http://www.w3.org/2000/svg" />`,
      "worker.ts": "",
      "main.ts": "",
      [`out/static${MODULE}`]: "export const word = 'word';\n".repeat(50),
      "out/metafile.json": JSON.stringify({ inputs: {}, outputs: {} }),
      "out/server.js": "",
    };
    for (const [path, text] of Object.entries(files)) {
      await Deno.mkdir(`${root}/${path}`.replace(/[^/]*$/, ""), { recursive: true });
      await Deno.writeTextFile(`${root}/${path}`, text);
    }
    const paths = { root, outDir: `${root}/out`, staticDir: `${root}/static`, target: "es2022" };
    await makeAssets({ ...paths, stylesheet: "css/main.css", serviceWorker: "worker.ts", shell: /^$/ }, false);
    return await Assets.open(pathToFileURL(`${root}/out/`));
  })();
}

async function ask(path: string, init?: RequestInit): Promise<Response> {
  const response = await (await assets()).serve(new Request(`http://localhost${path}`, init));
  return response ?? new Response(null, { status: 404 });
}

Deno.test("assets: url() gives a path with the content's hash, which is immutable for a year", async () => {
  const href = (await assets()).url("/css/main.css");
  assertMatch(href, /^\/css\/main\.css\?__frsh_c=[0-9a-f]{16}$/);
  const response = await ask(href);
  assertEquals(response.headers.get("cache-control"), "public, max-age=31536000, immutable");
  await response.body?.cancel();
  assertEquals((await assets()).url("/nowhere.css"), "/nowhere.css");
});

Deno.test("assets: the stylesheet is bundled with its imports", async () => {
  const response = await ask("/css/main.css");
  assertEquals(response.headers.get("content-type"), "text/css; charset=utf-8");
  const css = await response.text();
  assertStringIncludes(css, "body{margin:0}");
  assertStringIncludes(css, "url(/icon.svg)");
  assert(!css.includes("@import"));
});

Deno.test("assets: a path without a hash, or with another, is revalidated by ETag", async () => {
  for (const path of ["/icon.svg", "/css/main.css?__frsh_c=0000000000000000"]) {
    const first = await ask(path);
    assertEquals([first.status, first.headers.get("cache-control")], [200, "no-cache"]);
    await first.body?.cancel();
    const again = await ask(path, { headers: { "if-none-match": `"x", W/${first.headers.get("etag")}` } });
    assertEquals([again.status, await again.text()], [304, ""]);
    assertEquals(again.headers.get("etag"), first.headers.get("etag"));
  }
});

Deno.test("assets: a module is immutable, and compressed where the client accepts gzip", async () => {
  const plain = await ask(MODULE);
  const zipped = await ask(MODULE, { headers: { "accept-encoding": "br, gzip;q=0.8" } });
  assertEquals(zipped.headers.get("content-encoding"), "gzip");
  assertEquals(zipped.headers.get("cache-control"), "public, max-age=31536000, immutable");
  assertEquals(zipped.headers.get("content-type"), "text/javascript; charset=utf-8");
  for (const response of [plain, zipped]) assertEquals(response.headers.get("vary"), "accept-encoding");
  assertNotEquals(zipped.headers.get("etag"), plain.headers.get("etag"));
  const unzipped = new Response(zipped.body!.pipeThrough(new DecompressionStream("gzip")));
  assertEquals(await unzipped.text(), await plain.text());
});

Deno.test("assets: gzip is not sent where it is refused or not accepted", async () => {
  for (const accept of ["", "br", "gzip;q=0", "gzip; q=0.0, br", "identity"]) {
    const response = await ask(MODULE, { headers: { "accept-encoding": accept } });
    assertEquals(response.headers.get("content-encoding"), null, accept);
    await response.body?.cancel();
  }
});

Deno.test("assets: HEAD gives the headers alone; other methods are refused", async () => {
  const head = await ask("/icon.svg", { method: "HEAD" });
  assertEquals([head.status, head.headers.get("content-type"), await head.text()], [200, "image/svg+xml", ""]);
  assert(Number(head.headers.get("content-length")) > 0);
  const post = await ask("/icon.svg", { method: "POST" });
  assertEquals([post.status, post.headers.get("allow")], [405, "GET, HEAD"]);
});

Deno.test("assets: no path gives a file outside of the build", async () => {
  for (
    const path of [
      "/../deno.json",
      "/%2e%2e/main.ts",
      "/..%2fmain.ts",
      "/css/..%2f..%2fmain.ts",
      "/_fresh/server.js",
      "/_fresh/metafile.json",
      "/server.js",
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
