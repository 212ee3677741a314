/** How rooms are spread over the wake keys, by which processes wake one another (bus/kv_watch.ts). */

/** As many keys as one watch of Deno KV may follow: nine for rooms, one for everything else. */
export const WAKE_SHARDS = 10;
export const OTHER_SHARD = 9;

/** The shard of a room: stored data depends on it, so it never changes. */
export function shardOf(roomId: string): number {
  let hash = 7;
  for (let i = 0; i < roomId.length; i++) hash = (hash * 31 + roomId.charCodeAt(i)) % 1_000_003;
  return hash % OTHER_SHARD;
}
