/**
 * The build's own steps after the builder's, whichever builder it is. From its output and `static/` they make the one
 * style sheet, the service worker, and the files to serve: compressed and under their hashes.
 */
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import * as esbuild from "esbuild";
import { listFiles, replaceFile } from "./files.ts";
import { type BuiltFile, FILES, MANIFEST, type Manifest, readManifest } from "./manifest.ts";
import { readModules } from "./modules.ts";
import { bundleWorker, filesForWorker, WORKER_URL } from "./service_worker.ts";
import { store } from "./store.ts";
import { bundleCss } from "./stylesheet.ts";

export interface AssetOptions {
  root: string;
  outDir: string;
  staticDir: string;
  target: string | string[];
  /** The style sheet's path in `static/`. It is bundled with its imports; other files there are served unchanged. */
  stylesheet: string;
  /** A module to serve as /sw.js. */
  serviceWorker: string;
  /** Global constants of that module, beside those of the build itself. */
  workerConstants?: () => Promise<Record<string, unknown>>;
  /** Which source modules the service worker caches from the start, beside those of each page. */
  shell: RegExp;
}

const RELOAD = new URL("./reload.ts", import.meta.url);
export const RELOAD_URL = "/_fresh/reload.js";

/** Returns the paths of the files that it read. */
export async function makeAssets(options: AssetOptions, dev: boolean): Promise<string[]> {
  try {
    return await make(options, dev);
  } finally {
    await esbuild.stop(); // its process would keep ours running
  }
}

async function make(options: AssetOptions, dev: boolean): Promise<string[]> {
  const { root, outDir, staticDir, target } = options;
  const dir = join(outDir, FILES);
  await Deno.mkdir(dir, { recursive: true });
  const bundling = { root, target, minify: !dev };
  const modules = await readModules(outDir, options.shell);
  const files = new Map<string, BuiltFile>();
  const put = async (url: string, contents: Uint8Array, immutable: boolean) => {
    files.set(url, await store(dir, url, new Uint8Array(contents), immutable));
  };
  for (const [url, path] of modules.files) await put(url, await Deno.readFile(path), true);
  const sheet = join(staticDir, options.stylesheet);
  const css = await bundleCss(sheet, bundling);
  for (const path of listFiles(staticDir)) {
    await put(`/${relative(staticDir, path)}`, path === sheet ? css.contents : await Deno.readFile(path), false);
  }
  if (dev) await put(RELOAD_URL, new TextEncoder().encode(await reloadScript()), false);
  const worker = join(root, options.serviceWorker);
  const constants = { ...await options.workerConstants?.(), ...await filesForWorker(files, modules.shell) };
  await put(WORKER_URL, await bundleWorker(worker, constants, bundling), false);
  await keep(outDir, { dev, last: [...files], modules: modules.wanted });
  return [...modules.inputs, ...css.inputs, worker];
}

async function reloadScript(): Promise<string> {
  return (await esbuild.transform(await Deno.readTextFile(RELOAD), { loader: "ts" })).code;
}

/** Records the files of this build and the one before, and removes all others. */
async function keep(outDir: string, made: Omit<Manifest, "before">): Promise<void> {
  const { last } = made;
  const older = await lastOf(outDir);
  // Building the same again counts as the same build.
  const before = JSON.stringify(last) === JSON.stringify(older.last) ? older.before : older.last;
  const manifest: Manifest = { ...made, before };
  await replaceFile(join(outDir, MANIFEST), JSON.stringify(manifest));
  const kept = new Set([...last, ...before].map(([, { name }]) => name));
  for (const path of listFiles(join(outDir, FILES))) {
    if (kept.has(relative(join(outDir, FILES), path).replace(/\.gz$/, ""))) continue;
    await Deno.remove(path).catch(() => {}); // another build may sweep at the same time
  }
}

async function lastOf(outDir: string): Promise<Pick<Manifest, "last" | "before">> {
  try {
    return await readManifest(pathToFileURL(`${outDir}/`));
  } catch {
    return { last: [], before: [] }; // the first build
  }
}
