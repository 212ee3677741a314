/** How a page counts deleted messages that it is not given the seqs of (SPEC.md, N5). */
import { assertEquals } from "@std/assert";
import { RoomList, unreadOf } from "../../lib/client/room_list.ts";
import type { Room } from "../../lib/protocol/model.ts";
import { LIMITS } from "../../lib/protocol/limits.ts";

const MOST = LIMITS.unshown_counted;
const view: Room = {
  id: "room",
  kind: "private",
  name: "Room",
  topic: "",
  created_at: "2026-01-01T00:00:00.000Z",
  role: "member",
  members: 2,
  seq: 6_000,
  active_at: "2026-01-01T00:00:00.000Z",
  messages: 5_000,
  read_seq: 0,
  read_messages: 0,
};
const seqs = (from: number, count: number) => Array.from({ length: count }, (_, i) => from + i);

function listOf(unshown: number[], read_messages = 0) {
  const list = new RoomList([{ ...view, read_messages, unshown }], unreadOf);
  const unread = () => unreadOf(list.get("room") ?? view);
  const hear = (gone: number[]) =>
    list.activity({
      type: "room_activity",
      room_id: "room",
      seq: 6_000,
      messages: 5_000,
      timestamp: view.active_at,
      unshown: gone,
    });
  return { list, unread, hear };
}

Deno.test("[N5] deletions that a full list has no place for stay counted, once however often they are heard of", () => {
  const { list, unread, hear } = listOf(seqs(2_000, MOST - 1));
  const late = seqs(4_000, 30);
  hear(late);
  assertEquals([unread(), list.get("room")?.unshown?.length], [5_000 - (MOST - 1) - 30, MOST]);
  hear(late);
  hear([...late, 2_005]);
  assertEquals(unread(), 5_000 - (MOST - 1) - 30);
});

Deno.test("[N5] a deletion before a full list changes nothing until the server's view of the room counts it, also one that comes late", () => {
  const { list, unread, hear } = listOf(seqs(3_000, MOST), 200);
  hear([50]);
  assertEquals(unread(), 5_000 - MOST - 200);
  list.viewed({ ...view, unshown: seqs(3_000, MOST), read_messages: 201 });
  hear([50]);
  assertEquals(unread(), 5_000 - MOST - 201);
  // a view from before the last deletion
  list.activity({
    type: "room_activity",
    room_id: "room",
    seq: 6_001,
    messages: 5_000,
    timestamp: view.active_at,
    unshown: [4_500],
  });
  list.viewed({ ...view, unshown: seqs(3_000, MOST), read_messages: 201 });
  assertEquals(unread(), 5_000 - MOST - 202);
});

Deno.test("[N5] where a mark moves back, its list takes the place of what was known, with what was deleted since", () => {
  const { list, unread } = listOf(seqs(4_000, 500));
  list.put({ ...view, read_seq: 3_500, read_messages: 2_500, unshown: [3_990, ...seqs(4_000, 500), 5_900] });
  list.read("room", {
    read_seq: 10,
    read_messages: 310,
    mentions: [],
    unshown: [...seqs(3_500, 500), ...seqs(4_000, 500)],
  });
  assertEquals(unread(), 5_000 - 310 - MOST - 1);
});
