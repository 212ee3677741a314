/** Values as bytes, for stores that are reached over a network: as the platform's own client encodes them. */
import v8 from "node:v8";
import { LEAST_LIMITS } from "../limits.ts";

/** KV Connect's numbers for the two encodings. */
const AS_V8 = 1;
const AS_BYTES = 3;

export interface EncodedValue {
  data: Uint8Array;
  encoding: number;
}

/** Throws a TypeError for a value that is too large for any store. */
export function encodeValue(value: unknown): EncodedValue {
  const encoded = value instanceof Uint8Array
    ? { data: value, encoding: AS_BYTES }
    : { data: serialize(value), encoding: AS_V8 };
  if (encoded.data.length <= LEAST_LIMITS.valueBytes) return encoded;
  throw new TypeError(`Value too large (max ${LEAST_LIMITS.valueBytes} bytes)`);
}

export function decodeValue(data: Uint8Array, encoding: number): unknown {
  const bytes = data.slice();
  if (encoding === AS_BYTES) return bytes;
  if (encoding !== AS_V8) throw new Error(`the store has a value of another encoding (${encoding})`);
  const deserializer = new v8.Deserializer(bytes);
  deserializer.readHeader();
  return deserializer.readValue();
}

/** Not v8.serialize(): what it makes of bytes inside of a value, only it can read. */
function serialize(value: unknown): Uint8Array {
  const serializer = new v8.Serializer();
  serializer.writeHeader();
  serializer.writeValue(value);
  return serializer.releaseBuffer();
}
