/**
 * One line of an export: an entry of the store as JSON. A value of bytes (a chunk of a file) is appended to a file
 * beside the lines. The same entry always makes the same line.
 */
import * as v from "valibot";
import { FAMILIES, type Family, FAMILY_NAMES } from "../../store/keys.ts";
import { recordSchema } from "./export_records.ts";

export const EXPORT_FORMAT = 1;

/** The exported families, in the export's order. */
export const EXPORTED = FAMILY_NAMES.filter((name) => FAMILIES[name].exported);

/** The first line, and the last. */
export const headerLine = v.strictObject({
  type: v.literal("parley_export"),
  format: v.literal(EXPORT_FORMAT),
  schema_version: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
});
export const endLine = v.strictObject({ type: v.literal("end"), lines: v.pipe(v.number(), v.safeInteger()) });

const entryLine = v.strictObject({
  type: v.custom<Family>(isExported, "is not a type of an export"),
  key: v.pipe(
    v.array(v.union([v.pipe(v.string(), v.check((part) => part.isWellFormed())), v.pipe(v.number(), v.safeInteger())])),
    v.maxLength(10),
  ),
  value: v.optional(v.unknown()),
  bytes: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(65_536))),
});

export interface ExportedEntry {
  key: Deno.KvKey;
  /** The value; where it is bytes, how many there are. */
  value: { json: unknown } | { bytes: number };
}

function isExported(type: unknown): boolean {
  return EXPORTED.some((family) => family === type);
}

/** The name, inside the export's folder, of the file that holds a key's bytes. */
export function bytesFileOf(key: Deno.KvKey): string {
  return `files/${key.slice(0, 2).map((part) => String(part).replace(/[^\w-]/g, "_")).join("-")}`;
}

export function encodeEntry(key: Deno.KvKey, value: unknown): string {
  const [type, ...rest] = key;
  if (value instanceof Uint8Array) return JSON.stringify({ type, key: rest, bytes: value.length });
  return JSON.stringify({ type, key: rest, value }, encodeValue);
}

/** Throws an Error that says what is wrong with the line. */
export function decodeEntry(line: unknown): ExportedEntry {
  const entry = v.parse(entryLine, line);
  const key: Deno.KvKey = [entry.type, ...entry.key];
  if (entry.bytes !== undefined) {
    if (entry.type !== "chunk") throw new Error(`a ${entry.type} cannot come as bytes`);
    return { key, value: { bytes: entry.bytes } };
  }
  if (entry.type === "chunk") throw new Error("a chunk must come as bytes");
  if (entry.value === undefined) throw new Error("it has neither a value nor bytes");
  const json = decodeValue(entry.value);
  v.parse(recordSchema(entry.type), json);
  return { key, value: { json } };
}

/**
 * Encodes values that JSON cannot hold, as objects with a name that begins with $. Bytes inside a record are small;
 * large ones are values of their own. A field whose own name begins with $ gets one more $, because people choose some
 * names themselves.
 */
function encodeValue(_name: string, value: unknown): unknown {
  if (value instanceof Uint8Array) return { $base64: new Uint8Array(value).toBase64() };
  if (typeof value === "bigint") return { $integer: String(value) };
  if (typeof value === "object" && value !== null && !Array.isArray(value) && !isPlain(value)) {
    throw new Error(`a value of the store is a ${value.constructor.name}, which an export cannot hold`);
  }
  if (typeof value === "object" && value !== null && Object.keys(value).some((name) => name.startsWith("$"))) {
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [name.startsWith("$") ? `$${name}` : name, inner]),
    );
  }
  return value;
}

function decodeValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(decodeValue);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value);
  const [name, text] = entries[0] ?? [];
  if (entries.length === 1 && typeof text === "string") {
    if (name === "$base64") return Uint8Array.fromBase64(text);
    if (name === "$integer") return BigInt(text);
  }
  return Object.fromEntries(
    entries.map(([name, inner]) => [name.startsWith("$$") ? name.slice(1) : name, decodeValue(inner)]),
  );
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
