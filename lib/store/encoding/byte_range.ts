/** Keys and ranges as bytes, for stores that are reached over a network. */
import { encodeKey } from "./key_codec.ts";
import type { Range } from "../keys.ts";
import { LEAST_LIMITS } from "../limits.ts";

/** From `start` to before `end`. */
export interface ByteRange {
  start: Uint8Array;
  end: Uint8Array;
  limit: number;
  reverse: boolean;
}

/** The bytes of a key; undefined where it is too long for any store: a client may send such a long name or id. */
export function readableKey(key: Deno.KvKey): Uint8Array<ArrayBuffer> | undefined {
  const bytes = encodeKey(key);
  return bytes.length > LEAST_LIMITS.keyBytes ? undefined : bytes;
}

export function keyRange(key: Deno.KvKey): ByteRange | undefined {
  const start = readableKey(key);
  return start && { start, end: after(start, 0), limit: 1, reverse: false };
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
