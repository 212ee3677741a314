/** `deno task export` and `deno task import`: everything as lines of text and files, for another server or program. */
import { dirname, join, resolve } from "node:path";
import { type Clock } from "../clock.ts";
import { messageOf } from "../errors.ts";
import { randomId, randomSecret } from "../ids.ts";
import { copyStore, removeStore } from "../kv/copy.ts";
import { type ExportSource, exportStore, type ExportTarget, importInto } from "../kv/export.ts";
import { FAMILY_NAMES, keys, ranges } from "../kv/keys.ts";
import { type Kv, put } from "../kv/kv.ts";
import { lockStore } from "../kv/lock.ts";
import { connect, knownSchema, openAlone, SCHEMA_VERSION } from "../kv/open.ts";
import { isRemote } from "../kv/remote.ts";
import { exists, replaceStore } from "../kv/replace.ts";
import { StoreError } from "../kv/store_error.ts";
import { verifyStore } from "../kv/verify.ts";
import { copyOf, removeFamilies } from "./backup.ts";

const LINES = "parley.ndjson";

/** Writes a folder that must not exist yet, or be empty. A file is read from a copy of one moment. */
export async function exportTo(path: string, folder: string, clock: Clock): Promise<string> {
  await makeEmpty(folder);
  if (isRemote(path)) {
    const entries = await write(await connect(path, { clock, onWait: console.error }), folder);
    return `${
      told(entries, folder)
    } Each room ends where it stood when this began; what else was changed meanwhile is as ` +
      "it was when it was read. For an exact copy stop the servers first.";
  }
  const copy = join(folder, ".store.db");
  try {
    await copyOf(path, copy);
    return told(await write(await openAlone(copy), folder), folder);
  } finally {
    await removeStore(copy);
  }
}

function told(entries: number, folder: string): string {
  return `${folder} holds ${entries} entries. They include password hashes and every message: keep them where only you ` +
    "can read them.";
}

async function write(kv: Kv, folder: string): Promise<number> {
  const partial = join(folder, `${LINES}.partial`);
  using target = new FolderTarget(folder, partial);
  try {
    const entries = await exportStore(kv, target);
    target.sync();
    await Deno.rename(partial, join(folder, LINES));
    return entries;
  } finally {
    kv.close();
  }
}

/** Fills a store that nobody has used yet from such a folder: all of it or, where the store is a file, nothing. */
export async function importFrom(folder: string, path: string, stamp: string, clock: Clock): Promise<string> {
  if (!await exists(join(folder, LINES))) {
    throw new StoreError(`There is no ${LINES} in ${folder}: name the folder of an export.`);
  }
  if (isRemote(path)) {
    const kv = await connect(path, { clock, onWait: console.error });
    try {
      await requireUnused(kv, path);
      return imported(await fill(kv, folder), path);
    } finally {
      kv.close();
    }
  }
  await Deno.mkdir(dirname(resolve(path)), { recursive: true });
  using _lock = await lockStore(path);
  if (await exists(path)) await checkUnused(path);
  return imported(await fillFile(folder, path, stamp), path);
}

async function fillFile(folder: string, path: string, stamp: string): Promise<number> {
  const fresh = `${path}.importing`;
  await removeStore(fresh);
  try {
    const kv = await openAlone(fresh);
    let lines;
    try {
      lines = await fill(kv, folder);
    } finally {
      kv.close();
    }
    await copyStore(fresh, `${fresh}.whole`);
    await replaceStore(`${fresh}.whole`, path, stamp);
    return lines;
  } finally {
    await removeStore(fresh);
    await removeStore(`${fresh}.whole`);
  }
}

/** The meta record last: without it, or marked, a store is not opened (kv/open.ts). */
async function fill(kv: Kv, folder: string): Promise<number> {
  await kv.commit({ set: [put(keys.meta(), { epoch: "", schema_version: SCHEMA_VERSION, importing: true })] });
  await removeFamilies(kv, FAMILY_NAMES.filter((family) => family !== "meta"));
  using source = new FolderSource(folder);
  try {
    const { schemaVersion, lines } = await importInto(kv, source);
    knownSchema(folder, { schema_version: schemaVersion });
    await verifyStore(kv);
    const meta = { epoch: randomId(12), schema_version: schemaVersion };
    await kv.commit({ set: [put(keys.meta(), meta), put(keys.secret("jwt"), randomSecret())] });
    return lines;
  } catch (error) {
    if (error instanceof StoreError) throw error;
    throw new StoreError(`${join(folder, LINES)} cannot be imported: ${messageOf(error)}.`);
  }
}

function imported(lines: number, path: string): string {
  return `${lines} entries are in ${path} now. Accounts keep their passwords; everybody has to sign in again.`;
}

async function checkUnused(path: string): Promise<void> {
  const kv = await openAlone(path);
  try {
    await requireUnused(kv, path);
  } finally {
    kv.close();
  }
}

/** A server that was started and has no account is as good as none; so is an import that did not finish. */
async function requireUnused(kv: Kv, path: string): Promise<void> {
  const now = Date.now();
  const servers = await kv.list(ranges.ephemera(), { limit: 100 });
  if (servers.some(({ value }) => value.expires_at > now)) {
    throw new StoreError(`A server runs on ${path}: stop all of them first (one that was killed counts for 45 s).`);
  }
  if ((await kv.get(keys.meta())).value?.importing === true) return;
  const [user] = await kv.list(ranges.family("user"), { limit: 1 });
  if (user === undefined) return;
  throw new StoreError(
    `There are accounts in ${path}: an import needs a store of its own. Set DATA_DIR or KV_URL to a new one.`,
  );
}

async function makeEmpty(folder: string): Promise<void> {
  await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
  for await (const { name } of Deno.readDir(folder)) {
    throw new StoreError(`There is something in ${folder} already (${name}): name a new folder.`);
  }
  await Deno.mkdir(join(folder, "files"), { mode: 0o700 });
}

async function* readLines(path: string): AsyncGenerator<string> {
  const text = (await Deno.open(path)).readable.pipeThrough(new TextDecoderStream("utf-8", { fatal: true }));
  let rest = "";
  for await (const part of text) {
    const lines = (rest + part).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
  if (rest !== "") yield rest;
}

class FolderTarget implements ExportTarget, Disposable {
  readonly #folder: string;
  readonly #lines: Deno.FsFile;
  readonly #encoder = new TextEncoder();
  #waiting = "";

  constructor(folder: string, lines: string) {
    this.#folder = folder;
    this.#lines = Deno.openSync(lines, { write: true, createNew: true, mode: 0o600 });
  }

  line(text: string): Promise<void> {
    this.#waiting += `${text}\n`;
    if (this.#waiting.length > 65_536) this.#flush();
    return Promise.resolve();
  }

  async bytes(file: string, bytes: Uint8Array): Promise<void> {
    await Deno.writeFile(join(this.#folder, file), bytes, { append: true, mode: 0o600 });
  }

  sync(): void {
    this.#flush();
    this.#lines.syncSync();
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

class FolderSource implements ExportSource, Disposable {
  readonly #folder: string;
  readonly lines: AsyncIterable<string>;
  /** The file that is being read: its chunks follow one another. */
  #open: { name: string; file: Deno.FsFile } | undefined;

  constructor(folder: string) {
    this.#folder = folder;
    this.lines = readLines(join(folder, LINES));
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
