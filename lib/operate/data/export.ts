/** A store as lines of text and files (export_line.ts): written in one canonical order, read into an empty store. */
import { messageOf } from "../../base/errors.ts";
import {
  bytesFileOf,
  decodeEntry,
  encodeEntry,
  endLine,
  EXPORT_FORMAT,
  EXPORTED,
  type ExportedEntry,
  headerLine,
} from "./export_line.ts";
import { ExportSnapshot } from "./export_snapshot.ts";
import { exportFile, type FileTarget, FileWriter, placed } from "./export_files.ts";
import type { BlobsOf } from "../../store/blobs/erase_files.ts";
import * as v from "valibot";
import type { FileStore } from "../../protocol/model.ts";
import { keys, lastPart, ranges } from "../../store/keys.ts";
import { exportedForm } from "../../log/reactions.ts";
import { entriesOf, type Kv, type Put } from "../../store/kv.ts";

/** The size of a commit, well below its limit because sizes are estimated. */
const BATCH_BYTES = 300_000;
const BATCH_ENTRIES = 300;
const BATCH_KEY_BYTES = 50_000;

export interface ExportSource {
  lines: AsyncIterable<string>;
  /** The next bytes of a file; fewer where it ends. */
  bytes(file: string, length: number): Promise<Uint8Array>;
}

/** How many lines were written, and which files' bytes were missing. */
export interface Exported {
  lines: number;
  missing: string[];
}

/** At most this many missing files are named. */
const MAX_MISSING = 100;

/**
 * Writes everything except the epoch, sessions, idempotency keys and the keys between processes. Where servers write to
 * the store meanwhile, each room's log ends at the head that it had when the export began.
 */
export async function exportStore(kv: Kv, target: FileTarget, blobsOf: BlobsOf): Promise<Exported> {
  const meta = (await kv.get(keys.meta())).value;
  if (meta === null) throw new Error("this store is empty");
  const header: v.InferOutput<typeof headerLine> = {
    type: "parley_export",
    format: EXPORT_FORMAT,
    schema_version: meta.schema_version,
  };
  await target.line(JSON.stringify(header));
  const snapshot = new ExportSnapshot();
  for await (const { key, value } of entriesOf(kv, ranges.heads())) snapshot.add(lastPart(key), value);
  let lines = 0;
  const missing: string[] = [];
  for (const name of EXPORTED) {
    if (name === "chunk") continue;
    if (name === "file") {
      for await (const { key, value } of entriesOf(kv, ranges.files())) {
        if (snapshot.within(key, value) === undefined) continue;
        const written = await exportFile(target, blobsOf, value);
        lines += written ?? 1;
        if (written === undefined && missing.length < MAX_MISSING) missing.push(value.id);
      }
      continue;
    }
    const found = name === "head" ? headsOf(kv, snapshot) : entriesOf(kv, ranges.family(name));
    for await (const { key, value } of found) {
      const entry = snapshot.within(key, value);
      const line = entry === undefined ? undefined : await exportedForm(kv, key, entry);
      if (line === undefined) continue;
      await target.line(encodeEntry(line.key, line.value));
      lines++;
    }
  }
  await target.line(JSON.stringify({ type: "end", lines } satisfies v.InferOutput<typeof endLine>));
  return { lines, missing };
}

async function* headsOf(kv: Kv, snapshot: ExportSnapshot): AsyncGenerator<{ key: Deno.KvKey; value: unknown }> {
  for await (const { key, value } of entriesOf(kv, ranges.heads())) {
    yield { key, value: snapshot.head(lastPart(key), value) };
  }
}

/**
 * Reads an export into a store that holds nothing yet; files go to `store`. Throws an Error that names the line at
 * fault; the store must then not be used. Returns the schema version that the entries have.
 */
export async function importInto(
  kv: Kv,
  source: ExportSource,
  store: FileStore,
  blobsOf: BlobsOf,
): Promise<{ schemaVersion: number; lines: number }> {
  const entries = new Entries(kv, source, store, blobsOf);
  let number = 0;
  let schemaVersion: number | undefined;
  let ended = false;
  for await (const text of source.lines) {
    number++;
    try {
      if (ended) throw new Error("it comes after the line that ends the export");
      const line: unknown = JSON.parse(text);
      if (schemaVersion === undefined) schemaVersion = v.parse(headerLine, line).schema_version;
      else if (v.is(endLine, line)) {
        if (line.lines !== number - 2) throw new Error(`${line.lines} lines were written, ${number - 2} are here`);
        await entries.end();
        ended = true;
      } else await entries.add(decodeEntry(line), text.length);
    } catch (error) {
      throw new Error(`line ${number}: ${messageOf(error)}`);
    }
  }
  if (schemaVersion === undefined || !ended) {
    throw new Error(`the line that ends the export is missing after line ${number}`);
  }
  return { schemaVersion, lines: number - 2 };
}

class Entries {
  readonly #source: ExportSource;
  readonly #store: FileStore;
  readonly #batch: Batch;
  readonly #files: FileWriter;

  constructor(kv: Kv, source: ExportSource, store: FileStore, blobsOf: BlobsOf) {
    this.#source = source;
    this.#store = store;
    this.#batch = new Batch(kv);
    this.#files = new FileWriter(kv, blobsOf);
  }

  async add({ key, value }: ExportedEntry, length: number): Promise<void> {
    if ("json" in value) return await this.#batch.add([key, this.#placed(key, value.json)], length);
    const [, fileId = "", chunk] = key;
    if (!this.#files.isAt(String(fileId))) {
      await this.#batch.write();
      await this.#files.begin(String(fileId));
    }
    await this.#files.add(Number(chunk), async () => {
      const file = bytesFileOf(key);
      const bytes = await this.#source.bytes(file, value.bytes);
      if (bytes.length !== value.bytes) throw new Error(`${file} ends too early`);
      return bytes;
    });
  }

  async end(): Promise<void> {
    await this.#files.end();
    await this.#batch.write();
  }

  #placed([family]: Deno.KvKey, record: unknown): unknown {
    return family === "file" ? placed(record, this.#store) : record;
  }
}

/** Gathers entries for as few commits as the store's limits allow. */
class Batch {
  readonly #kv: Kv;
  #puts: Put[] = [];
  #bytes = 0;
  #keyBytes = 0;

  constructor(kv: Kv) {
    this.#kv = kv;
  }

  async add(put: Put, length: number): Promise<void> {
    const keyBytes = 3 * put[0].join("").length + 20;
    const isFull = this.#puts.length >= BATCH_ENTRIES || this.#bytes + 2 * length > BATCH_BYTES ||
      this.#keyBytes + keyBytes > BATCH_KEY_BYTES;
    if (isFull) await this.write();
    this.#puts.push(put);
    this.#bytes += 2 * length;
    this.#keyBytes += keyBytes;
  }

  async write(): Promise<void> {
    if (this.#puts.length === 0) return;
    await this.#kv.commit({ set: this.#puts });
    this.#puts = [];
    this.#bytes = 0;
    this.#keyBytes = 0;
  }
}
