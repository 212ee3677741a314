/** `serveWithReload()`: a server process of its own, replaced on each change. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "../support/port.ts";
import { until } from "../support/until.ts";

const REPO = new URL("../../", import.meta.url);

async function project(port: number): Promise<string> {
  const root = await Deno.makeTempDir({ prefix: "fresh-dev-" });
  const { imports, links, permissions, compilerOptions, unstable, nodeModulesDir } = JSON.parse(
    await Deno.readTextFile(new URL("deno.json", REPO)),
  );
  const files: Record<string, string> = {
    "deno.json": JSON.stringify({
      imports,
      links: links.map((path: string) => relative(root, fileURLToPath(new URL(path, REPO)))),
      compilerOptions,
      unstable,
      nodeModulesDir,
      permissions: { serve: { ...permissions.serve, read: true } },
    }),
    "fresh.config.ts": `
      import { Builder } from "fresh/dev";
      import { build } from "${new URL("lib/build/build.ts", REPO)}";
      import { serveWithReload } from "${new URL("lib/build/dev.ts", REPO)}";
      const builder = new Builder();
      const options = { stylesheet: "main.css", serviceWorker: "worker.ts", shell: /^$/ };
      await serveWithReload(builder.config, () => build(builder, options, { dev: true }));`,
    "main.ts": `
      import { App } from "fresh";
      import { Assets } from "${new URL("lib/pages/assets.ts", REPO)}";
      export const app = new App().fsRoutes();
      if (import.meta.main) {
        const dir = new URL("./_fresh/", import.meta.url);
        const assets = await Assets.open(dir);
        const serve = (request) => assets.serve(request).then(async (file) =>
          file ?? (await import(new URL("server.js", dir))).default.fetch(request));
        Deno.serve({ port: ${port}, hostname: "127.0.0.1" }, serve);
        Deno.addSignalListener("SIGTERM", () => Deno.exit());
      }`,
    "static/main.css": "",
    "worker.ts": "",
    "routes/index.tsx": `export default () => <p>first</p>;`,
  };
  for (const name of ["routes", "static"]) await Deno.mkdir(join(root, name));
  await Deno.copyFile(new URL("deno.lock", REPO), join(root, "deno.lock"));
  for (const [path, text] of Object.entries(files)) await Deno.writeTextFile(join(root, path), text);
  return root;
}

async function pageWith(origin: string, text: string): Promise<string> {
  let html = "";
  await until(async () => {
    html = await fetch(origin).then((response) => response.text()).catch(() => "");
    return html.includes(text);
  }, 60_000);
  return html;
}

async function runId(origin: string): Promise<string> {
  const response = await fetch(`${origin}/_fresh/reload`);
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  const { value } = await reader.read();
  await reader.cancel();
  return /data: ?(\S+)/.exec(value ?? "")![1]!;
}

Deno.test("dev: a change rebuilds and restarts the server, and browsers notice by the new server id", async () => {
  const port = freePort();
  const origin = `http://127.0.0.1:${port}`;
  const root = await project(port);
  const dev = new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "-A", "fresh.config.ts"],
    cwd: root,
    stdout: "null",
  }).spawn();
  try {
    await pageWith(origin, "first");
    const script = await (await fetch(`${origin}/_fresh/reload.js`)).text();
    assertStringIncludes(script, "EventSource");
    const before = await runId(origin);
    await Deno.writeTextFile(join(root, "routes/index.tsx"), `export default () => <p>second</p>;`);
    await pageWith(origin, "second");
    assert(await runId(origin) !== before);
  } finally {
    dev.kill("SIGTERM");
    assertEquals((await dev.status).success, true);
    await Deno.remove(root, { recursive: true });
  }
});
