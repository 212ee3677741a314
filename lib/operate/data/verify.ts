/**
 * Checks that imported data is consistent: each room's log without a gap, names that match accounts. Repairs what can
 * differ where servers wrote to the store during its export.
 */
import type { MemberRecord, RoomRecord } from "../../protocol/model.ts";
import { dueJob } from "../../store/jobs/due.ts";
import { type Job, keys, lastPart, ranges } from "../../store/keys.ts";
import { entriesOf, type Kv, put } from "../../store/kv.ts";
import { claimName } from "../../store/room_names.ts";
import { settleUnshown } from "../../store/unshown.ts";

/** Throws an Error that says what is inconsistent. */
export async function verifyStore(kv: Kv): Promise<void> {
  for await (const { value: room } of entriesOf(kv, ranges.rooms())) {
    if (room.deleted_at === undefined) await verifyRoom(kv, room.id);
    await settleRoom(kv, room);
    await claimName(kv, room);
  }
  for await (const { key } of entriesOf(kv, ranges.allJoined())) {
    const member = (await kv.get(keys.member(lastPart(key), String(key[1])))).value;
    if (member?.state !== "joined") await kv.commit({ delete: [key] });
  }
  await countFiles(kv);
  for await (const { key, value: id } of entriesOf(kv, ranges.usernames())) {
    // a deleted account's name stays taken
    const user = (await kv.get(keys.user(id))).value;
    if (user !== null && user.username !== lastPart(key)) {
      throw new Error(`the username ${lastPart(key)} points to an account with another name`);
    }
  }
}

async function verifyRoom(kv: Kv, roomId: string): Promise<void> {
  const head = (await kv.get(keys.head(roomId))).value;
  if (head === null) throw new Error(`room ${roomId} has no head`);
  const members: MemberRecord[] = [];
  let owners = 0;
  for await (const { value } of entriesOf(kv, ranges.members(roomId))) {
    if (value.state !== "joined") continue;
    members.push(value);
    if (value.role === "owner") owners++;
  }
  if (members.length !== head.members || owners !== head.owners) {
    await kv.commit({ set: [put(keys.head(roomId), { ...head, members: members.length, owners })] });
  }
  const joined = await kv.getMany(members.map(({ user_id }) => keys.joined(user_id, roomId)));
  for (const [i, { value }] of joined.entries()) {
    const member = members[i];
    if (value !== null || member === undefined) continue;
    await kv.commit({ set: [put(keys.joined(member.user_id, roomId), member.added ?? true)] });
  }

  const end = Number.MAX_SAFE_INTEGER;
  const items = entriesOf(kv, ranges.items(roomId, head.floor + 1, end));
  const changes = entriesOf(kv, ranges.changes(roomId, head.floor + 1, end));
  let [item, change] = [await items.next(), await changes.next()];
  for (let seq = head.floor + 1; seq <= head.seq; seq++) {
    if (item.value?.value.seq === seq) item = await items.next();
    else if (change.value?.value.seq === seq) change = await changes.next();
    else throw new Error(`room ${roomId} has no event ${seq}, though its head is at ${head.seq}`);
  }
  if (item.done !== true || change.done !== true) throw new Error(`room ${roomId} has events after its head`);
  await settleUnshown(kv, roomId);
}

/**
 * Erases what the export read of a room before the room was deleted or trimmed, and lists in the directory only public
 * rooms.
 */
async function settleRoom(kv: Kv, { id, kind, deleted_at }: RoomRecord): Promise<void> {
  const isDeleted = deleted_at !== undefined;
  const end = isDeleted ? Number.MAX_SAFE_INTEGER : ((await kv.get(keys.head(id))).value?.floor ?? 0) + 1;
  const left = await Promise.all([
    kv.list(ranges.items(id, 0, end), { limit: 1 }),
    kv.list(ranges.changes(id, 0, end), { limit: 1 }),
    isDeleted ? kv.list(ranges.members(id), { limit: 1 }) : [],
  ]);
  const job: Job = isDeleted
    ? { kind: "erase_room", room_id: id }
    : { kind: "erase_below", room_id: id, floor: end - 1 };
  const isPublic = kind === "public" && !isDeleted;
  await kv.commit({
    set: [
      ...(left.flat().length > 0 ? [dueJob(job)] : []),
      ...(isPublic ? [put(keys.publicRoom(id), true as const)] : []),
    ],
    delete: isPublic ? [] : [keys.publicRoom(id)],
  });
}

/** Counts each user's storage again: the sum of their files' sizes, for those who have an account. */
async function countFiles(kv: Kv): Promise<void> {
  const sums = new Map<string, number>();
  for await (const { value: { owner, size } } of entriesOf(kv, ranges.files())) {
    sums.set(owner, (sums.get(owner) ?? 0) + size);
  }
  for await (const { key } of entriesOf(kv, ranges.family("file_usage"))) {
    if (!sums.has(lastPart(key))) await kv.commit({ delete: [key] });
  }
  for (const [owner, bytes] of sums) {
    if ((await kv.get(keys.user(owner))).value === null) continue;
    await kv.commit({ set: [put(keys.fileUsage(owner), { bytes })] });
  }
}
