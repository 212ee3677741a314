/** A commit as the parameters of the function that does it (schema.ts). */
import { encodeKey } from "../encoding/key_codec.ts";
import type { Write } from "../kv.ts";
import { POSTGRES_LIMITS as MAX } from "../limits.ts";
import { encodeValue } from "../encoding/value_codec.ts";
import { byteaArray, smallintArray, uuidArray } from "./parameters.ts";

/**
 * Sorted by key, so that two commits take their locks in the same order. Of two sets of one key the last one counts,
 * and a delete wins over a set. Throws a TypeError where the commit is over a limit of every store.
 */
export function encodeCommit({ checks = [], set = [], delete: gone = [] }: Write): unknown[] {
  if (checks.length > MAX.checks) throw new TypeError(`Too many checks (max ${MAX.checks})`);
  if (set.length + gone.length > MAX.mutations) throw new TypeError(`Too many mutations (max ${MAX.mutations})`);
  const checked = checks.filter(({ guarded }) => guarded !== true)
    .map(({ key, versionstamp }) => [keyOf(key), versionstamp] as const).toSorted(byKey);
  const deleted = lastOfEach(gone.map((key) => [keyOf(key), undefined] as const));
  const written = lastOfEach([
    ...set.map(([key, value]) => [keyOf(key), encodeValue(value)] as const),
    ...deleted.map(([key]) => [key, undefined] as const),
  ]).flatMap(([key, value]) => value === undefined ? [] : [[key, value] as const]);
  const bytes = written.reduce((sum, [key, { data }]) => sum + key.length + data.length, 0);
  if (bytes > MAX.commitBytes) throw new TypeError(`Total mutation size too large (max ${MAX.commitBytes} bytes)`);
  return [
    byteaArray(checked.map(([key]) => key)),
    uuidArray(checked.map(([, versionstamp]) => versionstamp)),
    byteaArray(checks.filter(({ guarded }) => guarded === true).map(({ key }) => keyOf(key))),
    byteaArray(written.map(([key]) => key)),
    smallintArray(written.map(([, { encoding }]) => encoding)),
    byteaArray(written.map(([, { data }]) => data)),
    byteaArray(deleted.map(([key]) => key)),
  ];
}

function keyOf(key: Deno.KvKey): Uint8Array<ArrayBuffer> {
  const bytes = encodeKey(key);
  if (bytes.length <= MAX.keyBytes) return bytes;
  throw new TypeError(`Key too large for write (max ${MAX.keyBytes} bytes)`);
}

/** Sorted by key. */
function lastOfEach<T>(pairs: (readonly [Uint8Array, T])[]): (readonly [Uint8Array, T])[] {
  // the sort is stable, so the last entry of a key stays the last
  const all = pairs.toSorted(byKey);
  return all.filter((pair, i) => {
    const next = all[i + 1];
    return next === undefined || byKey(pair, next) !== 0;
  });
}

/** The order in which the server sorts bytea. */
function byKey([a]: readonly [Uint8Array, unknown], [b]: readonly [Uint8Array, unknown]): number {
  const least = Math.min(a.length, b.length);
  for (let i = 0; i < least; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
