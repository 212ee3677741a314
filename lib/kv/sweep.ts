/** Removes what is over: expired records, and by durable jobs the remains of what was deleted. In small slices. */
import type { Clock } from "../clock.ts";
import type { MessageItem } from "../model.ts";
import { type Job, keys, lastPart, ranges } from "./keys.ts";
import type { Kv } from "./kv.ts";

const SLICE = 200;

/** One pass; returns how many keys it removed. */
export async function sweep(kv: Kv, clock: Clock): Promise<number> {
  let removed = await sweepJobs(kv);
  removed += await sweepExpired(kv, clock.now());
  removed += await sweepSent(kv, clock.now());
  return removed;
}

async function sweepJobs(kv: Kv): Promise<number> {
  let removed = 0;
  for (const { key, value } of await kv.list(ranges.jobs(), { limit: SLICE })) {
    const done = value.kind === "erase_message" ? await eraseMessage(kv, value) : await eraseRoom(kv, value.room_id);
    removed += done;
    await kv.commit({ delete: [key] });
  }
  return removed;
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
  for (;;) {
    const members = await kv.list(ranges.members(roomId), { limit: SLICE });
    if (members.length === 0) break;
    const gone = members.flatMap(({ key, value }) => [
      key,
      keys.joined(value.user_id, roomId),
      keys.read(value.user_id, roomId),
    ]);
    await kv.commit({ delete: gone });
    removed += gone.length;
  }
  for (;;) {
    const items = await kv.list(ranges.items(roomId, 0, Number.MAX_SAFE_INTEGER), { limit: 50 });
    if (items.length === 0) break;
    const gone: Deno.KvKey[] = [];
    for (const { key, value } of items) {
      gone.push(key);
      if (value.kind === "message") removed += await eraseRemains(kv, roomId, value, gone);
    }
    await kv.commit({ delete: gone });
    removed += gone.length;
  }
  for (;;) {
    const changes = await kv.list(ranges.changes(roomId, 0, Number.MAX_SAFE_INTEGER), { limit: SLICE });
    if (changes.length === 0) return removed;
    await kv.commit({ delete: changes.map(({ key }) => key) });
    removed += changes.length;
  }
}

async function eraseRemains(kv: Kv, roomId: string, item: MessageItem, gone: Deno.KvKey[]): Promise<number> {
  if (item.client_id !== undefined) gone.push(keys.sent(roomId, item.user_id, item.client_id));
  if (item.revisions === undefined && item.reactions === undefined) return 0;
  return await eraseMessage(kv, { kind: "erase_message", room_id: roomId, seq: item.seq });
}

async function sweepExpired(kv: Kv, now: number): Promise<number> {
  const sessions = (await kv.list(ranges.allSessions(), { limit: 5_000 })).filter(({ value }) =>
    value.expires_at < now
  );
  const attempts = (await kv.list(ranges.attempts(), { limit: 5_000 })).filter(({ value }) => value.expires_at < now);
  const gone = attempts.slice(0, SLICE).map(({ key }) => key);
  for (const { key, value } of sessions.slice(0, SLICE)) {
    gone.push(key, keys.sessionBySecret(value.secret_hash));
    if (value.previous !== undefined) gone.push(keys.sessionBySecret(value.previous.secret_hash));
  }
  if (gone.length > 0) await kv.commit({ delete: gone });
  return gone.length;
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

async function sweepRoom(kv: Kv, roomId: string, now: number): Promise<number> {
  const cursor = (await kv.get(keys.swept(roomId))).value ?? 0;
  const items = await kv.list(ranges.items(roomId, cursor + 1, Number.MAX_SAFE_INTEGER), { limit: SLICE });
  const gone: Deno.KvKey[] = [];
  let swept = cursor;
  for (const { value } of items) {
    if (value.kind === "message" && value.client_id !== undefined) {
      const key = keys.sent(roomId, value.user_id, value.client_id);
      const sent = (await kv.get(key)).value;
      if (sent !== null && sent.expires_at >= now) break;
      if (sent !== null) gone.push(key);
    }
    swept = value.seq;
  }
  if (swept === cursor) return 0;
  await kv.commit({ set: [[keys.swept(roomId), swept]], delete: gone });
  return gone.length;
}
