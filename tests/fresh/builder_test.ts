import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { App, staticFiles } from "fresh";
import { Builder } from "fresh/dev";
import { type BuiltFile, loadBuild, setBuildCache } from "../../lib/fresh/build_cache.ts";

/** A small app of its own, to change; its path needs escaping in URLs. */
async function project(): Promise<{ root: string; write(path: string, text: string): void } & Disposable> {
  const root = await Deno.makeTempDir({ prefix: "fresh 100% #" });
  const write = (path: string, text: string) => {
    Deno.mkdirSync(join(root, path, ".."), { recursive: true });
    Deno.writeTextFileSync(join(root, path), text);
  };
  write("routes/index.tsx", `import A from "../islands/A.tsx";\nexport default () => <A />;`);
  write("islands/A.tsx", `import { word } from "../word.ts";\nexport default () => <b>{word}</b>;`);
  write("word.ts", `export const word = "first";`);
  write("static/css/main.css", `@import "./more.css";`);
  write("static/css/more.css", `b { color: red }`);
  return { root, write, [Symbol.dispose]: () => Deno.removeSync(root, { recursive: true }) };
}

Deno.test("a build is skipped until something it reads changes", async () => {
  using app = await project();
  const builder = new Builder({ root: app.root });
  const files = () =>
    [...Deno.readDirSync(join(app.root, "_fresh"))].map(({ name }) => [
      name,
      Deno.statSync(join(app.root, "_fresh", name)).mtime,
    ]);
  assertEquals(await builder.build(), true);
  const before = files();
  assertEquals(await builder.build(), false);
  assertEquals(files(), before, "nothing is written");

  const changes: [string, () => void][] = [
    ["a module that an island imports", () => app.write("word.ts", `export const word = "second!";`)],
    ["a part of the stylesheet", () => app.write("static/css/more.css", `b { color: blue }`)],
    ["a new static file", () => app.write("static/robots.txt", "User-agent: *")],
    ["a new route", () => app.write("routes/about.tsx", `export default () => null;`)],
    ["a removed route", () => Deno.removeSync(join(app.root, "routes/about.tsx"))],
    ["a new island", () => app.write("islands/rooms/B.tsx", `export default () => null;`)],
  ];
  for (const [what, change] of changes) {
    change();
    assertEquals(await builder.build(), true, what);
    assertEquals(await builder.build(), false, what);
  }
  app.write("routes/index.tsx", `export default () => <i>server only</i>;`);
  assertEquals(await builder.build(), false, "a route's contents are read when the server starts");
  assertEquals(await builder.build({ dev: true }), true, "a dev build is another build");
});

Deno.test("a change during the build is not missed", async () => {
  using app = await project();
  const builder = new Builder({ root: app.root });
  const building = builder.build();
  await new Promise((resolve) => setTimeout(resolve, 20));
  app.write("word.ts", `export const word = "in between";`);
  await building;
  await builder.build(); // nothing to do, where the first came to read it after the change
  assertEquals(await builder.build(), false);
  const texts = [...Deno.readDirSync(join(app.root, "_fresh/files"))].map(({ name }) =>
    Deno.readTextFileSync(join(app.root, "_fresh/files", name))
  );
  assert(texts.some((text) => text.includes("in between")));
});

Deno.test("a running server keeps its own build, and a tab of the build before still gets its modules", async () => {
  using app = await project();
  const builder = new Builder({ root: app.root });
  await builder.build();
  const build = await loadBuild(pathToFileURL(join(app.root, "_fresh/")));
  const server = new App().use(staticFiles()).fsRoutes();
  setBuildCache(server, build);
  const handler = server.handler();
  app.write("word.ts", `export const word = "second!";`);
  await builder.build();
  Deno.utimeSync(join(app.root, "word.ts"), 1, 1);
  await builder.build(); // the same once more
  const chunk = build.islands[0]!.chunk;
  const response = await handler(new Request(`http://localhost${chunk}`));
  assertStringIncludes(await response.text(), "first");
  const next = await import(`${pathToFileURL(join(app.root, "_fresh/server.ts"))}?next`);
  assert(next.default.manifest.has(chunk) && next.default.islands[0].chunk !== chunk);
});

Deno.test("files of builds long gone are removed", async () => {
  using app = await project();
  const builder = new Builder({ root: app.root });
  const count = () => [...Deno.readDirSync(join(app.root, "_fresh/files"))].length;
  await builder.build();
  const first = count();
  for (const n of [1, 2, 3, 4, 5]) {
    app.write("word.ts", `export const word = "${"x".repeat(n)}";`);
    await builder.build();
  }
  assert(count() <= first + 4, `${count()} files after ${first}`);
});

Deno.test("a syntax error fails the build with its place and leaves the old one", async () => {
  using app = await project();
  const builder = new Builder({ root: app.root });
  await builder.build();
  const before = Deno.readTextFileSync(join(app.root, "_fresh/server.ts"));
  app.write("word.ts", "export const word = ;");
  const error = await builder.build().catch((error) => error);
  assertStringIncludes(String(error), "word.ts");
  assertEquals(Deno.readTextFileSync(join(app.root, "_fresh/server.ts")), before);
});

Deno.test("the service worker is told what the build made, and changes with any of it", async () => {
  using app = await project();
  app.write(
    "worker.ts",
    "declare const VERSION: string, SHELL: string[], LATER: string[];\nconsole.log(VERSION, SHELL, LATER);",
  );
  const build = async () => {
    await new Builder({ root: app.root, serviceWorker: "worker.ts" }).build();
    const { last } = JSON.parse(await Deno.readTextFile(join(app.root, "_fresh/files.json")));
    const manifest = new Map<string, BuiltFile>(last);
    const file = manifest.get("/sw.js");
    assert(file !== undefined && !file.immutable && file.type.startsWith("text/javascript"));
    return { text: await Deno.readTextFile(join(app.root, "_fresh/files", file.name)), manifest };
  };
  const first = await build();
  for (const [url, { immutable }] of first.manifest) {
    if (immutable) assertStringIncludes(first.text, JSON.stringify(url));
  }
  assertStringIncludes(first.text, `/css/main.css?__frsh_c=${first.manifest.get("/css/main.css")?.hash}`);
  app.write("static/css/more.css", `b { color: green }`);
  assert((await build()).text !== first.text);
});
