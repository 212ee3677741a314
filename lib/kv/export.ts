/** A store as lines of text and files (export_line.ts): written in one canonical order, read into an empty store. */
import { messageOf } from "../errors.ts";
import { bytesFileOf, decodeEntry, encodeEntry, endLine, EXPORT_FORMAT, EXPORTED, headerLine } from "./export_line.ts";
import * as v from "valibot";
import { keys, ranges, rest } from "./keys.ts";
import { type Found, type Kv, type Put } from "./kv.ts";

const SLICE = 500;
/** Well within the 800 KiB, 1,000 mutations and 80 KiB of keys that an atomic may have. */
const BATCH_BYTES = 300_000;
const BATCH_ENTRIES = 300;
const BATCH_KEY_BYTES = 50_000;

export interface ExportTarget {
  line(text: string): Promise<void>;
  /** Adds to a file's end. */
  bytes(file: string, bytes: Uint8Array): Promise<void>;
}

export interface ExportSource {
  lines: AsyncIterable<string>;
  /** The next bytes of a file; fewer where it ends. */
  bytes(file: string, length: number): Promise<Uint8Array>;
}

/**
 * Writes everything but the epoch, sessions, idempotency keys and what lives between processes. Of a store that others
 * write to at the same time, each room's log ends where its head stood at the beginning. Returns how many entries it wrote.
 */
export async function exportStore(kv: Kv, target: ExportTarget): Promise<number> {
  const meta = (await kv.get(keys.meta())).value;
  if (meta === null) throw new Error("there is nothing in this store");
  const header: v.InferOutput<typeof headerLine> = {
    type: "parley_export",
    format: EXPORT_FORMAT,
    schema_version: meta.schema_version,
  };
  await target.line(JSON.stringify(header));
  const heads = new Map<Deno.KvKeyPart, unknown>();
  for await (const { key, value } of family(kv, "head")) heads.set(key[1] ?? "", value);
  let lines = 0;
  for (const name of EXPORTED) {
    for await (const { key, value } of family(kv, name)) {
      if (isLater(heads, key)) continue;
      const present = name === "head" ? heads.get(key[1] ?? "") : value;
      if (value instanceof Uint8Array) await target.bytes(bytesFileOf(key), value);
      await target.line(encodeEntry(key, present));
      lines++;
    }
  }
  await target.line(JSON.stringify({ type: "end", lines } satisfies v.InferOutput<typeof endLine>));
  return lines;
}

/** Whether it came to a room after its head was read. */
function isLater(heads: Map<Deno.KvKeyPart, unknown>, [name, roomId = "", seq]: Deno.KvKey): boolean {
  if (name === "head") return !heads.has(roomId);
  if (name !== "item" && name !== "change") return false;
  const head = heads.get(roomId);
  return typeof head !== "object" || head === null || !("seq" in head) || Number(seq) > Number(head.seq);
}

async function* family(kv: Kv, name: (typeof EXPORTED)[number]): AsyncGenerator<Found<unknown>> {
  const range = ranges.family(name);
  for (let next = range;;) {
    const found = await kv.list(next, { limit: SLICE });
    yield* found;
    const last = found.at(-1);
    if (last === undefined || found.length < SLICE) return;
    next = rest(range, last.key);
  }
}

/**
 * Reads an export into a store that holds nothing yet. Throws an Error that names the line at fault; the store is then
 * not to be used. Returns the schema version that the entries have.
 */
export async function importInto(kv: Kv, source: ExportSource): Promise<{ schemaVersion: number; lines: number }> {
  const batch = new Batch(kv);
  let number = 0;
  let schemaVersion: number | undefined;
  let ended = false;
  for await (const text of source.lines) {
    number++;
    try {
      if (ended) throw new Error("it stands after the end");
      const line: unknown = JSON.parse(text);
      if (schemaVersion === undefined) schemaVersion = v.parse(headerLine, line).schema_version;
      else if (v.is(endLine, line)) {
        if (line.lines !== number - 2) throw new Error(`${line.lines} lines were written, ${number - 2} are here`);
        ended = true;
      } else await batch.add(await entryOf(source, line), text.length);
    } catch (error) {
      throw new Error(`line ${number}: ${messageOf(error)}`);
    }
  }
  if (schemaVersion === undefined || !ended) throw new Error(`its end is missing after line ${number}`);
  await batch.write();
  return { schemaVersion, lines: number - 2 };
}

async function entryOf(source: ExportSource, line: unknown): Promise<Put> {
  const { key, value } = decodeEntry(line);
  if ("json" in value) return [key, value.json];
  const file = bytesFileOf(key);
  const bytes = await source.bytes(file, value.bytes);
  if (bytes.length !== value.bytes) throw new Error(`${file} ends too early`);
  return [key, bytes];
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
    const bytes = put[1] instanceof Uint8Array ? put[1].length : 2 * length;
    const keyBytes = 3 * put[0].join("").length + 20;
    const isFull = this.#puts.length >= BATCH_ENTRIES || this.#bytes + bytes > BATCH_BYTES ||
      this.#keyBytes + keyBytes > BATCH_KEY_BYTES;
    if (isFull) await this.write();
    this.#puts.push(put);
    this.#bytes += bytes;
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
