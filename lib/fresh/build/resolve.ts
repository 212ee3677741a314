/** Resolves imports for esbuild the way Deno does, from `deno info`: import map, `npm:` and lock file included. */
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { ImportKind, Plugin } from "esbuild";

interface Module {
  specifier: string;
  dependencies?: { specifier: string; code?: { specifier: string }; isDynamic?: boolean }[];
  /** On npm modules: the key in `npmPackages`. */
  npmPackage?: string;
}
interface NpmPackage {
  name: string;
  dependencies: string[];
  /** The package's folder in Deno's cache. */
  localPath: string;
}
export interface Graph {
  modules: Module[];
  redirects: Record<string, string>;
  npmPackages: Record<string, NpmPackage>;
}
interface CachedPackage {
  name: string;
  version: string;
  registryUrl: string;
}
/** The used fields of `deno info --json FILE`. Before Deno 2.8 packages have no `localPath`. */
type PrintedGraph = Omit<Graph, "npmPackages"> & {
  npmPackages?: Record<string, CachedPackage & { dependencies: string[]; localPath?: string }>;
};

/** Asks Deno for the module graph; fetches the npm packages in it when they are not cached yet. */
export async function moduleGraph(entry: URL, config: string | null): Promise<Graph> {
  const printed = await denoInfo<PrintedGraph>([...(config === null ? [] : ["--config", config]), entry.href]);
  const npmPackages: Graph["npmPackages"] = {};
  let cache: string | undefined;
  for (const [id, found] of Object.entries(printed.npmPackages ?? {})) {
    cache ??= found.localPath === undefined ? (await denoInfo<{ npmCache: string }>([])).npmCache : "";
    const { name, dependencies, localPath = cachedPackage(cache, found) } = found;
    npmPackages[id] = { name, dependencies, localPath };
  }
  return { modules: printed.modules, redirects: printed.redirects, npmPackages };
}

/** Source: https://docs.deno.com/runtime/reference/cli/info/ */
async function denoInfo<Printed>(args: string[]): Promise<Printed> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", ...args],
    stderr: "piped",
  }).output();
  if (code !== 0) throw new Error(`deno info failed: ${new TextDecoder().decode(stderr)}`);
  return JSON.parse(new TextDecoder().decode(stdout));
}

/** The cache holds `<registry>/<name>/<version>`; a registry's folder is its host, port and path. */
function cachedPackage(cache: string, { name, version, registryUrl }: CachedPackage): string {
  const { host, pathname } = new URL(registryUrl);
  return join(cache, host.replace(":", "_"), pathname, name, version);
}

/** @param entry the module whose imports also resolve the imports that esbuild adds (the JSX runtime) */
export function denoResolver(graph: Graph, entry: URL): Plugin {
  // a file's imports are the same whatever its query is (only.ts)
  const modules = new Map(graph.modules.map((module) => [module.specifier.replace(/\?.*/, ""), module]));
  const packages = Object.values(graph.npmPackages);
  const importOf = (importer: string, specifier: string) =>
    modules.get(importer)?.dependencies?.find((d) => d.specifier === specifier)?.code?.specifier;

  return {
    name: "deno",
    setup(build) {
      /** A package finds its own exports: esbuild applies its conditions, so all see the same file. */
      const inPackage = async (found: NpmPackage, subpath: string, kind: ImportKind) => {
        const path = subpath === "" ? found.name : `${found.name}/${subpath}`;
        const options = { resolveDir: found.localPath, kind, pluginData: "resolved" };
        const own = await build.resolve(path, options);
        if (own.errors.length === 0) return own;
        return await build.resolve(subpath === "" ? "./" : `./${subpath}`, options); // a package without exports
      };

      build.onResolve({ filter: /^[^/]/ }, async (args) => {
        if (args.pluginData === "resolved" || args.kind === "entry-point" || args.importer === "") return undefined;
        const owner = packages.find((p) => args.importer.startsWith(`${p.localPath}/`));
        if (owner !== undefined) {
          if (args.path.startsWith(".")) return undefined;
          const [name, subpath] = splitName(args.path);
          const candidates = [owner, ...owner.dependencies.map((id) => graph.npmPackages[id])];
          const dependency = candidates.find((candidate) => candidate?.name === name);
          return dependency && await inPackage(dependency, subpath, args.kind);
        }
        const target = importOf(pathToFileURL(args.importer).href, args.path) ?? importOf(entry.href, args.path);
        if (target === undefined) return undefined;
        const resolved = graph.redirects[target] ?? target;
        if (resolved.startsWith("file:")) return { path: fileURLToPath(resolved), suffix: new URL(resolved).search };
        const found = graph.npmPackages[modules.get(resolved)?.npmPackage ?? ""];
        if (found === undefined) return undefined;
        return await inPackage(found, splitName(resolved.replace(/^npm:\/?/, ""))[1], args.kind);
      });
    },
  };
}

/** `@scope/name@1.2.3/sub/path` -> `["@scope/name", "sub/path"]`. */
function splitName(specifier: string): [name: string, subpath: string] {
  const match = /^((?:@[^/]+\/)?[^/@]+)(?:@[^/]+)?(?:\/(.*))?$/.exec(specifier);
  return [match?.[1] ?? specifier, match?.[2] ?? ""];
}
