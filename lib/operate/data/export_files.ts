/**
 * Files in an export: each record is followed by its bytes, wherever they are kept. An import puts them where the
 * importing server keeps new files, so an export does not say where they were.
 */
import * as v from "valibot";
import type { FileRecord, FileStore } from "../../protocol/model.ts";
import { BytesMissing, CHUNK_BYTES, inParts, readBlob } from "../../store/blobs/blobs.ts";
import { bytesFileOf, encodeEntry } from "./export_line.ts";
import type { BlobsOf } from "../../store/blobs/erase_files.ts";
import { keys } from "../../store/keys.ts";
import type { Kv } from "../../store/kv.ts";

/** Only files in these states are exported: the bytes of others are incomplete, or about to be erased. */
const KEPT: FileRecord["state"][] = ["uploaded", "attached", "avatar"];

export interface FileTarget {
  line(text: string): Promise<void>;
  /** Adds to a file's end. */
  bytes(file: string, bytes: Uint8Array): Promise<void>;
  /** Takes a file away again, if there is one. */
  drop(file: string): Promise<void>;
}

/**
 * Writes a file. Returns how many lines it wrote; undefined where the bytes are missing, and only the record was
 * written.
 */
export async function exportFile(
  target: FileTarget,
  blobsOf: BlobsOf,
  record: FileRecord,
): Promise<number | undefined> {
  const lines: string[] = [];
  let isMissing = false;
  const name = bytesFileOf(keys.chunk(record.id, 0));
  try {
    if (KEPT.includes(record.state)) {
      const bytes = readBlob(blobsOf(record.store), record.id, 0, record.size);
      for await (const piece of inParts(bytes, CHUNK_BYTES)) {
        await target.bytes(name, piece);
        lines.push(encodeEntry(keys.chunk(record.id, lines.length), piece));
      }
    }
  } catch (error) {
    if (!(error instanceof BytesMissing)) throw error;
    await target.drop(name);
    lines.length = 0;
    isMissing = true;
  }
  await target.line(encodeEntry(keys.file(record.id), { ...record, store: "kv" }));
  for (const line of lines) await target.line(line);
  return isMissing ? undefined : lines.length + 1;
}

/** An older export may name a bucket without holding its files: such a record stays as it is. */
const heldByExport = v.looseObject({ store: v.literal("kv") });

/** A file's record, changed to name the importing server's store of files. */
export function placed(record: unknown, store: FileStore): unknown {
  return v.is(heldByExport, record) ? { ...record, store } : record;
}

/** Puts the bytes of an export's files into their place, a part at a time. Files come one after the other. */
export class FileWriter {
  readonly #kv: Kv;
  readonly #blobsOf: BlobsOf;
  #id = "";
  /** undefined: these bytes are skipped. */
  #record: FileRecord | undefined;
  #part = new Uint8Array();
  #filled = 0;
  #parts = 0;
  #chunks = 0;

  constructor(kv: Kv, blobsOf: BlobsOf) {
    this.#kv = kv;
    this.#blobsOf = blobsOf;
  }

  isAt(fileId: string): boolean {
    return this.#id === fileId;
  }

  /** Begins a file whose record is in the store: the next bytes are its own. */
  async begin(fileId: string): Promise<void> {
    await this.end();
    const record = (await this.#kv.get(keys.file(fileId))).value;
    this.#id = fileId;
    this.#record = record !== null && KEPT.includes(record.state) ? record : undefined;
    this.#part = new Uint8Array(this.#record === undefined ? 0 : this.#blobsOf(this.#record.store).partBytes);
    this.#parts = this.#chunks = 0;
  }

  async add(chunk: number, read: () => Promise<Uint8Array>): Promise<void> {
    if (this.#record === undefined) return;
    if (chunk !== this.#chunks++) throw new Error(`a chunk of the file ${this.#id} is missing before this one`);
    const bytes = await read();
    for (let at = 0; at < bytes.length;) {
      const taken = bytes.subarray(at, at + this.#part.length - this.#filled);
      this.#part.set(taken, this.#filled);
      this.#filled += taken.length;
      at += taken.length;
      if (this.#filled === this.#part.length) await this.#put();
    }
  }

  /** Throws an Error where fewer bytes came than the record says, or more. */
  async end(): Promise<void> {
    if (this.#record === undefined) return;
    const size = this.#parts * this.#part.length + this.#filled;
    if (size !== this.#record.size) {
      throw new Error(`the file ${this.#id} has ${this.#record.size} bytes, of which ${size} are here`);
    }
    if (this.#filled > 0) await this.#put();
    this.#record = undefined;
  }

  async #put(): Promise<void> {
    if (this.#record === undefined) return;
    await this.#blobsOf(this.#record.store).put(this.#id, this.#parts++, this.#part.subarray(0, this.#filled));
    this.#filled = 0;
  }
}
