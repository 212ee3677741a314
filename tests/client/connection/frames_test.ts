import { assertEquals } from "@std/assert";
import { decodeFrame } from "../../../lib/client/connection/frames.ts";

const event = {
  type: "chat_message",
  room_id: "general",
  seq: 1,
  id: "1-aaaaaaaa",
  user_id: "u",
  username: "u",
  display_name: "U",
  color: "#e5484d",
  timestamp: "2026-01-02T03:04:05Z",
  content: "hi",
};

Deno.test("frames: a frame of several lines is decoded line by line; unreadable lines are left out", () => {
  const lines = [JSON.stringify(event), "{", "", "null", "[1]", JSON.stringify({ ...event, seq: 2 })];
  assertEquals(decodeFrame(lines.join("\n")).map((frame) => frame.kind === "event" && frame.event.seq), [1, 2]);
  assertEquals(decodeFrame(new ArrayBuffer(1)), []);
});

Deno.test("[E5] frames: unknown fields are dropped, unknown types outside the sequence ignored", () => {
  const [frame] = decodeFrame(JSON.stringify({ ...event, from_later: 1 }));
  assertEquals(frame, { kind: "event", event } as typeof frame);
  assertEquals(decodeFrame('{"type":"weather","room_id":"general"}'), []);
  assertEquals(decodeFrame('{"type":"typing","room_id":1,"users":[]}'), []);
});

Deno.test("frames: an event of an unknown type, or with an unreadable field, keeps its seq", () => {
  for (const odd of [{ ...event, type: "poll" }, { ...event, content: 7 }, { ...event, type: "join", role: "king" }]) {
    const [frame] = decodeFrame(JSON.stringify(odd));
    assertEquals(frame?.kind === "event" && [frame.event.type, frame.event.seq], ["later", 1]);
  }
});

Deno.test("frames: frames of the user stream and replies are distinguished", () => {
  const read = { type: "user", change: "read", room_id: "general", read_seq: 3, read_messages: 2 };
  assertEquals(decodeFrame(JSON.stringify(read)), [{ kind: "message", message: read } as never]);
  const reply = { re: 1, ok: true, seq: 4, id: "4-aaaaaaaa" };
  assertEquals(decodeFrame(JSON.stringify(reply)), [{ kind: "reply", reply }]);
});
