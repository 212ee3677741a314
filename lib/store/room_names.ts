/** The claims of public rooms to their names. */
import { likenessesOf } from "../protocol/text/lookalike.ts";
import type { RoomRecord } from "../protocol/model.ts";
import { type Key, keys, type NameClaim } from "./keys.ts";
import { type Kv, put } from "./kv.ts";

/** The keys that a name claims. */
export async function claimKeys(name: string): Promise<Key<NameClaim>[]> {
  return (await likenessesOf(name)).map((likeness) => keys.roomName(likeness));
}

/**
 * Claims the name of a room in a store that an older version or an import wrote. Of two rooms whose names look alike the
 * first one has the claim; both keep their names. Safe to repeat, and to run beside a server: a claim that is
 * there stays.
 */
export async function claimName(kv: Kv, { id, kind, name, deleted_at }: RoomRecord): Promise<void> {
  if (kind !== "public" || deleted_at !== undefined) return;
  const entries = await kv.getMany(await claimKeys(name));
  if (entries.some(({ value }) => value !== null && value.room_id !== id)) return;
  const missing = entries.filter(({ value }) => value === null);
  if (missing.length === 0) return;
  // where the check fails somebody has just claimed the name: they have it
  await kv.commit({
    checks: missing.map(({ key }) => ({ key, versionstamp: null })),
    set: missing.map(({ key }) => put(key, { room_id: id, by: "" })),
  });
}
