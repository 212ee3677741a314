/** Removes what is over: expired records, and by durable jobs the remains of what was deleted. In small slices. */
import type { Clock } from "../clock.ts";
import type { ItemRecord, MessageItem, SentRecord } from "../model.ts";
import { type Job, keys, lastPart, type Range, ranges, rest, sentOf } from "./keys.ts";
import { KvBlobs } from "./blobs.ts";
import { eraseFile, eraseFileJobs, type EraserOf, patient, sweepUploads } from "./files.ts";
import { tidy } from "./tidy.ts";
import { type Entry, type Found, type Kv, type Put, put } from "./kv.ts";

const SLICE = 200;
/** As many as one commit may check; also of items, each of which may have the keys of twenty mentions beside its own. */
const CHECKS = 10;
/** Of one room in one pass, in tens. */
const MAX_SLICES = 500;
const KEEP_CONTROL_MS = 86_400_000;

/** One pass; returns how many keys it removed. What fails holds nothing else up; the first such failure is thrown. */
export async function sweep(kv: Kv, clock: Clock, blobsOf: EraserOf = () => new KvBlobs(kv)): Promise<number> {
  const parts = [
    ...[sweepUploads, (kv: Kv, now: number) => sweepJobs(kv, now, patient(blobsOf, clock))],
    ...[sweepExpired, sweepControl, sweepSent, sweepSentUntil, tidy],
  ];
  let removed = 0;
  const failures: unknown[] = [];
  for (const part of parts) {
    try {
      removed += await part(kv, clock.now());
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
  return removed;
}

/** Jobs may make further ones. One that fails, because the bucket is away, say, stays and holds up no other. */
async function sweepJobs(kv: Kv, now: number, blobsOf: EraserOf): Promise<number> {
  let removed = 0;
  for (;;) {
    const { done, failure, ...pass } = await passOverJobs(kv, now, blobsOf);
    removed += pass.removed;
    if (done > 0) continue;
    if (failure !== undefined) throw failure.error;
    return removed;
  }
}

async function passOverJobs(kv: Kv, now: number, blobsOf: EraserOf) {
  let removed = 0;
  let done = 0;
  let failure: { error: unknown } | undefined;
  for (let next = ranges.jobs();;) {
    const found = await kv.list(next, { limit: SLICE });
    for (const { key, value, versionstamp } of found) {
      if (value.kind === "leave_rooms" || value.kind === "erase_author") continue; // chat/deletion.ts
      try {
        removed += await runJob(kv, value, now, blobsOf);
        // checked: it may have been given more to do meanwhile
        await kv.commit({ checks: [{ key, versionstamp }], delete: [key] });
        done++;
      } catch (error) {
        failure ??= { error };
      }
    }
    const last = found.at(-1);
    if (last === undefined || found.length < SLICE) return { removed, done, failure };
    next = rest(next, last.key);
  }
}

function runJob(kv: Kv, job: Exclude<Job, { user_id: string }>, now: number, blobsOf: EraserOf): Promise<number> {
  switch (job.kind) {
    case "erase_message":
      return eraseMessage(kv, job);
    case "erase_room":
      return eraseRoom(kv, job.room_id);
    case "erase_below":
      return eraseLog(kv, job.room_id, job.floor, now);
    case "erase_file":
      return eraseFile(kv, job.file_id, blobsOf);
  }
}

async function eraseMessage(kv: Kv, job: Extract<Job, { kind: "erase_message" }>): Promise<number> {
  const { room_id, seq } = job;
  let removed = 0;
  for (;;) {
    const [revisions, reactions] = await Promise.all([
      kv.list(ranges.revisions(room_id, seq), { limit: SLICE }),
      kv.list(ranges.reactions(room_id, seq), { limit: SLICE }),
    ]);
    const gone = [...revisions, ...reactions].map(({ key }) => key);
    for (const { key } of reactions) gone.push(keys.reacted(room_id, lastPart(key), seq));
    if (gone.length === 0) return removed;
    removed += gone.length;
    await kv.commit({ delete: gone });
  }
}

/** Everything of a deleted room but its tombstone (the room record and the head). */
async function eraseRoom(kv: Kv, roomId: string): Promise<number> {
  let removed = 0;
  await kv.commit({ delete: [keys.pins(roomId), keys.called(roomId)] });
  for (;;) {
    const members = await kv.list(ranges.members(roomId), { limit: SLICE });
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

/**
 * The log up to the floor, with all that belongs to its messages; but a send is known until its time is over (D3), where
 * it can come again: in a room that is not deleted.
 */
async function eraseLog(kv: Kv, roomId: string, floor: number, now = Infinity): Promise<number> {
  let removed = 0;
  for (;;) {
    const items = await kv.list(ranges.items(roomId, 0, floor + 1), { limit: CHECKS });
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
  for (;;) {
    const changes = await kv.list(ranges.changes(roomId, 0, floor + 1), { limit: SLICE });
    if (changes.length === 0) return removed;
    await kv.commit({ delete: changes.map(({ key }) => key) });
    removed += changes.length;
  }
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

/** Its record at first: who is about to write more checks it. */
async function eraseIndex(kv: Kv, roomId: string): Promise<number> {
  await kv.commit({ delete: [keys.indexed(roomId), keys.indexTail(roomId)] });
  for (let removed = 2;;) {
    const pages = await kv.list(ranges.indexRoom(roomId), { limit: SLICE });
    if (pages.length === 0) return removed;
    await kv.commit({ delete: pages.map(({ key }) => key) });
    removed += pages.length;
  }
}

async function eraseRemains(kv: Kv, roomId: string, item: MessageItem, gone: Deno.KvKey[]): Promise<number> {
  for (const id of item.mentions ?? []) gone.push(keys.mention(id, roomId, item.seq));
  if (item.revisions === undefined && item.reactions === undefined) return 0;
  return await eraseMessage(kv, { kind: "erase_message", room_id: roomId, seq: item.seq });
}

async function sweepExpired(kv: Kv, now: number): Promise<number> {
  const isOver = ({ value }: Found<{ expires_at: number }>) => value.expires_at < now;
  let removed = await removeWhere(kv, ranges.attempts(), isOver);
  removed += await removeWhere(kv, ranges.invitations(), isOver);
  return removed + await removeWhere(kv, ranges.allSessions(), isOver, ({ value: { secret_hash, previous } }) => [
    keys.sessionBySecret(secret_hash),
    ...(previous === undefined ? [] : [keys.sessionBySecret(previous.secret_hash)]),
  ]);
}

/** Everything that is over in a range, with the keys that belong to it. */
async function removeWhere<T>(
  kv: Kv,
  range: Range<T>,
  isOver: (found: Found<T>) => boolean,
  also: (found: Found<T>) => Deno.KvKey[] = () => [],
): Promise<number> {
  let removed = 0;
  for (let next = range;;) {
    const found = await kv.list(next, { limit: SLICE });
    const gone = found.filter(isOver).flatMap((one) => [one.key, ...also(one)]);
    if (gone.length > 0) await kv.commit({ delete: gone });
    removed += gone.length;
    const last = found.at(-1);
    if (last === undefined || found.length < SLICE) return removed;
    next = rest(range, last.key);
  }
}

/** Whoever follows the control log is never so far behind; who starts begins at its head. */
async function sweepControl(kv: Kv, now: number): Promise<number> {
  let removed = 0;
  for (;;) {
    const found = await kv.list(ranges.control(0), { limit: SLICE });
    const gone = found.filter(({ value }) => value.at < now - KEEP_CONTROL_MS).map(({ key }) => key);
    if (gone.length > 0) await kv.commit({ delete: gone });
    removed += gone.length;
    if (gone.length < SLICE) return removed;
  }
}

/** Walks each room's log from its `swept` cursor: the items know their client_id, so the old `sent` keys are found. */
async function sweepSent(kv: Kv, now: number): Promise<number> {
  let removed = 0;
  let after = "";
  for (;;) {
    const rooms = await kv.list(ranges.rooms(after), { limit: 100 });
    for (const { value } of rooms) removed += await sweepRoom(kv, value.id, now);
    const last = rooms.at(-1);
    if (last === undefined || rooms.length < 100) return removed;
    after = last.value.id;
  }
}

/** Those whose messages were erased before. */
async function sweepSentUntil(kv: Kv, now: number): Promise<number> {
  let removed = 0;
  for (;;) {
    const found = await kv.list(ranges.sentUntil(now), { limit: CHECKS });
    if (found.length === 0) return removed;
    const entries = await kv.getMany(found.map(({ key }) => sentOf(key)));
    // one that was sent again after it had expired is a later item's
    const over = entries.filter(({ value }) => value !== null && value.expires_at < now);
    const done = await kv.commit({
      checks: over.map(({ key, versionstamp }) => ({ key, versionstamp })),
      delete: [...found, ...over].map(({ key }) => key),
    });
    if (done !== null) removed += found.length + over.length;
  }
}

async function sweepRoom(kv: Kv, roomId: string, now: number): Promise<number> {
  let removed = 0;
  for (let slices = 0; slices < MAX_SLICES; slices++) {
    const after = (await kv.get(keys.swept(roomId))).value ?? 0;
    const items = await kv.list(ranges.items(roomId, after + 1, Number.MAX_SAFE_INTEGER), { limit: CHECKS });
    const last = items.at(-1);
    if (last === undefined) break;
    const sends = items.flatMap(({ value }) =>
      value.kind === "message" && value.client_id !== undefined
        ? [{ seq: value.seq, key: keys.sent(roomId, value.user_id, value.client_id) }]
        : []
    );
    const entries = await kv.getMany(sends.map(({ key }) => key));
    // one that was sent again after it had expired is a later item's
    const own = entries.filter(({ value }, i) => value !== null && value.seq === sends[i]?.seq);
    const young = own.find(({ value }) => value !== null && value.expires_at >= now);
    const gone = own.slice(0, young === undefined ? own.length : own.indexOf(young));
    const swept = young?.value === undefined || young.value === null ? last.value.seq : young.value.seq - 1;
    if (swept <= after) break;
    // checked: one that is sent again at this moment keeps its record
    const done = await kv.commit({
      checks: gone.map(({ key, versionstamp }) => ({ key, versionstamp })),
      set: [put(keys.swept(roomId), swept)],
      delete: gone.map(({ key }) => key),
    });
    if (done === null) continue;
    removed += gone.length;
    if (young !== undefined) break;
  }
  return removed;
}
