import { assert, assertEquals, assertRejects } from "@std/assert";
import { streamBytes } from "../../lib/http/body.ts";
import { FakeClock } from "../../lib/base/clock.ts";
import { ChatError } from "../../lib/base/errors.ts";

/** A sender that brings so many bytes after each pause, for as long as it is asked. */
function sender(clock: FakeClock, pauseMs: number, bytes: number, most = Infinity) {
  let sent = 0;
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      clock.tick(pauseMs);
      if (sent >= most) return controller.close();
      sent += bytes;
      controller.enqueue(new Uint8Array(bytes));
    },
  }, { highWaterMark: 0 });
  return { body, sent: () => sent };
}

async function read(stream: AsyncIterable<Uint8Array>): Promise<number> {
  let size = 0;
  for await (const part of stream) size += part.length;
  return size;
}

Deno.test("upload: one that sends a byte every 20 s is refused within a minute", async () => {
  const clock = new FakeClock();
  const began = clock.elapsed();
  const slow = sender(clock, 20_000, 1);
  const error = await assertRejects(() => read(streamBytes(slow.body, clock)), ChatError);
  assertEquals(error.code, "bad_request");
  assert(clock.elapsed() - began <= 60_000, String(clock.elapsed() - began));
});

Deno.test("upload: a fast beginning does not allow a slow rest", async () => {
  const clock = new FakeClock();
  let fast = true;
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      clock.tick(fast ? 10 : 20_000);
      controller.enqueue(new Uint8Array(fast ? 1_000_000 : 1));
      fast = false;
    },
  }, { highWaterMark: 0 });
  const began = clock.elapsed();
  await assertRejects(() => read(streamBytes(body, clock)), ChatError);
  assert(clock.elapsed() - began <= 100_000, String(clock.elapsed() - began));
});

Deno.test("upload: a sender at the least rate is accepted, and time that the store takes is not counted", async () => {
  const clock = new FakeClock();
  const slow = sender(clock, 1_000, 5_000, 2_000_000);
  assertEquals(await read(streamBytes(slow.body, clock)), 2_000_000);
  const quick = sender(clock, 1, 1_000, 50_000);
  let size = 0;
  for await (const part of streamBytes(quick.body, clock)) {
    size += part.length;
    clock.tick(10_000); // the store takes its time
  }
  assertEquals(size, 50_000);
});

Deno.test("upload: one that is ended for others rejects at once with the reason", async () => {
  const clock = new FakeClock();
  const ends = new AbortController();
  const silent = new ReadableStream<Uint8Array<ArrayBuffer>>();
  const reading = read(streamBytes(silent, clock, ends.signal));
  ends.abort(new ChatError("overloaded", "others"));
  assertEquals((await assertRejects(() => reading, ChatError)).code, "overloaded");
});
