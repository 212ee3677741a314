/** Unread counts are the same on all devices, on any server, over REST, and from the log itself. */
import { keys, ranges } from "../../lib/store/keys.ts";
import type { Chat } from "../../lib/chat/chat.ts";
import { getJson, type Json, type Session, TestSocket } from "./client.ts";
import type { Device } from "./mention_counts.ts";
import { until } from "./until.ts";

const room_id = "general";

/** Counted from the log: the undeleted messages after the read mark. */
export async function countInLog({ kv, marks }: Chat, userId: string, roomId: string): Promise<number> {
  const mark = await marks.read(userId, roomId);
  const floor = (await kv.get(keys.head(roomId))).value?.floor ?? 0;
  const range = ranges.items(roomId, Math.max(mark.seq, floor) + 1, Number.MAX_SAFE_INTEGER);
  const items = await kv.list(range, { limit: 10_000 });
  return items.filter(({ value }) => value.kind === "message" && value.deleted === undefined).length;
}

/** Counted from a room as the API returns it. */
export function unreadIn({ messages, read_messages, unshown = [] }: Json): number {
  return messages - read_messages - unshown.length;
}

/**
 * `author` sends and deletes in a room that none of the reader's devices has open. Each device counts the remaining
 * messages, a new request gives the same count, and reading on one device clears it on all.
 */
export async function assertUnreadEverywhere(author: TestSocket, reader: Session, devices: Device[]): Promise<void> {
  for (const { socket } of devices) await socket.command({ type: "unsubscribe", room_id });
  const say = async (): Promise<{ id: string; seq: number }> =>
    await author.command({ type: "chat_message", room_id, content: "psst" });
  const remove = async ({ id }: { id: string }) =>
    void await author.command({ type: "delete_message", room_id, message_id: id });
  const counted = async (expected: number) => {
    for (const { socket, origin } of devices) {
      await until(() => countOn(socket) === expected);
      await until(async () => {
        const { rooms } = await getJson(origin, "/api/rooms", reader);
        return unreadIn(rooms.find(({ id }: Json) => id === room_id)) === expected;
      });
      const fresh = await TestSocket.open(origin, reader);
      await fresh.frame(({ type }) => type === "hello");
      await until(() => countOn(fresh) === expected);
      fresh.close();
      await fresh.closed;
    }
  };
  const [first, last] = [devices[0]?.socket, devices.at(-1)?.socket];
  const read = await say();
  await first?.command({ type: "mark_read", room_id, seq: read.seq });
  await counted(0);
  const sent = [await say(), await say(), await say()];
  await counted(3);
  for (const one of sent) await remove(one);
  await counted(0);
  const [kept, gone] = [await say(), await say()];
  await remove(gone);
  await counted(1);
  await last?.command({ type: "mark_read", room_id, seq: kept.seq });
  await counted(0);
  await first?.command({ type: "mark_read", room_id, seq: read.seq, unread: true });
  await counted(1);
  await remove(kept);
  await counted(0);
}

/** Counts as a client does: from its first list, then by the frames of a room that is not open. */
function countOn({ frames }: TestSocket): number | undefined {
  let room: Json;
  for (const frame of frames) {
    if (frame.type === "hello" || frame.change === "snapshot") {
      room = frame.rooms.find(({ id }: Json) => id === room_id);
    } else if (frame.change === "room" && frame.room.id === room_id) room = frame.room;
    if (room === undefined || frame.room_id !== room_id) continue;
    let unshown: number[] = room.unshown ?? [];
    if (frame.type === "room_activity") {
      unshown = [...unshown, ...frame.unshown ?? []];
      if (frame.seq > room.seq) room = { ...room, seq: frame.seq, messages: frame.messages };
    } else if (frame.change === "read") {
      const { read_seq, read_messages } = frame;
      unshown = [...unshown, ...frame.unshown ?? []];
      room = { ...room, read_seq, read_messages };
    }
    room = { ...room, unshown: [...new Set(unshown)].filter((seq) => seq > room.read_seq) };
  }
  return room === undefined ? undefined : unreadIn(room);
}
