/** The client's modules as the builder bundled them, read from esbuild's metafile. */
import { basename, join, relative } from "node:path";
import * as v from "valibot";
import { listFiles } from "./files.ts";

const metafile = v.object({
  inputs: v.record(v.string(), v.unknown()),
  outputs: v.record(
    v.string(),
    v.object({
      entryPoint: v.optional(v.string()),
      imports: v.array(v.object({ path: v.string(), kind: v.string() })),
    }),
  ),
});
type Metafile = v.InferOutput<typeof metafile>;

export interface ClientModules {
  /** URL path -> the builder's file: modules and their assets, each with a URL that only this build has. */
  files: Map<string, string>;
  /** Those of them that a page without a server needs to start. */
  shell: Set<string>;
  /** Source and URL path of those that were wanted. */
  wanted: [string, string][];
  /** The files that were read. */
  inputs: string[];
}

/** Builders differ in where they put it. */
const METAFILE = "metafile.json";

/**
 * @param outDir the builder's: what it serves is in `static/`
 * @param wanted which source modules belong to the shell, beside the entries and what they import
 */
export async function readModules(outDir: string, wanted: RegExp): Promise<ClientModules> {
  const dir = join(outDir, "static");
  const written = listFiles(dir);
  const own = written.find((path) => basename(path) === METAFILE) ?? join(outDir, METAFILE);
  const files = new Map(
    written.filter((path) => path !== own).map((path) => [`/${relative(dir, path)}`, path]),
  );
  const { inputs, outputs } = v.parse(metafile, JSON.parse(await Deno.readTextFile(own)));
  const names = namesOf(outputs, wanted);
  const shell = new Set([...files.keys()].filter((url) => names.has(basename(url))));
  const urls = new Map([...files.keys()].map((url) => [basename(url), url]));
  const found = Object.entries(outputs).flatMap(([path, { entryPoint }]): [string, string][] => {
    const url = urls.get(basename(path));
    return url !== undefined && entryPoint !== undefined && wanted.test(entryPoint) ? [[entryPoint, url]] : [];
  });
  return { files, shell, wanted: found, inputs: Object.keys(inputs).map((path) => path.replace(/\?.*/, "")) };
}

/** The outputs of the modules that pages or `wanted` ask for, with all their static imports. */
function namesOf(outputs: Metafile["outputs"], wanted: RegExp): Set<string> {
  const known = new Map(Object.entries(outputs).map(([path, output]) => [basename(path), output]));
  // To esbuild a dynamic import is an entry as well.
  const later = new Set(
    [...known.values()].flatMap(({ imports }) =>
      imports.flatMap(({ path, kind }) => kind === "dynamic-import" ? [basename(path)] : [])
    ),
  );
  const found = new Set(
    [...known].flatMap(([name, { entryPoint }]) =>
      entryPoint !== undefined && (!later.has(name) || wanted.test(entryPoint)) ? [name] : []
    ),
  );
  for (const name of found) {
    for (const { path, kind } of known.get(name)?.imports ?? []) {
      if (kind === "import-statement") found.add(basename(path));
    }
  }
  return found;
}
