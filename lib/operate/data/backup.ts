/** `deno task backup` and `deno task restore`: a copy of the store's file as it is at one moment, and the way back. */
import { passSlice } from "../../store/limits.ts";
import { dirname, resolve } from "node:path";
import type { Clock } from "../../base/clock.ts";
import type { Config } from "../../base/config/config.ts";
import { storeName } from "../../base/config/store_kind.ts";
import { randomId } from "../../base/ids.ts";
import { checkStore, copyStore, removeStore } from "./copy.ts";
import { type Family, keys, ranges } from "../../store/keys.ts";
import { type Kv, put } from "../../store/kv.ts";
import { lockStore } from "../../store/lock.ts";
import { knownSchema, openAlone } from "../../store/open.ts";
import { openStopped } from "./offline.ts";
import { exists, foldJournal, replaceStore } from "./replace.ts";
import { StoreError } from "../../store/store_error.ts";

/** What a restore leaves out: with the old sessions, people who have signed out since would be signed in again. */
const ENDED: Family[] = [
  ...["session", "session_by_secret", "push", "push_endpoint"] as const,
  ...["attempts", "room_slots", "presence", "ephemera"] as const,
];

/** Copies the store's file, whether a server runs on it or not. Never replaces a file. */
export async function backup({ kvPath: path, s3 }: Pick<Config, "kvPath" | "s3">, to: string): Promise<string> {
  if (await exists(to)) throw new StoreError(`There is something at ${to} already: name a new file.`);
  await Deno.mkdir(dirname(resolve(to)), { recursive: true, mode: 0o700 });
  await copyOf(path, to);
  const { size } = await Deno.stat(to);
  return `${to} (${
    megabytes(size)
  }) holds everything that was acknowledged before it began. It is as confidential as ` +
    "the database: keep it where only you can read it. What is deleted from now on stays in it." +
    (s3 === undefined ? "" : ` Files in the bucket ${s3.bucket} are not in it: back that up as well, and after this.`);
}

/** A copy of the store's file, whether a server runs on it or not. */
export async function copyOf(path: string, to: string): Promise<void> {
  await requireStore(path);
  await copyStore(path, to);
  try {
    using _lock = await lockStore(path);
    foldJournal(path); // reading has begun a journal, which a server that runs as another system user could not use
  } catch (error) {
    if (!(error instanceof StoreError)) throw error; // a server has it
  }
}

/** Replaces the store by a backup, with a new epoch and without sessions. The present file is kept aside. */
export async function restore(from: string, path: string, stamp: string): Promise<string> {
  checkStore(from);
  await Deno.mkdir(dirname(resolve(path)), { recursive: true, mode: 0o700 });
  using _lock = await lockStore(path);
  const fresh = `${path}.restoring`;
  await removeStore(fresh);
  try {
    await copyStore(from, fresh);
    const kv = await openAlone(fresh);
    try {
      await beginEpoch(kv, from);
    } finally {
      kv.close();
    }
    await copyStore(fresh, `${fresh}.whole`); // without its journal
    return restored(await replaceStore(`${fresh}.whole`, path, stamp), path);
  } finally {
    await removeStore(fresh);
    await removeStore(`${fresh}.whole`);
  }
}

function restored(kept: string | undefined, path: string): string {
  return `${path} is the backup now. Everybody has to sign in again, and every client loads its rooms afresh.` +
    (kept === undefined ? "" : ` What was there before is ${kept}: remove it once all is well.`);
}

/**
 * Gives a store a new epoch and ends its sessions, as `restore` does for a file: to be run after a database server has
 * restored its own backup.
 */
export async function newEpoch(path: string, clock: Clock): Promise<string> {
  const kv = await openStopped(path, clock);
  try {
    await beginEpoch(kv, storeName(path));
  } finally {
    kv.close();
  }
  return `${storeName(path)} has begun anew: everybody has to sign in again, and every client loads its rooms afresh.`;
}

/** Begins a new epoch. Clients whose cursors are of the old one get a reset (D4). */
async function beginEpoch(kv: Kv, from: string): Promise<void> {
  const meta = (await kv.get(keys.meta())).value;
  if (meta === null) throw new StoreError(`${from} is not a Parley database: name a file that deno task backup wrote.`);
  knownSchema(from, meta);
  await removeFamilies(kv, ENDED);
  await kv.commit({ set: [put(keys.meta(), { ...meta, epoch: randomId(12) })] });
}

export async function removeFamilies(kv: Kv, families: Family[]): Promise<void> {
  for (const family of families) {
    for (;;) {
      const found = await kv.list(ranges.family(family), { limit: passSlice(kv.limits) });
      if (found.length === 0) break;
      await kv.commit({ delete: found.map(({ key }) => key) });
    }
  }
}

async function requireStore(path: string): Promise<void> {
  if (await exists(path)) return;
  throw new StoreError(
    `There is no database at ${resolve(path)}. Set DATA_DIR or KV_PATH as the server has it.`,
  );
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
