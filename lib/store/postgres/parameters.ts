/**
 * Arrays as PostgreSQL's binary format has them (array_recv in
 * https://github.com/postgres/postgres/blob/master/src/backend/utils/adt/arrayfuncs.c). The driver would write an array of
 * bytes as quoted text, which is twice as long.
 */
import { Buffer } from "node:buffer";

const BYTEA = 17;
const INT2 = 21;
const UUID = 2_950;

export function byteaArray(values: readonly Uint8Array[]): Buffer {
  return arrayOf(BYTEA, values);
}

export function smallintArray(values: readonly number[]): Buffer {
  return arrayOf(INT2, values.map((value) => Uint8Array.of(value >> 8, value & 0xff)));
}

/** null means NULL. */
export function uuidArray(values: readonly (string | null)[]): Buffer {
  return arrayOf(UUID, values.map((value) => value === null ? null : Uint8Array.fromHex(value.replaceAll("-", ""))));
}

function arrayOf(type: number, values: readonly (Uint8Array | null)[]): Buffer {
  let length = values.length === 0 ? 12 : 20;
  for (const value of values) length += 4 + (value?.length ?? 0);
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  view.setInt32(0, values.length === 0 ? 0 : 1);
  view.setInt32(4, values.includes(null) ? 1 : 0);
  view.setInt32(8, type);
  if (values.length > 0) {
    view.setInt32(12, values.length);
    view.setInt32(16, 1);
  }
  let at = 20;
  for (const value of values) {
    view.setInt32(at, value?.length ?? -1);
    if (value !== null) bytes.set(value, at + 4);
    at += 4 + (value?.length ?? 0);
  }
  return Buffer.from(bytes.buffer);
}
