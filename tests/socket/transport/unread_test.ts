/** What the native transport sends, as far as it can be bounded: a body that nobody takes ends. */
import { assertEquals, assertRejects } from "@std/assert";
import { FakeClock } from "../../../lib/base/clock.ts";
import { endedUnreadBody } from "../../../lib/socket/transport/unread.ts";

Deno.test("native: a response body of which the client reads nothing for 20 s is ended, and its source is released", async () => {
  const clock = new FakeClock();
  let cancelled = false;
  const source = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(new Uint8Array(60_000)),
    cancel: () => void (cancelled = true),
  }, { highWaterMark: 0 });
  const reader = endedUnreadBody(source, clock).getReader();
  for (let i = 0; i < 10; i++) {
    assertEquals((await reader.read()).done, false);
    clock.tick(15_000);
  }
  assertEquals(cancelled, false);
  clock.tick(5_000);
  await assertRejects(() => reader.read(), Error, "nobody takes");
  assertEquals(cancelled, true);
});

Deno.test("native: a response body that the client reads arrives whole, in pieces of 16 KiB, and leaves no timer", async () => {
  const clock = new FakeClock();
  const bytes = crypto.getRandomValues(new Uint8Array(50_000));
  const body = endedUnreadBody(ReadableStream.from([bytes.slice(0, 20_000), bytes.slice(20_000)]), clock);
  assertEquals(new Uint8Array(await new Response(body).arrayBuffer()), bytes);
  clock.tick(60_000);
});
