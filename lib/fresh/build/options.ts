export interface BuildOptions {
  /** esbuild's `target`. */
  target?: string | string[];
  /** All other paths are relative to it. Default: the working directory. */
  root?: string;
  /** The module that exports `app`. Default: `main.ts`. */
  serverEntry?: string;
  outDir?: string;
  staticDir?: string;
  islandDir?: string;
  routeDir?: string;
}
