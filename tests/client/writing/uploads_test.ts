import { assertEquals } from "@std/assert";
import { NoAnswer, toChatError } from "../../../lib/client/connection/failure.ts";
import { Attached } from "../../../lib/client/writing/attached.ts";
import { Uploads } from "../../../lib/client/writing/uploads.ts";
import type { FileInfo } from "../../../lib/protocol/model.ts";

interface Sending {
  name: string;
  progress(done: number): void;
  done(): void;
  fail(error: Error): void;
}

/** Uploads whose server is this test. */
function open() {
  const sending: Sending[] = [];
  const forgotten: string[] = [];
  const timers: (() => void)[] = [];
  const world = { online: true };
  const attached = new Attached();
  const uploads = new Uploads({
    attached,
    send: (content, { onProgress, signal }) =>
      new Promise<FileInfo>((resolve, reject) => {
        signal.addEventListener("abort", () => reject(new NoAnswer()));
        sending.push({
          name: content.name,
          progress: onProgress,
          done: () => resolve({ id: `id-${content.name}`, name: content.name, type: "text/plain", size: content.size }),
          fail: reject,
        });
      }),
    forget: (id) => void forgotten.push(id),
    after: (_ms, run) => {
      timers.push(run);
      return () => {};
    },
    online: () => world.online,
  });
  const statuses = () => attached.of("general").value.map(({ state }) => state.value.status);
  const settle = () => new Promise<void>((resolve) => setTimeout(resolve));
  return { attached, uploads, sending, forgotten, timers, world, statuses, settle };
}

const file = (name: string, bytes = 3) => new File([new Uint8Array(bytes)], name, { type: "text/plain" });
const files = (count: number) => Array.from({ length: count }, (_, i) => file(`${i}.txt`));

Deno.test("uploads: three run at a time, in order; nine fit into a message", async () => {
  const { attached, uploads, sending, statuses, settle } = open();
  assertEquals(uploads.add("general", files(11)), 2);
  assertEquals(sending.map(({ name }) => name), ["0.txt", "1.txt", "2.txt"]);
  sending[1]?.progress(0.5);
  assertEquals(attached.of("general").value[1]?.state.value.progress, 0.5);
  sending[1]?.done();
  await settle();
  assertEquals(sending.map(({ name }) => name), ["0.txt", "1.txt", "2.txt", "3.txt"]);
  assertEquals(statuses().slice(0, 5), ["sending", "done", "sending", "sending", "waiting"]);
});

Deno.test("uploads: a removed file's upload is aborted, or deleted on the server", async () => {
  const { attached, uploads, sending, forgotten, statuses, settle } = open();
  uploads.add("general", files(2));
  sending[0]?.done();
  await settle();
  const [first, second] = attached.of("general").value;
  uploads.remove("general", first?.key ?? "");
  uploads.remove("general", second?.key ?? "");
  await settle();
  assertEquals([forgotten, statuses()], [["id-0.txt"], []]);
});

Deno.test("uploads: a lost upload is repeated after a reconnect; a refused one waits for the reader", async () => {
  const { attached, uploads, sending, world, timers, statuses, settle } = open();
  attached.maxBytes = 10;
  uploads.add("general", [file("lost.txt"), file("refused.txt"), file("large.txt", 11)]);
  world.online = false;
  sending[0]?.fail(new NoAnswer());
  sending[1]?.fail(toChatError({ code: "limit_reached", message: "Full." }));
  await settle();
  assertEquals([statuses(), timers.length], [["lost", "failed", "failed"], 0]);
  assertEquals(attached.of("general").value[1]?.state.value.error?.code, "limit_reached");
  world.online = true;
  uploads.resume();
  uploads.retry("general", attached.of("general").value[1]?.key ?? "");
  uploads.retry("general", attached.of("general").value[2]?.key ?? "");
  assertEquals(statuses(), ["sending", "sending", "failed"]);
});

Deno.test("uploads: a file that cannot be read fails after some tries while the server is reachable", async () => {
  const { uploads, sending, timers, statuses, settle } = open();
  uploads.add("general", files(1));
  for (let tries = 1; tries <= 3; tries++) {
    assertEquals(sending.length, tries);
    sending.at(-1)?.fail(new NoAnswer());
    await settle();
    timers.shift()?.();
  }
  assertEquals([statuses(), sending.length], [["failed"], 3]);
});

Deno.test("uploads: a message takes the uploaded files, and returns them if it is written anew", async () => {
  const { uploads, sending, forgotten, statuses, settle } = open();
  uploads.add("general", files(2));
  uploads.add("attic", files(1));
  for (const one of sending) one.done();
  await settle();
  const taken = uploads.take("general");
  assertEquals([taken.map(({ id }) => id), statuses()], [["id-0.txt", "id-1.txt"], []]);
  uploads.restore("general", taken);
  assertEquals(statuses(), ["done", "done"]);
  uploads.clear();
  assertEquals([statuses(), forgotten.toSorted()], [[], ["id-0.txt", "id-0.txt", "id-1.txt"]]);
});
