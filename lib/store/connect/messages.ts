/**
 * KV Connect's data path: https://github.com/denoland/denokv/blob/main/proto/schema/datapath.proto. Values are encoded as
 * the platform's own client does it, so that both can use a store.
 */
import v8 from "node:v8";
import type { Range } from "../keys.ts";
import { DENO_KV_LIMITS } from "../limits.ts";
import type { Entry, Found, Write } from "../kv.ts";
import { decodeKey, encodeKey } from "./key_codec.ts";
import { fieldsOf, Message } from "./protobuf.ts";

const AS_V8 = 1;
const AS_BYTES = 3;
const SET = 1;
const DELETE = 2;

/** Where this end refuses what the other end would refuse. */
const MAX = DENO_KV_LIMITS;

// ---- reading

/** From `start` to before `end`. */
export interface ByteRange {
  start: Uint8Array;
  end: Uint8Array;
  limit: number;
  reverse: boolean;
}

/** undefined: no store has a key that is so long. A client gave it as somebody's or something's name. */
export function keyRange(key: Deno.KvKey): ByteRange | undefined {
  const start = encodeKey(key);
  if (start.length > MAX.keyBytes) return undefined;
  return { start, end: after(start, 0), limit: 1, reverse: false };
}

export function byteRange(range: Range<unknown>, limit: number, reverse: boolean): ByteRange {
  if (!("prefix" in range)) return { start: encodeKey(range.start), end: encodeKey(range.end), limit, reverse };
  const prefix = encodeKey(range.prefix);
  const start = "start" in range ? encodeKey(range.start) : after(prefix, 0);
  return { start, end: after(prefix, 0xff), limit, reverse };
}

/** What is left of a range behind a key that was found. */
export function restOf(range: ByteRange, last: Deno.KvKey, limit: number): ByteRange {
  const key = encodeKey(last);
  return range.reverse ? { ...range, end: key, limit } : { ...range, start: after(key, 0), limit };
}

function after(bytes: Uint8Array, last: number): Uint8Array {
  const longer = new Uint8Array(bytes.length + 1);
  longer.set(bytes);
  longer[bytes.length] = last;
  return longer;
}

export function encodeRead(ranges: ByteRange[]): Uint8Array<ArrayBuffer> {
  const read = new Message();
  for (const { start, end, limit, reverse } of ranges) {
    const range = new Message().bytes(1, start).bytes(2, end).number(3, limit);
    read.message(1, reverse ? range.number(4, 1) : range);
  }
  return read.encode();
}

/** What was found in each range. */
export function decodeRead(answer: Uint8Array): Found<unknown>[][] {
  const ranges: Found<unknown>[][] = [];
  for (const { field, number, bytes } of fieldsOf(answer)) {
    if (field === 1) {
      ranges.push([...fieldsOf(bytes)].filter((one) => one.field === 1).map((one) => decodeEntry(one.bytes)));
    } else if (field === 2 && number !== 0 || field === 8 && number !== 1) throw new Error("the store takes no reads");
  }
  return ranges;
}

function decodeEntry(message: Uint8Array): Found<unknown> {
  let [key, value, encoding, versionstamp] = [message, message, 0, ""];
  for (const { field, number, bytes } of fieldsOf(message)) {
    if (field === 1) key = bytes;
    else if (field === 2) value = bytes;
    else if (field === 3) encoding = number;
    else if (field === 4) versionstamp = bytes.toHex();
  }
  return { key: decodeKey(key), value: decodeValue(value, encoding), versionstamp };
}

export function entryOf<T>(key: Deno.KvKey, found: Found<T> | undefined): Entry<T> {
  return { key, value: found?.value ?? null, versionstamp: found?.versionstamp ?? null };
}

// ---- writing

/** Throws a TypeError for what the store would refuse for good. */
export function encodeWrite({ checks = [], set = [], delete: gone = [] }: Write): Uint8Array<ArrayBuffer> {
  if (checks.length > MAX.checksAWrite) throw new TypeError(`Too many checks (max ${MAX.checksAWrite})`);
  if (set.length + gone.length > MAX.mutations) throw new TypeError(`Too many mutations (max ${MAX.mutations})`);
  const write = new Message();
  let keyBytes = 0;
  const keyOf = (key: Deno.KvKey) => {
    const bytes = encodeKey(key);
    keyBytes += bytes.length;
    if (bytes.length > MAX.keyBytes) throw new TypeError(`Key too large for write (max ${MAX.keyBytes} bytes)`);
    return bytes;
  };
  for (const { key, versionstamp } of checks) {
    write.message(1, new Message().bytes(1, keyOf(key)).bytes(2, Uint8Array.fromHex(versionstamp ?? "")));
  }
  for (const [key, value] of set) {
    write.message(2, new Message().bytes(1, keyOf(key)).message(2, encodeValue(value)).number(3, SET));
  }
  for (const key of gone) write.message(2, new Message().bytes(1, keyOf(key)).number(3, DELETE));
  if (keyBytes > MAX.commitKeyBytes) throw new TypeError(`Total key size too large (max ${MAX.commitKeyBytes} bytes)`);
  const bytes = write.encode();
  if (bytes.length > MAX.commitBytes) {
    throw new TypeError(`Total mutation size too large (max ${MAX.commitBytes} bytes)`);
  }
  return bytes;
}

/** The versionstamp, or null where a check failed. */
export function decodeWrite(answer: Uint8Array): string | null {
  let [status, versionstamp] = [0, ""];
  for (const { field, number, bytes } of fieldsOf(answer)) {
    if (field === 1) status = number;
    else if (field === 2) versionstamp = bytes.toHex();
  }
  if (status === 1) return versionstamp;
  if (status === 2) return null;
  throw new Error("the store takes no writes");
}

function encodeValue(value: unknown): Message {
  const [data, encoding] = value instanceof Uint8Array ? [value, AS_BYTES] : [serialize(value), AS_V8];
  if (data.length > MAX.valueBytes) throw new TypeError(`Value too large (max ${MAX.valueBytes} bytes)`);
  return new Message().bytes(1, data).number(2, encoding);
}

/** Not v8.serialize(): what it makes of bytes inside of a value, only it can read. */
function serialize(value: unknown): Uint8Array {
  const serializer = new v8.Serializer();
  serializer.writeHeader();
  serializer.writeValue(value);
  return serializer.releaseBuffer();
}

function decodeValue(data: Uint8Array, encoding: number): unknown {
  const bytes = data.slice();
  if (encoding === AS_BYTES) return bytes;
  if (encoding !== AS_V8) throw new Error(`the store has a value of another encoding (${encoding})`);
  const deserializer = new v8.Deserializer(bytes);
  deserializer.readHeader();
  return deserializer.readValue();
}
