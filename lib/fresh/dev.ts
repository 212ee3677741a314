/**
 * `fresh/dev`: builds the client and serves with reload. Options as documented:
 * https://fresh.deno.dev/docs/advanced/builder
 */
import { join, resolve } from "node:path";
import { keepGenerations } from "./build/generations.ts";
import { replaceFile } from "./build/output.ts";
import { serveWithReload } from "./build/serve.ts";
import { isCurrent, makeStamp, type Paths, type Stamp } from "./build/sources.ts";

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
  /** Ours: a module to serve as /sw.js, see build/worker.ts. */
  serviceWorker?: string;
  /** Ours: which source modules it needs from the start, beside the islands and what they import. */
  shell?: RegExp;
}

/** What a build changes when this module's output does: raise it to make every checkout rebuild. */
const FORMAT = 5;

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
      serviceWorker: options.serviceWorker === undefined ? null : resolve(root, options.serviceWorker),
      shell: options.shell ?? /^$/,
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
    const { compile } = await import("./build/compile.ts"); // with esbuild: finding nothing to do stays quick
    const started = Date.now();
    await Deno.mkdir(join(outDir, "files"), { recursive: true });
    const { source, inputs, generations } = await compile(this.#paths, this.#target, dev);
    await replaceFile(join(outDir, "server.ts"), source);
    await replaceFile(stampPath, JSON.stringify(makeStamp(this.#paths, key, inputs, started)));
    await keepGenerations(outDir, generations);
    return true;
  }

  /**
   * Builds, runs `serverEntry` as its own process with `-P=serve`, and on each change builds again, restarts it and has
   * browsers reload. Fresh passes a function that imports the app; a restart needs a process, so it is not called.
   */
  async listen(_importApp?: () => Promise<unknown>): Promise<void> {
    await serveWithReload(this.#paths, this.#serverEntry, () => this.build({ dev: true }));
  }
}

async function readStamp(path: string): Promise<Stamp | null> {
  try {
    return JSON.parse(await Deno.readTextFile(path));
  } catch {
    return null; // no build yet, or one that was cut short
  }
}
