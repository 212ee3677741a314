/** Opens the store and makes what every database has: its epoch, its schema version, its signing secret. */
import { ChatError } from "../errors.ts";
import { randomId, randomSecret } from "../ids.ts";
import { keys, type Meta } from "./keys.ts";
import { DirectKv, type Kv, put } from "./kv.ts";

export const SCHEMA_VERSION = 1;

/** The store cannot be used; the message says what to do. */
export class StoreError extends Error {
  override readonly name = "StoreError";
}

export interface Store {
  kv: Kv;
  epoch: string;
  /** Base64url of 32 random bytes. */
  jwtSecret: string;
}

/** `path` is a file, `:memory:`, or a KV Connect URL. Throws a StoreError. */
export async function openStore(path: string): Promise<Store> {
  const kv = new DirectKv(await openKv(path));
  try {
    const meta = await ensure(kv, path);
    const secret = (await kv.get(keys.secret("jwt"))).value;
    if (secret === null) {
      throw new StoreError(`The database ${path} has lost its signing secret: restore it from a backup.`);
    }
    return { kv, epoch: meta.epoch, jwtSecret: secret };
  } catch (error) {
    kv.close();
    throw error;
  }
}

async function openKv(path: string): Promise<Deno.Kv> {
  try {
    return await Deno.openKv(path);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new StoreError(`Cannot open the database ${path}: ${why}. Check that its folder exists and may be written.`);
  }
}

async function ensure(kv: Kv, path: string): Promise<Meta> {
  for (let tries = 0; tries < 3; tries++) {
    const { value } = await kv.get(keys.meta());
    if (value !== null) {
      if (value.schema_version === SCHEMA_VERSION) return value;
      throw new StoreError(
        `The database ${path} has schema version ${value.schema_version}, this server knows ${SCHEMA_VERSION}: ` +
          "run the newer server on it, or point KV_PATH at another database.",
      );
    }
    const meta: Meta = { epoch: randomId(12), schema_version: SCHEMA_VERSION };
    // two servers may start on an empty store at once: one of them makes it
    await kv.commit({
      checks: [{ key: keys.meta(), versionstamp: null }],
      set: [put(keys.meta(), meta), put(keys.secret("jwt"), randomSecret())],
    });
  }
  throw new ChatError("storage_unavailable", `The database ${path} does not keep what is written to it.`);
}
