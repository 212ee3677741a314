/** `deno task build`: Fresh's build, then our steps on its output. Does nothing if nothing changed. */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { AssetOptions } from "./assets.ts";
import { isCurrent, type Sources, writeStamp } from "./stamp.ts";

/** The part of Fresh's Builder that is used here. */
export interface PageBuilder {
  readonly config: {
    readonly root: string;
    readonly outDir: string;
    readonly islandDir: string;
    readonly routeDir: string;
    /** One, or in later versions several. */
    readonly staticDir: string | readonly string[];
    readonly target: string | string[];
  };
  build(options?: { mode?: "development" | "production" }): Promise<unknown>;
}

export type BuildOptions = Pick<AssetOptions, "stylesheet" | "serviceWorker" | "workerConstants" | "shell">;

/**
 * The version of the build's output. Raise it when these modules write something else, so that every checkout rebuilds.
 */
const FORMAT = 7;

/** Returns whether there was anything to do. */
export async function build(builder: PageBuilder, options: BuildOptions, { dev = false } = {}): Promise<boolean> {
  const { root, outDir, islandDir, routeDir, target } = builder.config;
  const staticDir = [builder.config.staticDir].flat()[0] ?? join(root, "static");
  const key = JSON.stringify([FORMAT, dev, target, root]);
  const lib = dirname(dirname(fileURLToPath(import.meta.url)));
  const sources: Sources = {
    root,
    outDir,
    listed: [islandDir, routeDir],
    read: [staticDir, join(lib, "build"), join(lib, "fresh"), join(root, "deno.json"), join(root, "deno.lock")],
  };
  if (await isCurrent(sources, key)) return false;
  const started = Date.now();
  await builder.build({ mode: dev ? "development" : "production" });
  // imported here, since it loads esbuild: a build with nothing to do stays quick
  const { makeAssets } = await import("./assets.ts");
  const inputs = await makeAssets({ root, outDir, staticDir, target, ...options }, dev);
  await writeStamp(sources, key, inputs, started);
  return true;
}
