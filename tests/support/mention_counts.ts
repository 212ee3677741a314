/** A person's mentions have the same count on all of the person's devices, on any server. */
import { assertEquals } from "@std/assert";
import { getJson, type Json, type Session, type TestSocket } from "./client.ts";
import { until } from "./until.ts";

/** A mark may wait a second for the ring, and a machine that tests much may be slow. */
const WITHIN_MS = 5_000;
const room_id = "general";

export interface Device {
  socket: TestSocket;
  /** Where its server is. */
  origin: string;
}

/**
 * `author` mentions `reader`, whose devices do not have the room open. Each device counts the mention at once; reading
 * on one device, or deleting, clears it on all. A new list of rooms has the same count.
 */
export async function assertCountedEverywhere(author: TestSocket, reader: Session, devices: Device[]): Promise<void> {
  for (const { socket } of devices) await socket.command({ type: "unsubscribe", room_id });
  const say = async (content: string): Promise<{ id: string; seq: number }> =>
    await author.command({ type: "chat_message", room_id, content });
  const counted = async (expected: number[]) => {
    for (const { socket, origin } of devices) {
      await until(() => same(countOn(socket), expected), WITHIN_MS);
      await until(async () => {
        const { rooms } = await getJson(origin, "/api/rooms", reader);
        return same(rooms.find(({ id }: Json) => id === room_id).mentions ?? [], expected);
      }, WITHIN_MS);
    }
  };
  const [first, last] = [devices[0]?.socket, devices.at(-1)?.socket];
  const named = await say(`@${reader.user.username} look`);
  await counted([named.seq]);
  assertEquals((await last?.command({ type: "mark_read", room_id, seq: named.seq })).ok, true);
  await counted([]);
  const all = await say("@room and you all");
  await say("and nobody");
  await counted([all.seq]);
  await first?.command({ type: "mark_read", room_id, seq: all.seq });
  await counted([]);
  await last?.command({ type: "mark_read", room_id, seq: named.seq - 1, unread: true });
  await counted([named.seq, all.seq]);
  await author.command({ type: "delete_message", room_id, message_id: named.id });
  await counted([all.seq]);
}

/** Counts as a client does: from its first list, then by the user stream. */
function countOn({ frames }: TestSocket): number[] {
  let seqs = new Set<number>();
  for (const frame of frames) {
    if (frame.type === "hello" || frame.change === "snapshot") {
      seqs = new Set(frame.rooms.find(({ id }: Json) => id === room_id)?.mentions);
    } else if (frame.room_id !== room_id) continue;
    else if (frame.change === "mention" && frame.mentioned) seqs.add(frame.seq);
    else if (frame.change === "mention") seqs.delete(frame.seq);
    else if (frame.change === "read") {
      seqs = new Set(frame.mentions ?? [...seqs].filter((seq) => seq > frame.read_seq));
    }
  }
  return [...seqs].sort((a, b) => a - b);
}

function same(a: number[], b: number[]): boolean {
  return a.length === b.length && a.every((one, i) => one === b[i]);
}
