/** Opens the store and makes what every database has: its epoch, its schema version, its signing secret. */
import { type Clock, systemClock } from "../base/clock.ts";
import { ChatError, messageOf } from "../base/errors.ts";
import { randomId, randomSecret } from "../base/ids.ts";
import { change } from "./change.ts";
import { keys, type Meta } from "./keys.ts";
import { FileKv } from "./file.ts";
import { type Kv, put } from "./kv.ts";
import { lockStore } from "./lock.ts";
import { makePrivate } from "../base/private_files.ts";
import { migrate, SCHEMA_VERSION } from "./migrations/migrations.ts";
import { freeReserve, isEmptied, keepReserve } from "./reserve.ts";
import { isShared, storeKind, storeName } from "../base/config/store_kind.ts";
import { openRemote } from "./remote.ts";
import { StoreError } from "./store_error.ts";

export { SCHEMA_VERSION, StoreError };

export interface Store {
  kv: Kv;
  epoch: string;
  /** Base64url of 32 random bytes. */
  jwtSecret: string;
}

export interface OpenOptions {
  clock?: Clock;
  /** Called with a line of text while the store's server is waited for. */
  onWait?: (message: string) => void;
  /** Called with the time of a shared store, and how long ago its request was sent. */
  onTime?: (storeTime: number, tripMs: number) => void;
}

/** `path` is a file, `:memory:`, or the URL of a server. Throws a StoreError. */
export async function openStore(path: string, options: OpenOptions = {}): Promise<Store> {
  const kv = isShared(path) ? await connect(path, options) : await openFile(path);
  try {
    await ensure(kv, path);
    const { clock = systemClock, onWait = () => {} } = options;
    const meta = await migrate(kv, { clock, onWait });
    const secret = (await kv.get(keys.secret("jwt"))).value;
    if (secret === null) {
      throw new StoreError(`The database ${storeName(path)} has lost its signing secret: restore it from a backup.`);
    }
    return { kv, epoch: meta.epoch, jwtSecret: secret };
  } catch (error) {
    kv.close();
    if (!(error instanceof ChatError) || isShared(path)) throw error;
    throw isDamage(error) ? damaged(path, error) : new StoreError(error.message);
  }
}

/** A file that this process has to itself: a copy, or under the lock. Throws a StoreError. */
export async function openAlone(path: string, lock?: Disposable): Promise<Kv> {
  try {
    return new FileKv(await Deno.openKv(path), lock);
  } catch (error) {
    if (!isDamage(error) && await freeReserve(path)) return await openAlone(path, lock);
    lock?.[Symbol.dispose]();
    if (isDamage(error)) throw damaged(path, error);
    throw new StoreError(
      `Cannot open the database ${path}: ${messageOf(error)}. Check that its folder exists and may be written.`,
    );
  }
}

export async function connect(
  url: string,
  { clock = systemClock, onWait = () => {}, onTime }: OpenOptions,
): Promise<Kv> {
  try {
    return await openRemote(url, { clock, onWait, onTime });
  } catch (error) {
    throw new StoreError(`Cannot open the store at ${storeName(url)}: ${messageOf(error)}. ${whatToCheck(url)}`);
  }
}

function whatToCheck(url: string): string {
  return storeKind(url) === "postgres"
    ? "Check KV_URL, and that the server runs and lets this machine in (docs/postgresql.md)."
    : "Check that KV_URL is a KV Connect server that runs, and that DENO_KV_ACCESS_TOKEN is its access token.";
}

async function openFile(path: string): Promise<Kv> {
  if (path === ":memory:") return await openAlone(path);
  const lock = await lockStore(path);
  if (await isEmptied(path)) {
    lock[Symbol.dispose]();
    throw damaged(path, "it is empty, though a server has used it");
  }
  await makePrivate(path);
  const kv = await openAlone(path, lock);
  await keepReserve(path);
  return kv;
}

function isDamage(error: unknown): boolean {
  return /not a database|malformed|corrupt/.test(messageOf(error));
}

function damaged(path: string, error: unknown): StoreError {
  return new StoreError(
    `The database ${path} cannot be read: ${messageOf(error)}. It seems to be damaged: restore it from a backup, or ` +
      "move it away, with the files beside it, to begin anew.",
  );
}

/** Throws a StoreError for a store that this server must not open. */
export function knownSchema(path: string, meta: Pick<Meta, "schema_version" | "importing">): void {
  if (meta.importing === true) {
    throw new StoreError(
      `An import or copy into ${storeName(path)} did not finish: run deno task import again, or copy-store.`,
    );
  }
  if (meta.schema_version <= SCHEMA_VERSION) return;
  throw new StoreError(
    `The database ${storeName(path)} has schema version ${meta.schema_version}, this server knows ${SCHEMA_VERSION}: ` +
      "run the newer server on it, or point KV_PATH at another database.",
  );
}

async function ensure(kv: Kv, path: string): Promise<void> {
  // two servers may start on an empty store at once: one of them makes it
  await change(kv, [keys.meta()], ({ key, value }) => {
    if (value !== null) {
      knownSchema(path, value);
      return { result: undefined };
    }
    const meta: Meta = { epoch: randomId(12), schema_version: SCHEMA_VERSION };
    const set = [put(key, meta), put(keys.secret("jwt"), randomSecret())];
    return { result: undefined, write: { set }, proof: "repeatable" };
  });
}
