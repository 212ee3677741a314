/** One build: bundles, stores what is served, and composes the module that names it all. */
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import type { BuiltFile } from "../build_cache.ts";
import { type Bundle, bundleClient, bundleCss, withBundler } from "./bundle.ts";
import { type Generations, manifestOf, nextGeneration } from "./generations.ts";
import { snapshotSource, store } from "./output.ts";
import { bundleWorker, WORKER_URL } from "./worker.ts";
import { islandFiles, listFiles, type Paths, routeFiles } from "./sources.ts";

/** Bundled with what it imports; any other file of `static/` is served as it is. */
const STYLESHEET = "css/main.css";
const BOOT = fileURLToPath(new URL("../client.ts", import.meta.url));
const RELOAD = fileURLToPath(new URL("../reload.ts", import.meta.url));

export interface Compiled {
  /** Of `_fresh/server.ts`. */
  source: string;
  /** What was read, for the stamp. */
  inputs: string[];
  generations: Generations;
}

export function compile(paths: Paths, target: string | string[], dev: boolean): Promise<Compiled> {
  return withBundler(async () => {
    const { root, outDir, islandDir, routeDir } = paths;
    const options = { root, target, minify: !dev };
    const islands = islandFiles(paths).map((path) => ({ name: nameOf(relative(islandDir, path)), path }));
    const entries: Record<string, string> = { boot: BOOT, ...(dev ? { reload: RELOAD } : {}) };
    for (const { name, path } of islands) entries[name.replaceAll("/", "_")] = path;

    const bundle = await bundleClient(entries, join(outDir, "client.ts"), options);
    const css = await bundleStylesheet(join(paths.staticDir, STYLESHEET), options);
    const files = await storeAll(paths, bundle, css?.contents ?? null);
    if (paths.serviceWorker !== null) {
      const worker = await bundleWorker(
        paths.serviceWorker,
        files,
        shellOf(paths, bundle, Object.values(entries)),
        options,
      );
      files.set(WORKER_URL, await store(join(outDir, "files"), WORKER_URL, new Uint8Array(worker), false));
    }
    const generations = await nextGeneration(outDir, files);
    const source = snapshotSource(outDir, {
      dev,
      manifest: manifestOf(generations),
      routes: routeFiles(paths).map((name) => [name, join(routeDir, name)]),
      islands: islands.map((island) => ({ ...island, ...bundle.modules.get(island.path)! })),
      boot: bundle.modules.get(BOOT)!,
    });
    const worker = paths.serviceWorker === null ? [] : [paths.serviceWorker];
    return { source, inputs: [...bundle.inputs, ...css?.inputs ?? [], ...worker], generations };
  });
}

/** The entries and what they import at once, and the modules that were asked for. */
function shellOf({ root, shell }: Paths, { modules }: Bundle, entries: string[]): Set<string> {
  const wanted = [...modules].filter(([path]) => entries.includes(path) || shell.test(relative(root, path)));
  return new Set(wanted.flatMap(([, { chunk, preload }]) => [chunk, ...preload]));
}

async function bundleStylesheet(path: string, options: Parameters<typeof bundleCss>[1]) {
  const exists = await Deno.stat(path).then(() => true, () => false);
  return exists ? await bundleCss(path, options) : null;
}

async function storeAll({ outDir, staticDir }: Paths, bundle: Bundle, css: Uint8Array | null) {
  const files = new Map<string, BuiltFile>();
  const put = async (urlPath: string, contents: Uint8Array, immutable: boolean) => {
    files.set(urlPath, await store(join(outDir, "files"), urlPath, new Uint8Array(contents), immutable));
  };
  for (const [urlPath, contents] of bundle.files) await put(urlPath, contents, true);
  const reload = bundle.modules.get(RELOAD);
  if (reload !== undefined) await put("/_fresh/reload.js", bundle.files.get(reload.chunk)!, false);
  for (const path of listFiles(staticDir)) {
    const name = relative(staticDir, path);
    await put(`/${name}`, name === STYLESHEET && css !== null ? css : await Deno.readFile(path), false);
  }
  return files;
}

/** `rooms/List.tsx` -> `rooms/List`. */
function nameOf(path: string): string {
  return path.replace(/\.[jt]sx?$/, "");
}
