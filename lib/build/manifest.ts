/** The build's manifest of files that browsers may ask for: `_fresh/assets.json`. */
import * as v from "valibot";

/**
 * A file is stored under its content's hash, so that a running server goes on serving its own build while another is
 * written.
 */
const builtFile = v.object({
  /** Its name in the build's `files/`. A gzip variant, if there is one, has the same name with `.gz`. */
  name: v.string(),
  type: v.string(),
  hash: v.string(),
  size: v.number(),
  gzip: v.boolean(),
  /** Whether the URL itself contains the hash. */
  immutable: v.boolean(),
});
export type BuiltFile = v.InferOutput<typeof builtFile>;

/** URL path and file. */
const entries = v.array(v.tuple([v.string(), builtFile]));
export type Entries = v.InferOutput<typeof entries>;

const manifest = v.object({
  /** Whether pages reload when a new server answers. */
  dev: v.boolean(),
  last: entries,
  /** The files of the build before: a tab that was opened on it may still load a chunk. */
  before: entries,
  /** Source and URL of the shell's chunks that pages fetch by themselves. */
  modules: v.array(v.tuple([v.string(), v.string()])),
});
export type Manifest = v.InferOutput<typeof manifest>;

export const MANIFEST = "assets.json";
/** The folder of the files. */
export const FILES = "files";

/** Reads the manifest. Throws if there is none, or if another version of this program wrote it. */
export async function readManifest(outDir: URL): Promise<Manifest> {
  return v.parse(manifest, JSON.parse(await Deno.readTextFile(new URL(MANIFEST, outDir))));
}

/** The files of this build, and the modules of the one before, which have other URLs. */
export function filesOf({ last, before }: Pick<Manifest, "last" | "before">): Map<string, BuiltFile> {
  return new Map([...before.filter(([, file]) => file.immutable), ...last]);
}
