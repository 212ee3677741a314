/**
 * `fresh/dev`: makes what a server and its pages load. Options as documented:
 * https://fresh.deno.dev/docs/advanced/builder
 */
import { resolve } from "node:path";
import type { BuildOptions } from "./build/options.ts";

export class Builder {
  readonly config: Required<BuildOptions>;

  constructor(options: BuildOptions = {}) {
    const root = resolve(options.root ?? ".");
    this.config = {
      target: options.target ?? ["chrome99", "firefox99", "safari15"],
      root,
      serverEntry: resolve(root, options.serverEntry ?? "main.ts"),
      outDir: resolve(root, options.outDir ?? "_fresh"),
      staticDir: resolve(root, options.staticDir ?? "static"),
      islandDir: resolve(root, options.islandDir ?? "islands"),
      routeDir: resolve(root, options.routeDir ?? "routes"),
    };
  }

  /**
   * Writes to `outDir`: `server.js` (its default export has `fetch`), which loads `app` of `serverEntry` and `snapshot.js`;
   * what the browser loads, under `static/` by its URL path; and esbuild's `metafile.json`.
   */
  async build(options: { mode?: "development" | "production" } = {}): Promise<unknown> {
    const { compile } = await import("./build/compile.ts"); // loads esbuild, which some callers do not need
    return await compile(this.config, options.mode === "development");
  }
}
