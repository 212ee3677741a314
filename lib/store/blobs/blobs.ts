/** Where the bytes of files are: in the store, in chunks, or in a bucket (store/blobs/s3.ts). */
import { ChatError } from "../../base/errors.ts";
import { keys, ranges } from "../keys.ts";
import { type Kv, put } from "../kv.ts";
import { LEAST_LIMITS } from "../limits.ts";

/** A file is parts of `partBytes` each, but for the last. How many bytes that is is part of what is stored. */
export interface Blobs {
  readonly partBytes: number;
  /** Writes part `n`; writing it again replaces it. */
  put(fileId: string, n: number, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** The bytes from `from` to before `to` of part `n`. Throws BytesMissing where they are not there. */
  get(fileId: string, n: number, from: number, to: number): AsyncIterable<Uint8Array<ArrayBuffer>>;
  /** Every part of a file of that size or less; what is not there is no error. */
  erase(fileId: string, size: number): Promise<void>;
}

/** The bytes from `start` to before `end`, read as they are taken. */
export async function* readBlob(
  blobs: Blobs,
  fileId: string,
  start: number,
  end: number,
): AsyncIterable<Uint8Array<ArrayBuffer>> {
  for (let at = start; at < end;) {
    const n = Math.floor(at / blobs.partBytes);
    const to = Math.min(end, (n + 1) * blobs.partBytes);
    yield* blobs.get(fileId, n, at - n * blobs.partBytes, to - n * blobs.partBytes);
    at = to;
  }
}

/** Cuts a body, whatever pieces it arrives in, into parts of exactly this many bytes, and a last one. */
export async function* inParts(
  body: AsyncIterable<Uint8Array<ArrayBuffer>>,
  bytes: number,
): AsyncIterable<Uint8Array<ArrayBuffer>> {
  let part = new Uint8Array(bytes);
  let filled = 0;
  for await (const piece of body) {
    for (let at = 0; at < piece.length;) {
      const taken = piece.subarray(at, at + bytes - filled);
      part.set(taken, filled);
      filled += taken.length;
      at += taken.length;
      if (filled < bytes) continue;
      yield part;
      part = new Uint8Array(bytes);
      filled = 0;
    }
  }
  if (filled > 0) yield part.subarray(0, filled);
}

/** The store of files answers that it has no bytes of a file, although the file's record says that there are. */
export class BytesMissing extends ChatError {
  constructor() {
    super("storage_unavailable", "A part of this file could not be read. Try again soon.", { retryAfter: 5 });
  }
}

/** 60 KiB, which with the rest of the value is within what every store takes. */
export const CHUNK_BYTES = LEAST_LIMITS.valueBytes - 4 * 1024;
/** Written and read together: some hundred KiB of a file are in memory at a time. */
const CHUNKS = 4;

export class KvBlobs implements Blobs {
  readonly partBytes = CHUNK_BYTES * CHUNKS;
  readonly #kv: Kv;

  constructor(kv: Kv) {
    this.#kv = kv;
  }

  async put(fileId: string, n: number, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const set = [];
    for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
      // copied: a view would be stored with the whole buffer under it
      set.push(put(keys.chunk(fileId, n * CHUNKS + set.length), bytes.slice(at, at + CHUNK_BYTES)));
    }
    await this.#kv.commit({ set });
  }

  async *get(fileId: string, n: number, from: number, to: number): AsyncIterable<Uint8Array<ArrayBuffer>> {
    const first = Math.floor(from / CHUNK_BYTES);
    const count = Math.ceil(to / CHUNK_BYTES) - first;
    const wanted = Array.from({ length: count }, (_, i) => keys.chunk(fileId, n * CHUNKS + first + i));
    const entries = await this.#kv.getMany(wanted);
    for (const [i, { value }] of entries.entries()) {
      const begins = (first + i) * CHUNK_BYTES;
      const wants = Math.min(to, begins + CHUNK_BYTES) - begins;
      if (value === null || value.length < wants) throw new BytesMissing();
      yield value.subarray(Math.max(from - begins, 0), wants);
    }
  }

  async erase(fileId: string): Promise<void> {
    for (;;) {
      const found = await this.#kv.list(ranges.chunks(fileId), { limit: CHUNKS });
      if (found.length === 0) return;
      await this.#kv.commit({ delete: found.map(({ key }) => key) });
    }
  }
}
