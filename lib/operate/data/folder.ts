/** An export's folder: lines of JSON, and the bytes of files. */
import { join } from "node:path";
import type { ExportSource } from "./export.ts";
import type { FileTarget } from "./export_files.ts";
import { exists } from "./replace.ts";
import { StoreError } from "../../store/store_error.ts";

const LINES = "parley.ndjson";
/**
 * The longest line: a value of the store has at most 64 KiB, and as JSON, with every character escaped, six times that.
 */
const MAX_LINE = 1024 * 1024;

export function linesOf(folder: string): string {
  return join(folder, LINES);
}

function partial(folder: string): string {
  return `${linesOf(folder)}.partial`;
}

export async function requireExport(folder: string): Promise<void> {
  if (await exists(linesOf(folder))) return;
  throw new StoreError(`There is no ${LINES} in ${folder}: name the folder of an export.`);
}

export async function makeEmpty(folder: string): Promise<void> {
  await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
  for await (const { name } of Deno.readDir(folder)) {
    throw new StoreError(`There is something in ${folder} already (${name}): name a new folder.`);
  }
  await Deno.mkdir(join(folder, "files"), { mode: 0o700 });
}

/** Removes what a failed export has written. */
export async function clear(folder: string): Promise<void> {
  for (const path of [join(folder, "files"), partial(folder)]) await removeIfThere(path);
}

async function removeIfThere(path: string): Promise<void> {
  if (await exists(path)) await Deno.remove(path, { recursive: true });
}

async function* readLines(path: string): AsyncGenerator<string> {
  const text = (await Deno.open(path)).readable.pipeThrough(new TextDecoderStream("utf-8", { fatal: true }));
  let rest = "";
  for await (const part of text) {
    const lines = (rest + part).split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > MAX_LINE) throw new Error("one of its lines is longer than any entry of a store");
    yield* lines;
  }
  if (rest !== "") yield rest;
}

export class FolderTarget implements FileTarget, Disposable {
  readonly #folder: string;
  readonly #lines: Deno.FsFile;
  readonly #encoder = new TextEncoder();
  #waiting = "";

  constructor(folder: string) {
    this.#folder = folder;
    this.#lines = Deno.openSync(partial(folder), { write: true, createNew: true, mode: 0o600 });
  }

  line(text: string): Promise<void> {
    this.#waiting += `${text}\n`;
    if (this.#waiting.length > 65_536) this.#flush();
    return Promise.resolve();
  }

  async bytes(file: string, bytes: Uint8Array): Promise<void> {
    await Deno.writeFile(join(this.#folder, file), bytes, { append: true, mode: 0o600 });
  }

  async drop(file: string): Promise<void> {
    await removeIfThere(join(this.#folder, file));
  }

  /** Completes the export: from now on the folder is one. */
  async done(): Promise<void> {
    this.#flush();
    this.#lines.syncSync();
    await Deno.rename(partial(this.#folder), linesOf(this.#folder));
  }

  #flush(): void {
    const bytes = this.#encoder.encode(this.#waiting);
    for (let done = 0; done < bytes.length;) done += this.#lines.writeSync(bytes.subarray(done));
    this.#waiting = "";
  }

  [Symbol.dispose](): void {
    this.#lines.close();
  }
}

export class FolderSource implements ExportSource, Disposable {
  readonly #folder: string;
  readonly lines: AsyncIterable<string>;
  /** The file that is being read: its chunks follow one another. */
  #open: { name: string; file: Deno.FsFile } | undefined;

  constructor(folder: string) {
    this.#folder = folder;
    this.lines = readLines(linesOf(folder));
  }

  async bytes(name: string, length: number): Promise<Uint8Array> {
    if (this.#open?.name !== name) {
      this.#open?.file.close();
      this.#open = { name, file: await Deno.open(join(this.#folder, name)) };
    }
    const bytes = new Uint8Array(length);
    let filled = 0;
    while (filled < length) {
      const n = await this.#open.file.read(bytes.subarray(filled));
      if (n === null) break;
      filled += n;
    }
    return bytes.subarray(0, filled);
  }

  [Symbol.dispose](): void {
    this.#open?.file.close();
  }
}
