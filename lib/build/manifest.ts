/** What the build says of the files that the browser may ask for: `_fresh/assets.json`. */
import * as v from "valibot";

/** Stored under its content's hash, so a running server keeps serving its own build while another is written. */
const builtFile = v.object({
  /** Its name in the build's `files/`; the gzip variant, if there is one, is beside it with `.gz`. */
  name: v.string(),
  type: v.string(),
  hash: v.string(),
  size: v.number(),
  gzip: v.boolean(),
  /** The URL itself carries the hash. */
  immutable: v.boolean(),
});
export type BuiltFile = v.InferOutput<typeof builtFile>;

/** URL path and file. */
const entries = v.array(v.tuple([v.string(), builtFile]));
export type Entries = v.InferOutput<typeof entries>;

const manifest = v.object({
  /** Whether pages reload when another server answers. */
  dev: v.boolean(),
  last: entries,
  /** Of the build before this one: a tab that was opened on it may still load a part. */
  before: entries,
});
export type Manifest = v.InferOutput<typeof manifest>;

export const MANIFEST = "assets.json";
/** The folder of the files. */
export const FILES = "files";

/** Throws where there is none, or it is of another version of this program. */
export async function readManifest(outDir: URL): Promise<Manifest> {
  return v.parse(manifest, JSON.parse(await Deno.readTextFile(new URL(MANIFEST, outDir))));
}

/** This build's files, and under URLs of their own the modules of the one before. */
export function filesOf({ last, before }: Pick<Manifest, "last" | "before">): Map<string, BuiltFile> {
  return new Map([...before.filter(([, file]) => file.immutable), ...last]);
}
