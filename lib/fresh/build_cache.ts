import type { AnyComponent } from "preact";

/** A served file: content-addressed, so a running server keeps serving its own build while another is written. */
export interface BuiltFile {
  /** Its name in the build's `files/`; the gzip variant, if there is one, is beside it with `.gz`. */
  name: string;
  type: string;
  hash: string;
  size: number;
  gzip: boolean;
  /** The URL itself carries the hash. */
  immutable: boolean;
}

export interface BuiltIsland {
  name: string;
  // deno-lint-ignore no-explicit-any -- an island's props are its own; what reaches it is what the page passed
  component: AnyComponent<any>;
  /** URL of its module. */
  chunk: string;
  /** URLs of all it imports statically. */
  preload: string[];
}

/** What the Builder generates (`_fresh/server.ts`). Immutable: any number of Apps may share one. */
export interface Build {
  dev: boolean;
  /** The `files/` folder. */
  files: URL;
  /** URL path -> file, of `static/` and of the client bundle. */
  manifest: ReadonlyMap<string, BuiltFile>;
  /** Path under `routes/` -> module. */
  routes: readonly (readonly [string, object])[];
  islands: readonly BuiltIsland[];
  /** The module that hydrates, and what it imports. */
  boot: { chunk: string; preload: string[] };
}

/**
 * Loads what `fresh.config.ts build` wrote. Ours, not Fresh's: there the generated entry imports `main.ts`, here
 * `main.ts` is the entry. The import is dynamic so that a checkout that was never built still type-checks.
 *
 * @param outDir the Builder's `outDir`: `new URL("./_fresh/", import.meta.url)`
 */
export async function loadBuild(outDir: URL): Promise<Build> {
  const entry = new URL("./server.ts", outDir);
  try {
    await Deno.stat(entry);
  } catch (cause) {
    const hint = "run `deno run -P=build fresh.config.ts build` first";
    throw new Error(`No build in ${outDir.pathname}: ${hint}`, { cause });
  }
  const module: { default: Build } = await import(entry.href);
  return module.default;
}

/** Gives an App its build; before `app.handler()`. */
export function setBuildCache(app: { attach(build: Build): void }, build: Build): void {
  app.attach(build);
}
