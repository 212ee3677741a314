/**
 * `import("./texts.ts?only=chat")` makes a chunk of that export and what it uses, so that one file can be several
 * chunks. esbuild splits by file; therefore each such import gets its own copy of the file, and uses one export of it; what runs
 * when the file is loaded is in every copy.
 * To Deno, and to other builders, it is the whole module.
 */
import type { Plugin } from "esbuild";

const QUERY = /^\?only=(\w+(?:,\w+)*)$/;
const COPY = "?copy=";

/** What the module says that stands for this import; null for every other import. */
export function onlySource(path: string, suffix: string): string | null {
  const names = QUERY.exec(suffix)?.[1];
  return names === undefined ? null : `export { ${names} } from ${JSON.stringify(path + COPY + names)};`;
}

/** Resolves the copy. */
export function onlyCopies(): Plugin {
  return {
    name: "only",
    setup: (build) =>
      build.onResolve({ filter: /\?copy=[\w,]+$/ }, ({ path }) => {
        const at = path.lastIndexOf(COPY);
        return { path: path.slice(0, at), suffix: path.slice(at) };
      }),
  };
}
