/** What the builder made of the client's modules, as esbuild's metafile tells it. */
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
  /** URL path -> where the builder wrote it: modules and what belongs to them, each under a URL of this build alone. */
  files: Map<string, string>;
  /** Of those, what a page without a server begins with. */
  shell: Set<string>;
  /** What was read. */
  inputs: string[];
}

/** Builders have put it here and there. */
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
  return { files, shell, inputs: Object.keys(inputs) };
}

/** Of the modules that are asked for by pages or by `wanted`, and of all that these import at once. */
function namesOf(outputs: Metafile["outputs"], wanted: RegExp): Set<string> {
  const known = new Map(Object.entries(outputs).map(([path, output]) => [basename(path), output]));
  // what is imported on demand is an entry to esbuild too
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
