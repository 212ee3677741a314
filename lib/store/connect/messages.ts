/**
 * KV Connect's data path: https://github.com/denoland/denokv/blob/main/proto/schema/datapath.proto. Values are encoded as
 * the platform's own client does it (value_codec.ts), so that both can use a store.
 */
import type { ByteRange } from "../encoding/byte_range.ts";
import { decodeKey, encodeKey } from "../encoding/key_codec.ts";
import type { Entry, Found, Write } from "../kv.ts";
import { DENO_KV_LIMITS } from "../limits.ts";
import { decodeValue, encodeValue } from "../encoding/value_codec.ts";
import { fieldsOf, Message } from "./protobuf.ts";

const SET = 1;
const DELETE = 2;

/** Checked before sending: the server would refuse the rest. */
const MAX = DENO_KV_LIMITS;

// ---- reading

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
    } else if (field === 2 && number !== 0 || field === 8 && number !== 1) throw new Error("the store refused to read");
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
    write.message(2, new Message().bytes(1, keyOf(key)).message(2, encodedValue(value)).number(3, SET));
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
  throw new Error("the store refused to write");
}

function encodedValue(value: unknown): Message {
  const { data, encoding } = encodeValue(value);
  return new Message().bytes(1, data).number(2, encoding);
}
