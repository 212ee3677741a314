/** Replaces the present database by another one, and keeps the old one aside. The caller must hold the file's lock. */
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { syncFile } from "./copy.ts";

/**
 * Renames `fresh` to `path`, in one step of the file system: there is no moment with neither. Returns the name under
 * which the present one is kept, if there was one.
 */
export async function replaceStore(fresh: string, path: string, stamp: string): Promise<string | undefined> {
  const kept = await exists(path) ? `${path}.before-${stamp}` : undefined;
  if (kept !== undefined) {
    foldJournal(path);
    // SQLite would apply a journal that stays here to the new file, so it is moved together with the old one
    for (const suffix of ["-wal", "-shm", "-journal"]) {
      if (await exists(path + suffix)) await Deno.rename(path + suffix, kept + suffix);
    }
    await keep(path, kept);
  }
  await Deno.rename(fresh, path);
  await syncFile(dirname(path));
  return kept;
}

/** Applies the journal to the file and removes it; a damaged file keeps its journal. The caller must hold the lock. */
export function foldJournal(path: string): void {
  try {
    using db = new DatabaseSync(path);
    db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  } catch { /* it is kept as it is */ }
}

async function keep(path: string, kept: string): Promise<void> {
  try {
    await Deno.link(path, kept);
  } catch {
    await Deno.copyFile(path, kept); // a file system without links
  }
}

export async function exists(path: string): Promise<boolean> {
  try {
    await Deno.lstat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
