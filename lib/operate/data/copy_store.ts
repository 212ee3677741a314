/**
 * `deno task copy-store FROM TO`: copies all of a server's data from one kind of store to another, with sessions and
 * epoch, so that people notice only the pause. Both sides are read again at the end and compared.
 */
import { isDeepStrictEqual } from "node:util";
import type { Clock } from "../../base/clock.ts";
import { storeName } from "../../base/config/store_kind.ts";
import { encodeKey } from "../../store/encoding/key_codec.ts";
import { type Family, FAMILY_NAMES, keys, ranges } from "../../store/keys.ts";
import { entriesOf, type Found, type Kv, type Put, put } from "../../store/kv.ts";
import { LEAST_LIMITS } from "../../store/limits.ts";
import { knownSchema, SCHEMA_VERSION } from "../../store/open.ts";
import { StoreError } from "../../store/store_error.ts";
import { encodeValue } from "../../store/encoding/value_codec.ts";
import { removeFamilies } from "./backup.ts";
import { fillUnused, openStopped } from "./offline.ts";

/** Families that are not copied: processes write them about themselves, or make them again where they are missing. */
const LEFT: Family[] = ["wake", "ephemera", "presence", "fence", "lease", "migrating", "probe", "turn"];
/** Families that are copied. `meta`, without which no server opens the store, is written last. */
const COPIED = FAMILY_NAMES.filter((family) => family !== "meta" && !LEFT.includes(family));
const { commitBytes, commitKeyBytes, mutations } = LEAST_LIMITS;

export async function copyServer(from: string, to: string, stamp: string, clock: Clock): Promise<string> {
  if (from === to) throw new StoreError("FROM and TO are the same store: name two.");
  const source = await openStopped(from, clock);
  try {
    const meta = (await source.get(keys.meta())).value;
    if (meta === null) throw new StoreError(`The store ${storeName(from)} is empty: there is nothing to copy.`);
    knownSchema(from, meta);
    const count = await fillUnused(to, stamp, clock, async (target) => {
      await target.commit({ set: [put(keys.meta(), { epoch: "", schema_version: SCHEMA_VERSION, importing: true })] });
      await removeFamilies(target, FAMILY_NAMES.filter((family) => family !== "meta"));
      for (const family of COPIED) await copyFamily(source, target, family);
      let count = 0;
      for (const family of COPIED) count += await compareFamily(source, target, family);
      await target.commit({ set: [put(keys.meta(), meta)] });
      return count;
    });
    return `${count} entries of ${storeName(from)} are in ${storeName(to)} too, and both were compared. Start the ` +
      `servers on the new one; the old one is unchanged; keep it until you know that all works. Files in a bucket stay there.`;
  } finally {
    source.close();
  }
}

async function copyFamily(source: Kv, target: Kv, family: Family): Promise<void> {
  let [batch, bytes, keyBytes]: [Put[], number, number] = [[], 0, 0];
  const flush = async () => {
    if (batch.length > 0) await target.commit({ set: batch });
    [batch, bytes, keyBytes] = [[], 0, 0];
  };
  for await (const { key, value } of all(source, family)) {
    const keySize = encodeKey(key).length;
    const size = keySize + encodeValue(value).data.length;
    // only half of the limits is used: the other half is room for the encoding of the commit
    const isFull = bytes + size > commitBytes / 2 || keyBytes + keySize > commitKeyBytes / 2 ||
      batch.length >= mutations / 2;
    if (isFull) await flush();
    batch.push([key, value]);
    bytes += size;
    keyBytes += keySize;
  }
  await flush();
}

/** Compares a family in both stores. Returns its number of entries. Throws a StoreError where they differ. */
async function compareFamily(source: Kv, target: Kv, family: Family): Promise<number> {
  const copies = all(target, family);
  let count = 0;
  for await (const { key, value } of all(source, family)) {
    const copy = (await copies.next()).value;
    if (copy === undefined || !isDeepStrictEqual([copy.key, copy.value], [key, value])) throw different(key);
    count++;
  }
  const more = (await copies.next()).value;
  if (more !== undefined) throw different(more.key);
  return count;
}

function different(key: Deno.KvKey): StoreError {
  return new StoreError(
    `The two stores differ at ${
      JSON.stringify(key)
    }: something wrote to one of them meanwhile. Stop every server, and ` +
      "run this again.",
  );
}

/** Bytes of files are among them: some MiB at a time. */
function all(kv: Kv, family: Family): AsyncGenerator<Found<unknown>, undefined> {
  return entriesOf(kv, ranges.family(family), 100);
}
