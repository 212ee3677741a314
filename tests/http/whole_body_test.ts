import { assertEquals, assertRejects } from "@std/assert";
import { FakeClock } from "../../lib/base/clock.ts";
import { ChatError } from "../../lib/base/errors.ts";
import { readBytes } from "../../lib/http/body.ts";
import { readableWhole, textOf, textResponse } from "../../lib/http/whole_body.ts";

const config = { maxBodyBytes: 1_000 };

/** A request whose body comes as the controller says. */
function request(length: number) {
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  const body = new ReadableStream<Uint8Array>({ start: (given) => void (controller = given) });
  const headers = { "content-length": String(length) };
  const made = new Request("http://localhost/", { method: "POST", headers, body });
  readableWhole(made);
  return { made, controller };
}

async function refusal(reading: Promise<unknown>): Promise<string> {
  const { code, message } = await assertRejects(() => reading, ChatError);
  return `${code}: ${message}`;
}

Deno.test("whole body: one that is there is read", async () => {
  const { made, controller } = request(5);
  controller?.enqueue(new TextEncoder().encode("hello"));
  controller?.close();
  assertEquals(new TextDecoder().decode(await readBytes(made, { config, clock: new FakeClock() })), "hello");
});

Deno.test("whole body: one that does not arrive within 30 s is refused", async () => {
  const clock = new FakeClock();
  const { made, controller } = request(5);
  const reading = readBytes(made, { config, clock });
  controller?.enqueue(new TextEncoder().encode("hel"));
  clock.tick(29_000);
  assertEquals(await Promise.race([reading, Promise.resolve("reads on")]), "reads on");
  clock.tick(1_000);
  assertEquals(await refusal(reading), "bad_request: The body did not arrive within 30 s.");
  controller?.close();
});

Deno.test("whole body: one that breaks off is refused", async () => {
  const { made, controller } = request(5);
  const reading = readBytes(made, { config, clock: new FakeClock() });
  controller?.error(new Error("the connection is gone"));
  assertEquals(await refusal(reading), "bad_request: The body broke off before its end.");
});

Deno.test("whole body: one that says it is too large is refused before it is read", async () => {
  const { made } = request(1_001);
  const reading = readBytes(made, { config, clock: new FakeClock() });
  assertEquals(await refusal(reading), "too_large: The body is larger than 1000 bytes.");
  assertEquals(made.bodyUsed, false);
});

Deno.test("whole body: only the Response that was made of a text has it", async () => {
  const response = textResponse("{}", { status: 201 });
  assertEquals(textOf(response), "{}");
  assertEquals(textOf(new Response(response.body, response)), undefined);
  assertEquals(textOf(new Response("{}")), undefined);
  await response.body?.cancel();
});
