/** Whether what was imported fits together: each room's log without a hole, names and accounts. */
import { keys, lastPart, type Range, ranges, rest } from "./keys.ts";
import { type Found, type Kv, put } from "./kv.ts";

const SLICE = 500;

/** Counts each room's members anew, for they may have come and gone during an export. Throws an Error that says what does not fit. */
export async function verifyStore(kv: Kv): Promise<void> {
  for await (const { value: room } of all(kv, ranges.rooms())) {
    if (room.deleted_at === undefined) await verifyRoom(kv, room.id);
  }
  for await (const { key, value: id } of all(kv, ranges.usernames())) {
    // a deleted account's name stays taken
    const user = (await kv.get(keys.user(id))).value;
    if (user !== null && user.username !== lastPart(key)) {
      throw new Error(`the username ${lastPart(key)} is of an account with another name`);
    }
  }
}

async function verifyRoom(kv: Kv, roomId: string): Promise<void> {
  const head = (await kv.get(keys.head(roomId))).value;
  if (head === null) throw new Error(`room ${roomId} has no head`);
  let [members, owners] = [0, 0];
  for await (const { value } of all(kv, ranges.members(roomId))) {
    if (value.state === "joined") members++;
    if (value.state === "joined" && value.role === "owner") owners++;
  }
  if (members !== head.members || owners !== head.owners) {
    await kv.commit({ set: [put(keys.head(roomId), { ...head, members, owners })] });
  }

  const end = Number.MAX_SAFE_INTEGER;
  const items = all(kv, ranges.items(roomId, head.floor + 1, end));
  const changes = all(kv, ranges.changes(roomId, head.floor + 1, end));
  let [item, change] = [await items.next(), await changes.next()];
  for (let seq = head.floor + 1; seq <= head.seq; seq++) {
    if (item.value?.value.seq === seq) item = await items.next();
    else if (change.value?.value.seq === seq) change = await changes.next();
    else throw new Error(`room ${roomId} has no event ${seq}, though its head is at ${head.seq}`);
  }
  if (item.done !== true || change.done !== true) throw new Error(`room ${roomId} has events after its head`);
}

async function* all<T>(kv: Kv, range: Range<T>): AsyncGenerator<Found<T>, undefined> {
  for (let next = range;;) {
    const found = await kv.list(next, { limit: SLICE });
    yield* found;
    const last = found.at(-1);
    if (last === undefined || found.length < SLICE) return undefined;
    next = rest(range, last.key);
  }
}
