/** Erases what is left of deleted messages and rooms, in small slices. Each function may be run again without harm. */
import { claimKeys } from "../store/room_names.ts";
import { LIMITS } from "../protocol/limits.ts";
import { checkedSlice, passSlice } from "../store/limits.ts";
import type { ItemRecord, MessageItem, SentRecord } from "../protocol/model.ts";
import { eraseFileJobs } from "../store/blobs/erase_files.ts";
import { type Job, keys, lastPart, ranges } from "../store/keys.ts";
import { type Entry, type Kv, type Put, put, removeRange } from "../store/kv.ts";
import { pageOf } from "../store/unshown.ts";

/** At most: the item, its send, and its mentions and files. */
const KEYS_AN_ITEM = 2 + LIMITS.mentions + LIMITS.files;

export async function eraseMessage(
  kv: Kv,
  job: Pick<Extract<Job, { kind: "erase_message" }>, "room_id" | "seq">,
): Promise<number> {
  const { room_id, seq } = job;
  const limit = passSlice(kv.limits);
  let removed = 0;
  for (;;) {
    const [revisions, reactions] = await Promise.all([
      kv.list(ranges.revisions(room_id, seq), { limit }),
      kv.list(ranges.reactions(room_id, seq), { limit }),
    ]);
    const gone = [...revisions, ...reactions].map(({ key }) => key);
    for (const { key } of reactions) gone.push(keys.reacted(room_id, lastPart(key), seq));
    if (gone.length === 0) return removed;
    removed += gone.length;
    await kv.commit({ delete: gone });
  }
}

/** Erases everything of a deleted room except its tombstone (the room record and the head). */
export async function eraseRoom(kv: Kv, roomId: string): Promise<number> {
  let removed = 0;
  await kv.commit({ delete: [keys.pins(roomId), keys.called(roomId), keys.swept(roomId), keys.turn(roomId)] });
  await freeName(kv, roomId);
  for (;;) {
    const members = await kv.list(ranges.members(roomId), { limit: passSlice(kv.limits) });
    if (members.length === 0) break;
    const gone = members.flatMap(({ key, value }) => [
      key,
      keys.joined(value.user_id, roomId),
      keys.read(value.user_id, roomId),
      keys.mentioned(value.user_id, roomId),
      keys.draft(value.user_id, roomId),
    ]);
    await kv.commit({ delete: gone });
    removed += gone.length;
  }
  removed += await eraseIndex(kv, roomId);
  return removed + await eraseLog(kv, roomId, Number.MAX_SAFE_INTEGER - 1);
}

/** Gives up the claims to the room's name that nobody has taken over. */
async function freeName(kv: Kv, roomId: string): Promise<void> {
  const room = (await kv.get(keys.room(roomId))).value;
  if (room === null) return;
  const claims = await kv.getMany(await claimKeys(room.name));
  for (const { key, value, versionstamp } of claims) {
    if (value?.room_id === roomId) await kv.commit({ checks: [{ key, versionstamp }], delete: [key] });
  }
}

/**
 * Erases the log up to the floor, with everything that belongs to its messages. The exception are idempotency keys
 * (`sent`) of a room that still exists: a message may be sent again there, so they stay until they expire (D3).
 */
export async function eraseLog(kv: Kv, roomId: string, floor: number, now = Infinity): Promise<number> {
  let removed = 0;
  for (;;) {
    // the commit checks the items' `sent` keys, and an item may have the keys of many mentions
    const limit = checkedSlice(kv.limits, KEYS_AN_ITEM);
    const items = await kv.list(ranges.items(roomId, 0, floor + 1), { limit });
    if (items.length === 0) break;
    const gone: Deno.KvKey[] = [];
    for (const { key, value } of items) {
      gone.push(key);
      if (value.kind === "message") removed += await eraseRemains(kv, roomId, value, gone);
    }
    const files = items.flatMap(({ value }) => value.kind === "message" ? eraseFileJobs(value) : []);
    const sent = await eraseSends(kv, roomId, items.map(({ value }) => value), now);
    const done = await kv.commit({
      checks: sent.gone.map(({ key, versionstamp }) => ({ key, versionstamp })),
      set: [...files, ...sent.set],
      delete: [...gone, ...sent.gone.map(({ key }) => key)],
    });
    if (done !== null) removed += gone.length + sent.gone.length;
  }
  removed += await removeRange(kv, ranges.changes(roomId, 0, floor + 1));
  removed += await removeRange(kv, ranges.unshownSums(roomId, 0, pageOf(floor)));
  return removed + await removeRange(kv, ranges.unshown(roomId, 0, floor + 1));
}

async function eraseSends(kv: Kv, roomId: string, items: ItemRecord[], now: number) {
  const sends = items.flatMap((item) =>
    item.kind === "message" && item.client_id !== undefined
      ? [{ userId: item.user_id, clientId: item.client_id, key: keys.sent(roomId, item.user_id, item.client_id) }]
      : []
  );
  const gone: Entry<SentRecord>[] = [];
  const set: Put[] = [];
  const entries = await kv.getMany(sends.map(({ key }) => key));
  for (const [i, entry] of entries.entries()) {
    const { userId = "", clientId = "" } = sends[i] ?? {};
    const until = entry.value?.expires_at ?? 0;
    if (until < now) gone.push(entry);
    else set.push(put(keys.sentUntil(until, roomId, userId, clientId), true));
  }
  return { gone, set };
}

/**
 * Erases the index record first: an indexer checks it in each commit, so an indexer that is still running writes
 * nothing more.
 */
async function eraseIndex(kv: Kv, roomId: string): Promise<number> {
  await kv.commit({ delete: [keys.indexed(roomId), keys.indexTail(roomId)] });
  return 2 + await removeRange(kv, ranges.indexRoom(roomId));
}

async function eraseRemains(kv: Kv, roomId: string, item: MessageItem, gone: Deno.KvKey[]): Promise<number> {
  for (const id of item.mentions ?? []) gone.push(keys.mention(id, roomId, item.seq));
  if (item.revisions === undefined && item.reactions === undefined) return 0;
  return await eraseMessage(kv, { room_id: roomId, seq: item.seq });
}
