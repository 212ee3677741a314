/**
 * The index's bytes. A page is a run of entries in the order of their tokens: token, how many chunks its list has, the
 * first of them. Further chunks of a long list are values of their own. A chunk is a rising list of seqs, as the
 * differences between them, in bytes of seven bits.
 */

export interface Entry {
  token: string;
  /** 1: `seqs` is the whole list. */
  chunks: number;
  seqs: number[];
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export class ByteWriter {
  #bytes = new Uint8Array(1024);
  length = 0;

  number(n: number): void {
    this.#room(8);
    while (n >= 128) {
      this.#bytes[this.length++] = (n % 128) | 128;
      n = Math.floor(n / 128);
    }
    this.#bytes[this.length++] = n;
  }

  bytes(bytes: Uint8Array): void {
    this.#room(bytes.length);
    this.#bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  take(): Uint8Array<ArrayBuffer> {
    const taken = this.#bytes.slice(0, this.length);
    this.length = 0;
    return taken;
  }

  #room(more: number): void {
    if (this.length + more <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.length + more));
    grown.set(this.#bytes);
    this.#bytes = grown;
  }
}

class ByteReader {
  readonly bytes: Uint8Array;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  number(): number {
    let n = 0;
    for (let unit = 1;; unit *= 128) {
      const byte = this.bytes[this.at++] ?? 0;
      n += (byte & 127) * unit;
      if (byte < 128) return n;
    }
  }

  take(length: number): Uint8Array {
    return this.bytes.subarray(this.at, this.at += length);
  }
}

/** `seqs` must be ascending. */
export function encodeSeqs(seqs: readonly number[]): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter();
  let last = 0;
  for (const seq of seqs) {
    writer.number(seq - last);
    last = seq;
  }
  return writer.take();
}

export function decodeSeqs(chunk: Uint8Array): number[] {
  const seqs: number[] = [];
  const reader = new ByteReader(chunk);
  let last = 0;
  while (reader.at < chunk.length) seqs.push(last += reader.number());
  return seqs;
}

export function writeEntry(writer: ByteWriter, token: string, chunks: number, chunk: Uint8Array): void {
  const name = encoder.encode(token);
  writer.number(name.length);
  writer.bytes(name);
  writer.number(chunks);
  writer.number(chunk.length);
  writer.bytes(chunk);
}

export function* entriesOf(page: Uint8Array): Generator<Entry> {
  const reader = new ByteReader(page);
  while (reader.at < page.length) {
    const token = decoder.decode(reader.take(reader.number()));
    const chunks = reader.number();
    yield { token, chunks, seqs: decodeSeqs(reader.take(reader.number())) };
  }
}

/** One token's entry, or with `prefix` those of all tokens that begin with it. */
export function findEntries(page: Uint8Array, token: string, prefix = false): Entry[] {
  const wanted = encoder.encode(token);
  const reader = new ByteReader(page);
  const found: Entry[] = [];
  while (reader.at < page.length) {
    const name = reader.take(reader.number());
    const chunks = reader.number();
    const chunk = reader.take(reader.number());
    if (prefix ? !startsWith(name, wanted) : name.length !== wanted.length || !startsWith(name, wanted)) continue;
    found.push({ token: decoder.decode(name), chunks, seqs: decodeSeqs(chunk) });
    if (!prefix) break;
  }
  return found;
}

function startsWith(bytes: Uint8Array, start: Uint8Array): boolean {
  if (bytes.length < start.length) return false;
  for (let i = 0; i < start.length; i++) if (bytes[i] !== start[i]) return false;
  return true;
}
