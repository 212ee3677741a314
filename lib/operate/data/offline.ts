/** Opens stores that no server runs on, to read all of them or to fill them. */
import { dirname, resolve } from "node:path";
import type { Clock } from "../../base/clock.ts";
import { isShared, storeName } from "../../base/config/store_kind.ts";
import { keys, ranges } from "../../store/keys.ts";
import type { Kv } from "../../store/kv.ts";
import { lockStore } from "../../store/lock.ts";
import { connect, openAlone } from "../../store/open.ts";
import { StoreError } from "../../store/store_error.ts";
import { copyStore, removeStore } from "./copy.ts";
import { exists, replaceStore } from "./replace.ts";

/** Opens an existing store that no server uses. Throws a StoreError. */
export async function openStopped(path: string, clock: Clock): Promise<Kv> {
  if (!isShared(path)) {
    if (!await exists(path)) throw new StoreError(`There is no database at ${resolve(path)}: check the path.`);
    return await openAlone(path, await lockStore(path));
  }
  const kv = await connect(path, { clock, onWait: console.error });
  try {
    await requireStopped(kv, path);
    return kv;
  } catch (error) {
    kv.close();
    throw error;
  }
}

/** Fills an unused store. Where it is a file, this is atomic: either all of it is there, or nothing. */
export async function fillUnused<T>(
  path: string,
  stamp: string,
  clock: Clock,
  fill: (kv: Kv) => Promise<T>,
): Promise<T> {
  if (isShared(path)) {
    const kv = await connect(path, { clock, onWait: console.error });
    try {
      await requireUnused(kv, path);
      return await fill(kv);
    } finally {
      kv.close();
    }
  }
  await Deno.mkdir(dirname(resolve(path)), { recursive: true });
  using _lock = await lockStore(path);
  if (await exists(path)) await checkUnused(path);
  return await fillFile(path, stamp, fill);
}

async function fillFile<T>(path: string, stamp: string, fill: (kv: Kv) => Promise<T>): Promise<T> {
  const fresh = `${path}.importing`;
  await removeStore(fresh);
  try {
    const kv = await openAlone(fresh);
    let result;
    try {
      result = await fill(kv);
    } finally {
      kv.close();
    }
    await copyStore(fresh, `${fresh}.whole`);
    await replaceStore(`${fresh}.whole`, path, stamp);
    return result;
  } finally {
    await removeStore(fresh);
    await removeStore(`${fresh}.whole`);
  }
}

async function checkUnused(path: string): Promise<void> {
  const kv = await openAlone(path);
  try {
    await requireUnused(kv, path);
  } finally {
    kv.close();
  }
}

async function requireStopped(kv: Kv, path: string): Promise<void> {
  const now = Date.now();
  const servers = await kv.list(ranges.ephemera(), { limit: 100 });
  if (!servers.some(({ value }) => value.expires_at > now)) return;
  const name = storeName(path);
  throw new StoreError(`A server runs on ${name}: stop all of them first (one that was killed counts for 45 s).`);
}

/**
 * Throws where the store is in use. A store counts as unused where it has no account, or where an import did not
 * finish.
 */
async function requireUnused(kv: Kv, path: string): Promise<void> {
  await requireStopped(kv, path);
  if ((await kv.get(keys.meta())).value?.importing === true) return;
  const [user] = await kv.list(ranges.family("user"), { limit: 1 });
  if (user === undefined) return;
  throw new StoreError(`There are accounts in ${storeName(path)} already: name an empty store instead.`);
}
