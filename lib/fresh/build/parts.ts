/**
 * Parts that are fetched on demand, by `import()`. esbuild makes a chunk for each set of entries and parts that share a
 * module, so a page of many parts would fetch dozens of small chunks. Therefore each part imports the modules that
 * every page which can fetch it has loaded already. Only the set "the page and all its parts" remains, and it is one
 * chunk.
 */
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import type { Loader, Plugin } from "esbuild";
import { onlySource } from "./only.ts";
import type { Graph } from "./resolve.ts";

interface Edges {
  loaded: Map<string, string[]>;
  onDemand: Map<string, string[]>;
}

/** File URL of a part -> file URLs of the modules that it must import besides its own imports. */
export function sharedImports(
  graph: Graph,
  entries: readonly string[],
): Map<string, string[]> {
  const edges = edgesOf(graph);
  const pages = entries.map((entry) => ({
    loaded: reachable([entry], (from) => edges.loaded.get(from) ?? []),
    all: reachable(
      [entry],
      (
        from,
      ) => [...edges.loaded.get(from) ?? [], ...edges.onDemand.get(from) ?? []],
    ),
  }));
  const found = new Map<string, string[]>();
  for (const part of new Set([...edges.onDemand.values()].flat())) {
    const sets = pages.flatMap(({ loaded, all }) => all.has(part) ? [loaded] : []);
    const held = sets.reduce(
      (some, set) => some.intersection(set),
      sets[0] ?? new Set<string>(),
    );
    if (held.has(part)) continue;
    // an entry that awaits a part at its top level would wait for itself
    const common = held.difference(new Set(entries));
    // these import the others
    const imported = new Set(
      [...common].flatMap((from) => edges.loaded.get(from) ?? []),
    );
    const roots = [...common].filter((one) => !imported.has(one)).sort();
    if (roots.length > 0) found.set(part, roots);
  }
  return found;
}

/** Only for files: packages are bundled unchanged. */
function edgesOf(graph: Graph): Edges {
  const edges: Edges = { loaded: new Map(), onDemand: new Map() };
  for (const { specifier, dependencies = [] } of graph.modules) {
    const targets = (isDynamic: boolean) =>
      dependencies.flatMap(({ code, isDynamic: is = false }) =>
        is === isDynamic && code?.specifier?.startsWith("file:") ? [code.specifier] : []
      );
    edges.loaded.set(specifier, targets(false));
    edges.onDemand.set(specifier, targets(true));
  }
  return edges;
}

function reachable(
  from: readonly string[],
  next: (one: string) => readonly string[],
): Set<string> {
  const seen = new Set(from);
  for (const one of seen) for (const other of next(one)) seen.add(other); // a Set's loop visits what is added meanwhile
  return seen;
}

const LOADERS: Record<string, Loader> = {
  ".ts": "ts",
  ".tsx": "tsx",
  ".js": "js",
  ".jsx": "jsx",
};

export function partImporter(graph: Graph, entries: readonly string[]): Plugin {
  const shared = new Map(
    [...sharedImports(graph, entries)].map((
      [part, roots],
    ) => [fileURLToPath(part) + new URL(part).search, roots.map((root) => fileURLToPath(root))]),
  );
  return {
    name: "parts",
    setup: (build) =>
      build.onLoad({ filter: /\.[jt]sx?$/ }, async ({ path, suffix }) => {
        const roots = shared.get(path + suffix) ?? [];
        const loader = LOADERS[extname(path)];
        const only = onlySource(path, suffix);
        if ((roots.length === 0 && only === null) || loader === undefined) return undefined;
        const imports = roots.map((root) => `\nimport ${JSON.stringify(root)};`)
          .join("");
        // at the end, so that the source's line numbers do not change
        return { contents: (only ?? await Deno.readTextFile(path)) + imports, loader };
      }),
  };
}
