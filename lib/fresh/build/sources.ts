/** What the build reads, and the stamp that tells whether any of it changed. */
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

export interface Paths {
  root: string;
  outDir: string;
  staticDir: string;
  islandDir: string;
  routeDir: string;
  serviceWorker: string | null;
  /** Of paths below the root. */
  shell: RegExp;
}

/** Paths below `dir`, sorted; none if there is no such folder. */
export function listFiles(dir: string, accept: (name: string) => boolean = () => true): string[] {
  const found: string[] = [];
  const walk = (folder: string) => {
    for (const entry of Deno.readDirSync(folder)) {
      if (entry.name.startsWith(".")) continue;
      const path = join(folder, entry.name);
      if (entry.isDirectory) walk(path);
      else if (accept(entry.name)) found.push(path);
    }
  };
  try {
    walk(dir);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return found.sort();
}

export function isModule(name: string): boolean {
  return /\.[jt]sx?$/.test(name) && !/[._]test\.[jt]sx?$/.test(name) && !name.endsWith(".d.ts");
}

export function routeFiles({ routeDir }: Paths): string[] {
  return listFiles(routeDir, isModule).map((path) => relative(routeDir, path));
}

export function islandFiles({ islandDir }: Paths): string[] {
  return listFiles(islandDir, isModule);
}

/** The nearest deno.json, whose import map applies; outside of a project, the one of the working directory. */
export function findConfig(root: string): string | null {
  for (let dir = root;; dir = dirname(dir)) {
    for (const name of ["deno.json", "deno.jsonc"]) {
      if (statOf(join(dir, name)) !== "missing") return join(dir, name);
    }
    if (dirname(dir) === dir) return root === Deno.cwd() ? null : findConfig(Deno.cwd());
  }
}

/** Everything that decides what the build makes. Which routes exist matters, what is in them does not. */
export interface Stamp {
  key: string;
  listing: string[];
  /** Path -> mtime and size. */
  inputs: Record<string, string>;
}

/**
 * @param bundled what esbuild read
 * @param started when; what changed since was perhaps read before it did, and makes the next build run
 */
export function makeStamp(paths: Paths, key: string, bundled: string[], started: number): Stamp {
  const config = findConfig(paths.root);
  const own = listFiles(fileURLToPath(new URL("..", import.meta.url)), isModule);
  const all = new Set([...bundled, ...own, ...listFiles(paths.staticDir)]);
  if (config !== null) all.add(config).add(join(dirname(config), "deno.lock"));
  return {
    key,
    listing: listing(paths),
    inputs: Object.fromEntries([...all].sort().map((path) => [path, statOf(path, started)])),
  };
}

export function isCurrent(stamp: Stamp, paths: Paths, key: string): boolean {
  return stamp.key === key && stamp.listing.join() === listing(paths).join() &&
    Object.entries(stamp.inputs).every(([path, state]) => statOf(path) === state);
}

function listing(paths: Paths): string[] {
  return [...routeFiles(paths), ...islandFiles(paths), ...listFiles(paths.staticDir)];
}

function statOf(path: string, before = Infinity): string {
  try {
    const { mtime, size } = Deno.statSync(path);
    const time = mtime?.getTime() ?? 0;
    return time > before ? "unsettled" : `${time}:${size}`;
  } catch {
    return "missing";
  }
}
