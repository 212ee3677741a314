/**
 * `fresh/dev`: builds the client and serves with reload. Options as documented:
 * https://fresh.deno.dev/docs/advanced/builder
 */
import { join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { BuiltFile } from "./build_cache.ts";
import { replaceFile, snapshotSource, store } from "./build/output.ts";
import { isCurrent, islandFiles, listFiles, makeStamp, type Paths, routeFiles, type Stamp } from "./build/sources.ts";
import { serveWithReload } from "./build/serve.ts";

export interface BuilderOptions {
  /** esbuild's `target`. */
  target?: string | string[];
  /** All other paths are relative to it. Default: the working directory. */
  root?: string;
  /** What `listen()` runs. Default: `main.ts`. */
  serverEntry?: string;
  outDir?: string;
  staticDir?: string;
  islandDir?: string;
  routeDir?: string;
}

/** What a build changes when this module's output does: raise it to make every checkout rebuild. */
const FORMAT = 2;
const STYLESHEET = "css/main.css";

export class Builder {
  readonly #paths: Paths;
  readonly #target: string | string[];
  readonly #serverEntry: string;

  constructor(options: BuilderOptions = {}) {
    const root = resolve(options.root ?? Deno.cwd());
    this.#paths = {
      root,
      outDir: resolve(root, options.outDir ?? "_fresh"),
      staticDir: resolve(root, options.staticDir ?? "static"),
      islandDir: resolve(root, options.islandDir ?? "islands"),
      routeDir: resolve(root, options.routeDir ?? "routes"),
    };
    this.#target = options.target ?? "es2022";
    this.#serverEntry = resolve(root, options.serverEntry ?? "main.ts");
  }

  /** Writes `_fresh/`; does nothing when its inputs did not change. Returns whether it built. */
  async build({ dev = false }: { dev?: boolean } = {}): Promise<boolean> {
    const { outDir } = this.#paths;
    const key = JSON.stringify([FORMAT, dev, this.#target, this.#paths.root]);
    const stampPath = join(outDir, "stamp.json");
    const stamp = await readStamp(stampPath);
    if (stamp !== null && isCurrent(stamp, this.#paths, key)) return false;
    await Deno.mkdir(join(outDir, "files"), { recursive: true });
    const { source, inputs, keep } = await this.#compile(dev);
    await replaceFile(join(outDir, "server.ts"), source);
    await replaceFile(stampPath, JSON.stringify(makeStamp(this.#paths, key, inputs)));
    await this.#sweep(keep);
    return true;
  }

  /**
   * Builds, runs `serverEntry` as its own process with `-P=serve`, and on each change builds again, restarts it and has
   * browsers reload. Fresh passes a function that imports the app; a restart needs a process, so it is not called.
   */
  async listen(_importApp?: () => Promise<unknown>): Promise<void> {
    await serveWithReload(this.#paths, this.#serverEntry, () => this.build({ dev: true }));
  }

  async #compile(dev: boolean): Promise<{ source: string; inputs: string[]; keep: Set<string> }> {
    // esbuild is loaded here, so that finding nothing to do stays quick
    const { bundleClient, bundleCss, stopBundler } = await import("./build/bundle.ts");
    const { root, outDir, staticDir, islandDir, routeDir } = this.#paths;
    const options = { root, target: this.#target, minify: !dev };
    const boot = fileURLToPath(new URL("./client.ts", import.meta.url));
    const reload = fileURLToPath(new URL("./reload.ts", import.meta.url));
    const islands = islandFiles(this.#paths).map((path) => ({ name: nameOf(relative(islandDir, path)), path }));
    const entries: Record<string, string> = { boot, ...(dev ? { reload } : {}) };
    for (const { name, path } of islands) entries[name.replaceAll("/", "_")] = path;
    try {
      const bundle = await bundleClient(entries, join(outDir, "client.ts"), options);
      const manifest = new Map<string, BuiltFile>();
      const filesDir = join(outDir, "files");
      const put = async (urlPath: string, contents: Uint8Array, immutable: boolean) => {
        manifest.set(urlPath, await store(filesDir, urlPath, new Uint8Array(contents), immutable));
      };
      for (const [urlPath, contents] of bundle.files) await put(urlPath, contents, true);
      if (dev) await put("/_fresh/reload.js", bundle.files.get(bundle.modules.get(reload)!.chunk)!, false);
      const inputs = [...bundle.inputs];
      for (const path of listFiles(staticDir)) {
        const name = relative(staticDir, path);
        const [contents, read] = name === STYLESHEET ? await bundleCss(path, options) : [await Deno.readFile(path), []];
        inputs.push(...read);
        await put(`/${name}`, contents, false);
      }
      const source = snapshotSource(outDir, {
        dev,
        manifest,
        routes: routeFiles(this.#paths).map((name) => [name, join(routeDir, name)]),
        islands: islands.map((island) => ({ ...island, ...bundle.modules.get(island.path)! })),
        boot: bundle.modules.get(boot)!,
      });
      return { source, inputs, keep: new Set([...manifest.values()].map((file) => file.name)) };
    } finally {
      await stopBundler();
    }
  }

  /** Removes files that the last build but one left; those of the last may belong to a running server. */
  async #sweep(current: Set<string>): Promise<void> {
    const listPath = join(this.#paths.outDir, "files.json");
    const previous = new Set<string>(await Deno.readTextFile(listPath).then(JSON.parse).catch(() => []));
    if (previous.symmetricDifference(current).size === 0) return;
    for (const entry of Deno.readDirSync(join(this.#paths.outDir, "files"))) {
      const name = entry.name.replace(/\.gz$/, "");
      if (!current.has(name) && !previous.has(name)) {
        await Deno.remove(join(this.#paths.outDir, "files", entry.name)).catch(() => {}); // another build's sweep
      }
    }
    await replaceFile(listPath, JSON.stringify([...current]));
  }
}

/** `rooms/List.tsx` -> `rooms/List`. */
function nameOf(path: string): string {
  return path.replace(/\.[jt]sx?$/, "");
}

async function readStamp(path: string): Promise<Stamp | null> {
  try {
    return JSON.parse(await Deno.readTextFile(path));
  } catch {
    return null; // no build yet, or one that was cut short
  }
}
