/** The client bundle: one module per island, one that hydrates, and shared chunks. */
import { basename, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import * as esbuild from "esbuild";
import { onlyCopies } from "./only.ts";
import { partImporter } from "./parts.ts";
import { denoResolver, moduleGraph } from "./resolve.ts";
import { findConfig } from "./sources.ts";

export interface BundleOptions {
  root: string;
  target: string | string[];
  minify: boolean;
}

export interface BundledModule {
  chunk: string;
  preload: string[];
}

export interface Bundle {
  /** URL path -> contents. */
  files: Map<string, Uint8Array>;
  /** Entry name -> its module. */
  modules: Map<string, BundledModule>;
  metafile: esbuild.Metafile;
}

const PREFIX = "/_fresh/";

/**
 * @param entries name -> path of a module
 * @param scratch where to write the module that imports them all, for Deno to resolve
 */
export function bundleClient(
  entries: Record<string, string>,
  scratch: string,
  options: BundleOptions,
): Promise<Bundle> {
  return withBundler(() => bundle(entries, scratch, options));
}

async function bundle(
  entries: Record<string, string>,
  scratch: string,
  { root, target, minify }: BundleOptions,
): Promise<Bundle> {
  const pages = Object.values(entries).map((path) => pathToFileURL(path).href);
  const imports = [...pages, "preact/jsx-runtime"];
  await Deno.writeTextFile(scratch, imports.map((from) => `import ${JSON.stringify(from)};\n`).join(""));
  const graph = await moduleGraph(pathToFileURL(scratch), findConfig(root));
  const result = await esbuild.build({
    entryPoints: entries,
    absWorkingDir: root,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "browser",
    target,
    minify,
    sourcemap: minify ? false : "inline",
    jsx: "automatic", // precompiled JSX does not hydrate
    jsxImportSource: "preact",
    define: { "process.env.NODE_ENV": '"production"' },
    outdir: PREFIX,
    entryNames: "[name]-[hash]",
    chunkNames: "chunk-[hash]",
    write: false,
    metafile: true,
    logLevel: "silent",
    tsconfigRaw: {},
    plugins: [onlyCopies(), denoResolver(graph, pathToFileURL(scratch)), partImporter(graph, pages)],
  });
  return collect(result, root);
}

let users = 0;

/** Ends esbuild's process after its last user, because two builds may run at once. */
async function withBundler<T>(run: () => Promise<T>): Promise<T> {
  users++;
  try {
    return await run();
  } finally {
    users--;
    if (users === 0) await esbuild.stop();
  }
}

type Result = esbuild.BuildResult<{ metafile: true; write: false }>;

function collect({ outputFiles, metafile }: Result, root: string): Bundle {
  const files = new Map(outputFiles.map(({ path, contents }) => [PREFIX + basename(path), contents]));
  dropIdleImports(files, metafile);
  const urlOf = (path: string) => PREFIX + basename(path);
  const modules = new Map<string, BundledModule>();
  for (const [path, output] of Object.entries(metafile.outputs)) {
    if (output.entryPoint === undefined) continue;
    const preload = new Set<string>();
    const visit = (of: string) => {
      for (const { path: chunk, kind } of metafile.outputs[of]?.imports ?? []) {
        if (kind !== "import-statement" || preload.has(urlOf(chunk))) continue;
        preload.add(urlOf(chunk));
        visit(chunk);
      }
    };
    visit(path);
    modules.set(resolve(root, output.entryPoint), { chunk: urlOf(path), preload: [...preload] });
  }
  return { files, modules, metafile };
}

/**
 * esbuild puts its helpers into a chunk that every entry imports, also an entry that uses none of them. Loading the
 * chunk has no effect, so an unused import only costs one more request.
 */
function dropIdleImports(files: Map<string, Uint8Array>, { outputs }: esbuild.Metafile): void {
  const helpers = Object.keys(outputs).filter((path) => {
    const { entryPoint, imports, inputs } = outputs[path]!;
    return entryPoint === undefined && imports.length === 0 && Object.keys(inputs).length === 0;
  });
  for (const [path, output] of Object.entries(outputs)) {
    const url = PREFIX + basename(path);
    for (const helper of helpers) {
      const text = new TextDecoder().decode(files.get(url));
      // the import as minified files have it; development builds keep it, since their source maps count lines
      const without = text.replace(`import"./${basename(helper)}";`, "");
      if (without === text) continue;
      files.set(url, new TextEncoder().encode(without));
      output.imports = output.imports.filter((one) => one.path !== helper);
    }
  }
}
