/** Finds the files that the build reads. */
import { dirname, join, relative } from "node:path";

/** Paths of modules below `dir`, sorted; none if there is no such folder. */
export function listModules(dir: string): string[] {
  const found: string[] = [];
  const walk = (folder: string) => {
    for (const { name, isDirectory } of Deno.readDirSync(folder)) {
      if (name.startsWith(".")) continue;
      if (isDirectory) walk(join(folder, name));
      else if (/\.[jt]sx?$/.test(name) && !/[._]test\.[jt]sx?$/.test(name)) {
        found.push(join(folder, name));
      }
    }
  };
  try {
    walk(dir);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return found.sort();
}

/** `rooms/List.tsx` -> `rooms/List`. */
export function nameOf(path: string, dir: string): string {
  return relative(dir, path).replace(/\.[jt]sx?$/, "");
}

/** The nearest deno.json, whose import map applies; outside of a project, the one of the working directory. */
export function findConfig(root: string): string | null {
  for (let dir = root;; dir = dirname(dir)) {
    for (const name of ["deno.json", "deno.jsonc"]) {
      if (exists(join(dir, name))) return join(dir, name);
    }
    if (dirname(dir) === dir) {
      return root === Deno.cwd() ? null : findConfig(Deno.cwd());
    }
  }
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
