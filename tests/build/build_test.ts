import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Builder } from "fresh/dev";
import { build, type BuildOptions } from "../../lib/build/build.ts";
import { filesOf, readManifest } from "../../lib/build/manifest.ts";
import { Assets } from "../../lib/pages/assets.ts";

const OPTIONS: BuildOptions = { stylesheet: "css/main.css", serviceWorker: "worker.ts", shell: /^$/ };

/** A small app of its own, to change; its path needs escaping in URLs. */
async function project(): Promise<{ root: string; write(path: string, text: string): void } & Disposable> {
  const root = await Deno.makeTempDir({ prefix: "fresh 100% #" });
  const write = (path: string, text: string) => {
    Deno.mkdirSync(join(root, path, ".."), { recursive: true });
    Deno.writeTextFileSync(join(root, path), text);
  };
  write("main.ts", `import { App } from "fresh";\nexport const app = new App().fsRoutes();`);
  write("worker.ts", "console.log();");
  write("routes/index.tsx", `import A from "../islands/A.tsx";\nexport default () => <A />;`);
  write("islands/A.tsx", `import { word } from "../word.ts";\nexport default () => <b>{word}</b>;`);
  write("word.ts", `export const word = "first";`);
  write("static/css/main.css", `@import "./more.css";`);
  write("static/css/more.css", `b { color: red }`);
  return { root, write, [Symbol.dispose]: () => Deno.removeSync(root, { recursive: true }) };
}

Deno.test("build: skipped until a file that it reads changes", async () => {
  using app = await project();
  const make = () => build(new Builder({ root: app.root }), OPTIONS);
  const files = () =>
    [...Deno.readDirSync(join(app.root, "_fresh"))].map(({ name }) => [
      name,
      Deno.statSync(join(app.root, "_fresh", name)).mtime,
    ]);
  assertEquals(await make(), true);
  const before = files();
  assertEquals(await make(), false);
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
    assertEquals(await make(), true, what);
    assertEquals(await make(), false, what);
  }
  app.write("routes/index.tsx", `export default () => <i>server only</i>;`);
  assertEquals(await make(), false, "a route's contents are read when the server starts");
  assertEquals(
    await build(new Builder({ root: app.root }), OPTIONS, { dev: true }),
    true,
    "a dev build is another build",
  );
});

Deno.test("build: a change during the build is in the next build at the latest", async () => {
  using app = await project();
  const make = () => build(new Builder({ root: app.root }), OPTIONS);
  const building = make();
  await new Promise((resolve) => setTimeout(resolve, 20));
  app.write("word.ts", `export const word = "in between";`);
  await building;
  await make(); // nothing to do, where the first came to read it after the change
  assertEquals(await make(), false);
  const texts = [...Deno.readDirSync(join(app.root, "_fresh/files"))].map(({ name }) =>
    Deno.readTextFileSync(join(app.root, "_fresh/files", name))
  );
  assert(texts.some((text) => text.includes("in between")));
});

Deno.test("build: a running server keeps its own build, and a tab of the earlier build still gets its modules", async () => {
  using app = await project();
  const make = () => build(new Builder({ root: app.root }), OPTIONS);
  await make();
  const outDir = pathToFileURL(join(app.root, "_fresh/"));
  const running = await Assets.open(outDir);
  const { chunk } = await islandOf(app.root);
  app.write("word.ts", `export const word = "second!";`);
  await make();
  Deno.utimeSync(join(app.root, "word.ts"), 1, 1);
  await make(); // the same once more
  for (const assets of [running, await Assets.open(outDir)]) {
    const response = await assets.serve(new Request(`http://localhost${chunk}`));
    assertStringIncludes(await response?.text() ?? "", "first");
  }
  assert((await islandOf(app.root)).chunk !== chunk);
});

async function islandOf(root: string): Promise<{ chunk: string }> {
  const { islands } = await import(`${pathToFileURL(join(root, "_fresh/snapshot.js"))}?${crypto.randomUUID()}`);
  return islands[0];
}

Deno.test("build: the files of older builds are removed", async () => {
  using app = await project();
  const make = () => build(new Builder({ root: app.root }), OPTIONS);
  const count = () => [...Deno.readDirSync(join(app.root, "_fresh/files"))].length;
  await make();
  const first = count();
  for (const n of [1, 2, 3, 4, 5]) {
    app.write("word.ts", `export const word = "${"x".repeat(n)}";`);
    await make();
  }
  assert(count() <= first + 4, `${count()} files after ${first}`);
});

Deno.test("build: a syntax error fails with its place, and the old build stays", async () => {
  using app = await project();
  const make = () => build(new Builder({ root: app.root }), OPTIONS);
  await make();
  const before = Deno.readTextFileSync(join(app.root, "_fresh/snapshot.js"));
  app.write("word.ts", "export const word = ;");
  const error = await make().catch((error) => error);
  assertStringIncludes(String(error), "word.ts");
  assertEquals(Deno.readTextFileSync(join(app.root, "_fresh/snapshot.js")), before);
});

Deno.test("build: the service worker lists the build's modules, and changes when any of them does", async () => {
  using app = await project();
  app.write(
    "worker.ts",
    "declare const VERSION: string, SHELL: string[], LATER: string[];\nconsole.log(VERSION, SHELL, LATER);",
  );
  const outDir = pathToFileURL(join(app.root, "_fresh/"));
  const made = async () => {
    await build(new Builder({ root: app.root }), OPTIONS);
    const files = filesOf(await readManifest(outDir));
    const file = files.get("/sw.js");
    assert(file !== undefined && !file.immutable && file.type.startsWith("text/javascript"));
    return { text: await Deno.readTextFile(new URL(`files/${file.name}`, outDir)), files };
  };
  const first = await made();
  for (const [url, { immutable }] of first.files) {
    if (immutable) assertStringIncludes(first.text, JSON.stringify(url));
  }
  assertStringIncludes(first.text, `/css/main.css?__frsh_c=${first.files.get("/css/main.css")?.hash}`);
  app.write("static/css/more.css", `b { color: green }`);
  assert((await made()).text !== first.text);
});

Deno.test("build: ?only= makes a chunk of one export of a file, which pages can find by its source", async () => {
  using app = await project();
  app.write(
    "texts.ts",
    'import { word } from "./word.ts";\nexport const a = "alpha";\nexport const b = () => `beta ${word}`;',
  );
  app.write(
    "islands/A.tsx",
    `import { word } from "../word.ts";
    const { a } = await import("../texts.ts?only=a");
    export default () => <b onClick={async () => alert((await import("../texts.ts?only=b")).b())}>{a}{word}</b>;`,
  );
  await build(new Builder({ root: app.root }), { ...OPTIONS, shell: /^texts/ });
  const outDir = pathToFileURL(join(app.root, "_fresh/"));
  const assets = await Assets.open(outDir);
  const chunk = async (source: string) => {
    const response = await assets.serve(new Request(`http://localhost${assets.module(source)}`));
    return await response?.text() ?? "";
  };
  const [a, b] = [await chunk("texts.ts?only=a"), await chunk("texts.ts?only=b")];
  assertEquals([a.includes("alpha"), a.includes("beta"), b.includes("alpha"), b.includes("beta")], [
    true,
    false,
    false,
    true,
  ]);
  assertEquals(assets.module("word.ts"), undefined);
  // what both use is in neither
  assertEquals([a, b].map((text) => text.includes("first")), [false, false]);
});

Deno.test("builder: its output is a server for `deno serve`, a default export with fetch", async () => {
  using app = await project();
  await new Builder({ root: app.root }).build();
  const { default: server } = await import(pathToFileURL(join(app.root, "_fresh/server.js")).href);
  const response: Response = await server.fetch(new Request("http://localhost/"));
  assertStringIncludes(await response.text(), "first");
});

Deno.test("build: our steps accept another builder's output, with modules below the build's name and a metafile among them", async () => {
  using app = await project();
  const root = app.root;
  const outDir = join(root, "_fresh");
  const module = "/_fresh/js/4f0c/A.js";
  const builder = {
    config: {
      root,
      outDir,
      islandDir: join(root, "islands"),
      routeDir: join(root, "routes"),
      staticDir: [join(root, "static")],
      target: "es2022",
    },
    build() {
      const outputs = {
        "A.js": { entryPoint: "islands/A.tsx", imports: [{ path: "chunk-1.js", kind: "import-statement" }] },
        "chunk-1.js": { imports: [{ path: "late-2.js", kind: "dynamic-import" }] },
        "late-2.js": { entryPoint: "late.ts", imports: [] },
      };
      for (const name of Object.keys(outputs)) app.write(`_fresh/static/_fresh/js/4f0c/${name}`, `// ${name}`);
      app.write("_fresh/static/_fresh/js/4f0c/metafile.json", JSON.stringify({ inputs: { "word.ts": {} }, outputs }));
      return Promise.resolve();
    },
  };
  app.write(
    "worker.ts",
    "declare const SHELL: string[], LATER: string[];\nconsole.log({ shell: SHELL, later: LATER });",
  );
  assertEquals(await build(builder, OPTIONS), true);
  const files = filesOf(await readManifest(pathToFileURL(`${outDir}/`)));
  assert(files.get(module)?.immutable);
  assert(![...files.keys()].some((url) => url.includes("metafile")));
  const worker = await Deno.readTextFile(join(outDir, "files", files.get("/sw.js")?.name ?? ""));
  assertMatch(worker, /\["[^\]]*A\.js","[^\]]*chunk-1\.js",[^\]]*\]/);
  assertMatch(worker, /\["[^"\]]*late-2\.js"\]/);
  assertEquals(await build(builder, OPTIONS), false);
  app.write("word.ts", `export const word = "second!";`);
  assertEquals(await build(builder, OPTIONS), true);
});

/** What Fresh's builder does on disk, beside what ours does: it makes sure of the root, and reads packages where Deno keeps them. */
const AS_FRESH = `
  await Deno.mkdir(Deno.cwd(), { recursive: true });
  await Deno.remove("_fresh/static", { recursive: true }).catch(() => {});
  await Deno.mkdir("_fresh/static/_fresh/js/4f0c", { recursive: true });
  for (const name of ["snapshot.js", "server.js", "compiled-entry.js", "static/_fresh/js/4f0c/A.js"]) {
    await Deno.writeTextFile("_fresh/" + name, "");
  }
  await Deno.stat(Deno.execPath());
`;

Deno.test("[D11] build: the task's permissions are enough for the files that Fresh's builder reads and writes", async () => {
  using app = await project();
  const { permissions } = JSON.parse(await Deno.readTextFile(new URL("../../deno.json", import.meta.url)));
  app.write("deno.json", JSON.stringify({ permissions: { build: permissions.build } }));
  app.write("builder.ts", AS_FRESH);
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "--no-prompt", "-P=build", "builder.ts"],
    cwd: app.root,
  }).output();
  assertEquals(success, true, new TextDecoder().decode(stderr));
});
