/**
 * What the build before left: a server that still runs it, and a tab that was opened on it and now loads a picker, need
 * its files once more. Older ones are removed.
 */
import { join } from "node:path";
import type { BuiltFile } from "../build_cache.ts";
import { replaceFile } from "./output.ts";

type Entries = [urlPath: string, file: BuiltFile][];
export interface Generations {
  last: Entries;
  before: Entries;
}

/** The generations as they are once a build with these files is done; building the same again counts as the same one. */
export async function nextGeneration(outDir: string, own: Map<string, BuiltFile>): Promise<Generations> {
  const { last, before } = await read(outDir);
  const entries = [...own];
  const same = JSON.stringify(entries) === JSON.stringify(last);
  return { last: entries, before: same ? before : last };
}

/** This build's files, and under URLs of their own the modules of the one before. */
export function manifestOf({ last, before }: Generations): Map<string, BuiltFile> {
  return new Map([...before.filter(([, file]) => file.immutable), ...last]);
}

/** Records the generations, and removes the files of none. */
export async function keepGenerations(outDir: string, generations: Generations): Promise<void> {
  await replaceFile(join(outDir, "files.json"), JSON.stringify(generations));
  const kept = new Set([...generations.last, ...generations.before].map(([, file]) => file.name));
  for (const { name } of Deno.readDirSync(join(outDir, "files"))) {
    if (kept.has(name.replace(/\.gz$/, ""))) continue;
    await Deno.remove(join(outDir, "files", name)).catch(() => {}); // another build may sweep at the same time
  }
}

async function read(outDir: string): Promise<Generations> {
  try {
    return JSON.parse(await Deno.readTextFile(join(outDir, "files.json")));
  } catch {
    return { last: [], before: [] }; // the first build
  }
}
