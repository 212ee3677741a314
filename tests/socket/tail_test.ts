import { assertEquals } from "@std/assert";
import type { EncodedEvent } from "../../lib/bus/bus.ts";
import { countWithin, framesOf } from "../../lib/socket/outgoing.ts";
import { Tail } from "../../lib/socket/tail.ts";
import { LIMITS } from "../../lib/protocol/limits.ts";

function event(seq: number, more: Partial<EncodedEvent> = {}): EncodedEvent {
  return {
    seq,
    id: `${seq}-aaaaaaaa`,
    type: "chat_message",
    user_id: "u",
    messages: seq,
    line: `line ${seq}`,
    ...more,
  };
}

const seqs = (events: EncodedEvent[] | undefined) => events?.map(({ seq }) => seq);

Deno.test("tail: after() returns the events after a seq, or nothing where the tail begins later", () => {
  const tail = new Tail();
  assertEquals(tail.after(0, 10), undefined);
  tail.push([event(5), event(6), event(7)]);
  assertEquals(seqs(tail.after(4, 10)), [5, 6, 7]);
  assertEquals(seqs(tail.after(5, 1)), [6]);
  assertEquals(tail.after(3, 10), undefined);
  assertEquals(tail.after(7, 10), undefined);
});

Deno.test("tail: an edit or a delete removes the earlier text from the tail; a reaction does not", () => {
  const tail = new Tail();
  tail.push([event(1), event(2), event(3), event(4, { type: "reaction", target: "3-aaaaaaaa" })]);
  assertEquals(seqs(tail.after(0, 10)), [1, 2, 3, 4]);
  tail.push([event(5, { type: "message_edited", target: "2-aaaaaaaa" })]);
  assertEquals(tail.after(1, 10), undefined);
  assertEquals(seqs(tail.after(2, 10)), [3, 4, 5]);
  tail.push([event(6), event(7, { type: "message_deleted", target: "2-aaaaaaaa" })]);
  assertEquals(tail.after(4, 10), undefined, "the earlier edit's text is gone too");
  assertEquals(seqs(tail.after(5, 10)), [6, 7]);
});

Deno.test("tail: the number of events and their total length are bounded", () => {
  const tail = new Tail();
  for (let seq = 1; seq <= 1_000; seq++) tail.push([event(seq)]);
  assertEquals(tail.after(1_000 - 257, 1_000), undefined);
  assertEquals(seqs(tail.after(1_000 - 150, 1_000))?.length, 150);
  for (let seq = 1_001; seq <= 1_100; seq++) tail.push([event(seq, { line: "x".repeat(10_000) })]);
  assertEquals(tail.after(1_100 - 14, 100), undefined);
  assertEquals(seqs(tail.after(1_098, 100)), [1_099, 1_100]);
});

Deno.test("[D10] [U4] frames hold whole lines and at most 64 KiB, counted in bytes", () => {
  const events = Array.from({ length: 30 }, (_, i) => event(i + 1, { line: "é".repeat(2_500) }));
  const frames = framesOf(events, 2, 30);
  const bytes = frames.map((frame) => new TextEncoder().encode(frame).length);
  assertEquals(bytes.every((count) => count <= LIMITS.batch_bytes), true);
  assertEquals(frames.flatMap((frame) => frame.split("\n")).length, 28);
  assertEquals(frames.length, 3);
  assertEquals(framesOf(events, 3, 3), []);
  assertEquals(countWithin(events, 12_000), 2);
  assertEquals(countWithin(events, 1), 1);
});
