/** Tells whether any input of the build has changed. */
import { join, resolve } from "node:path";
import * as v from "valibot";
import { listFiles, replaceFile } from "./files.ts";

const stamp = v.object({
  key: v.string(),
  listing: v.array(v.string()),
  /** Path -> mtime and size. */
  inputs: v.record(v.string(), v.string()),
});

export interface Sources {
  root: string;
  outDir: string;
  /** Folders of which only the list of files matters, not their contents. */
  listed: string[];
  /** Folders and files whose contents matter. */
  read: string[];
}

const FILE = "stamp.json";

/** Whether the last build had the same inputs and is complete. */
export async function isCurrent(sources: Sources, key: string): Promise<boolean> {
  try {
    const made = v.parse(stamp, JSON.parse(await Deno.readTextFile(join(sources.outDir, FILE))));
    return made.key === key && made.listing.join() === listing(sources).join() &&
      Object.entries(made.inputs).every(([path, state]) => stateOf(path) === state);
  } catch {
    return false; // no build yet, an incomplete one, or one of an older program
  }
}

/**
 * @param bundled what esbuild read
 * @param started when; what changed since was perhaps read before it did, and makes the next build run
 */
export async function writeStamp(sources: Sources, key: string, bundled: string[], started: number): Promise<void> {
  const { root, outDir, read } = sources;
  const paths = new Set([...bundled.map((path) => resolve(root, path)), ...read.flatMap(filesAt)]);
  const inputs = [...paths].filter((path) => !PACKAGE.test(path)).sort().map((path) => [path, stateOf(path, started)]);
  const made = { key, listing: listing(sources), inputs: Object.fromEntries(inputs) };
  await replaceFile(join(outDir, FILE), JSON.stringify(made));
}

/** `<DENO_DIR>/npm/<registry>/<name>/<version>/`: the versions of npm packages are in the lock file. */
const PACKAGE = /\/npm\/[^/]+\.[^/]+\/(?:@[^/]+\/)?[^/]+\/\d+\.\d+\.\d+[^/]*\//;

function listing({ listed, read }: Sources): string[] {
  return [...listed, ...read].flatMap(filesAt);
}

/** A file, or the files of a folder; none if neither exists. */
function filesAt(path: string): string[] {
  try {
    return Deno.statSync(path).isFile ? [path] : listFiles(path);
  } catch {
    return [];
  }
}

function stateOf(path: string, before = Infinity): string {
  try {
    const { mtime, size } = Deno.statSync(path);
    const time = mtime?.getTime() ?? 0;
    return time > before ? "unsettled" : `${time}:${size}`;
  } catch {
    return "missing";
  }
}
