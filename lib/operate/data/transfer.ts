/** `deno task export` and `deno task import`: everything as lines of text and files, for another server or program. */
import { join } from "node:path";
import { type Clock } from "../../base/clock.ts";
import type { Config } from "../../base/config/config.ts";
import { messageOf } from "../../base/errors.ts";
import { randomId, randomSecret } from "../../base/ids.ts";
import { removeStore } from "./copy.ts";
import { type Exported, exportStore, importInto } from "./export.ts";
import type { BlobsOf } from "../../store/blobs/erase_files.ts";
import { FAMILY_NAMES, keys } from "../../store/keys.ts";
import { type Kv, put } from "../../store/kv.ts";
import { connect, knownSchema, openAlone, SCHEMA_VERSION } from "../../store/open.ts";
import { isShared, storeName } from "../../base/config/store_kind.ts";
import { fillUnused } from "./offline.ts";
import { StoreError } from "../../store/store_error.ts";
import { verifyStore } from "./verify.ts";
import { makeBlobs } from "../../store/blobs/stores.ts";
import { copyOf, removeFamilies } from "./backup.ts";
import { clear, FolderSource, FolderTarget, linesOf, makeEmpty, requireExport } from "./folder.ts";

type Place = Pick<Config, "kvPath" | "files" | "s3">;

/** Writes a folder that must not exist yet, or be empty. A file is read from a copy of one moment. */
export async function exportTo(place: Place, folder: string, clock: Clock): Promise<string> {
  const { kvPath } = place;
  await makeEmpty(folder);
  try {
    if (isShared(kvPath)) {
      const told = await write(await connect(kvPath, { clock, onWait: console.error }), folder, place);
      return `${told} Each room has the events from before the export began; other records are as they were when they were ` +
        "read. For an exact copy stop the servers first.";
    }
    const copy = join(folder, ".store.db");
    try {
      await copyOf(kvPath, copy);
      return await write(await openAlone(copy), folder, place);
    } finally {
      await removeStore(copy);
    }
  } catch (error) {
    await clear(folder);
    throw error;
  }
}

async function write(kv: Kv, folder: string, place: Place): Promise<string> {
  using target = new FolderTarget(folder);
  try {
    const exported = await exportStore(kv, target, blobsFor(kv, place));
    await target.done();
    return told(exported, folder);
  } finally {
    kv.close();
  }
}

function told({ lines, missing }: Exported, folder: string): string {
  const without = missing.length === 0
    ? ""
    : ` The bytes of some files were not there; only their records are exported: ${missing.join(", ")}.`;
  return `${folder} holds ${lines} entries. They include password hashes and every message: keep them where only you ` +
    `can read them.${without}`;
}

/**
 * The stores of files, as a server has them (store/blobs/stores.ts), but with another error where the settings of the
 * bucket are missing.
 */
function blobsFor(kv: Kv, place: Place): BlobsOf {
  const blobs = makeBlobs(kv, place);
  return (store) => {
    if (store === "kv" || place.s3 !== undefined) return blobs(store);
    throw new StoreError(
      "There are files in a bucket: set S3_ENDPOINT, S3_BUCKET and the rest as the server has them.",
    );
  };
}

/** Fills an unused store from the folder of an export. Where the store is a file, this is atomic. */
export async function importFrom(folder: string, place: Place, stamp: string, clock: Clock): Promise<string> {
  await requireExport(folder);
  const lines = await fillUnused(place.kvPath, stamp, clock, (kv) => fill(kv, folder, place));
  return `${lines} entries are in ${
    storeName(place.kvPath)
  } now. Accounts keep their passwords; everybody has to sign ` +
    "in again.";
}

/**
 * Imports the entries, and writes the final meta record last: a server does not open a store without it, or with one
 * that is marked as importing (store/open.ts).
 */
async function fill(kv: Kv, folder: string, place: Place): Promise<number> {
  await kv.commit({ set: [put(keys.meta(), { epoch: "", schema_version: SCHEMA_VERSION, importing: true })] });
  await removeFamilies(kv, FAMILY_NAMES.filter((family) => family !== "meta"));
  using source = new FolderSource(folder);
  try {
    const { schemaVersion, lines } = await importInto(kv, source, place.files, blobsFor(kv, place));
    knownSchema(folder, { schema_version: schemaVersion });
    await verifyStore(kv);
    const meta = { epoch: randomId(12), schema_version: schemaVersion };
    await kv.commit({ set: [put(keys.meta(), meta), put(keys.secret("jwt"), randomSecret())] });
    return lines;
  } catch (error) {
    if (error instanceof StoreError) throw error;
    throw new StoreError(`${linesOf(folder)} cannot be imported: ${messageOf(error)}.`);
  }
}
