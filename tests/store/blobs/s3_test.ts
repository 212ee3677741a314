/** One suite for both places that files may be in. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { deleteMessage, sendMessage } from "../../../lib/chat/messages/messages.ts";
import { openFile, uploadFile } from "../../../lib/chat/files/files.ts";
import { FakeClock } from "../../../lib/base/clock.ts";
import { realTimer, within } from "../../../lib/base/within.ts";
import { ChatError } from "../../../lib/base/errors.ts";
import { type Blobs, KvBlobs, readBlob } from "../../../lib/store/blobs/blobs.ts";
import { openStore } from "../../../lib/store/open.ts";
import { S3Blobs } from "../../../lib/store/blobs/s3.ts";
import { openTestChat } from "../../support/chat.ts";
import { addPerson } from "../../support/people.ts";
import { openS3Server } from "../../support/s3_server.ts";
import { sweep } from "../../support/upkeep.ts";

interface Place extends AsyncDisposable {
  blobs: Blobs;
  /** How many keys or objects there are. */
  count(): Promise<number>;
}

const PLACES: Record<string, () => Promise<Place>> = {
  async kv() {
    const { kv } = await openStore(":memory:");
    const count = async () => (await kv.list({ prefix: ["chunk"] }, { limit: 10_000 })).length;
    return { blobs: new KvBlobs(kv), count, [Symbol.asyncDispose]: () => Promise.resolve(kv.close()) };
  },
  s3() {
    const server = openS3Server();
    return Promise.resolve({
      blobs: new S3Blobs(server.config),
      count: () => Promise.resolve(server.objects.size),
      [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
    });
  },
};

async function write(blobs: Blobs, id: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  for (let n = 0; n * blobs.partBytes < bytes.length; n++) {
    await blobs.put(id, n, bytes.slice(n * blobs.partBytes, (n + 1) * blobs.partBytes));
  }
}

async function read(blobs: Blobs, id: string, start: number, end: number): Promise<Uint8Array> {
  return new Uint8Array(await new Response(ReadableStream.from(readBlob(blobs, id, start, end))).arrayBuffer());
}

for (const [name, open] of Object.entries(PLACES)) {
  Deno.test(`${name}: stored bytes are read back in any range over any parts`, async () => {
    await using place = await open();
    const { blobs } = place;
    const bytes = Uint8Array.from({ length: blobs.partBytes + 100_000 }, (_, i) => i * 7 % 253);
    await write(blobs, "one", bytes);
    await write(blobs, "two", bytes.slice(0, 10));
    const edge = blobs.partBytes;
    for (const [start, end] of [[0, 10], [0, bytes.length], [edge - 3, edge + 3], [edge, edge + 1], [7, 7]] as const) {
      assertEquals(await read(blobs, "one", start, end), bytes.slice(start, end));
    }
    assertEquals(await read(blobs, "two", 3, 10), bytes.slice(3, 10));
  });

  Deno.test(`${name}: erasing a file leaves no bytes, may be repeated, and touches no other file`, async () => {
    await using place = await open();
    const { blobs } = place;
    await write(blobs, "one", new Uint8Array(blobs.partBytes + 1));
    await write(blobs, "other", new Uint8Array(10));
    await blobs.erase("one", blobs.partBytes + 1);
    await blobs.erase("one", blobs.partBytes + 1);
    assertEquals([await place.count(), (await read(blobs, "other", 0, 10)).length], [1, 10]);
    await assertRejects(() => read(blobs, "one", 0, 10), ChatError, "could not be read");
  });

  Deno.test(`${name}: reading a file with missing bytes fails, and never returns a shorter file`, async () => {
    await using place = await open();
    await write(place.blobs, "one", new Uint8Array(100));
    await assertRejects(() => read(place.blobs, "one", 0, 101), ChatError, "could not be read");
  });
}

Deno.test("s3: a request to a bucket that is briefly away is retried; a refused one fails", async () => {
  await using server = openS3Server();
  const blobs = new S3Blobs(server.config);
  server.failing = { status: 503, times: 2 };
  await blobs.put("one", 0, new Uint8Array([1, 2, 3]));
  server.failing = { status: 500, times: 5 };
  await assertRejects(() => blobs.put("one", 0, new Uint8Array(1)), ChatError, "500");
  server.failing.times = 0;
  server.ignoresRanges = true;
  assertEquals(await read(blobs, "one", 1, 2), new Uint8Array([2]));
  assertEquals(server.refused, 0);
  const stranger = new S3Blobs({ ...server.config, secretAccessKey: "another" });
  await assertRejects(() => stranger.put("one", 0, new Uint8Array(1)), ChatError, "403");
  assert(server.refused > 0);
});

Deno.test("s3: a redirect is not followed", async () => {
  let followed = false;
  await using trap = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, ({ url }) => {
    if (url.endsWith("/trap")) followed = true;
    return new Response(null, { status: 307, headers: { location: "/trap" } });
  });
  await using server = openS3Server();
  const blobs = new S3Blobs({ ...server.config, endpoint: `http://127.0.0.1:${trap.addr.port}` });
  await assertRejects(() => read(blobs, "one", 0, 1), ChatError);
  assertEquals(followed, false);
});

Deno.test("s3: files are uploaded, downloaded and erased in the bucket; older files in the store stay readable", async () => {
  await using server = openS3Server();
  const clock = new FakeClock();
  await using chat = await openTestChat({ clock, config: { s3: server.config } });
  const ada = await addPerson(chat, "ada");
  const bytes = Uint8Array.from({ length: 6_000_000 }, (_, i) => i % 251);
  const upload = () =>
    uploadFile(chat, ada, {
      name: "a",
      body: (async function* () {
        yield bytes;
      })(),
    });
  const before = await upload();
  Object.assign(chat.config, { files: "s3" });
  const { id } = await upload();
  assertEquals(server.objects.size, 2);
  const sent = await sendMessage(chat, ada, { room_id: "general", content: "", files: [before.id, id] });
  for (const one of [before.id, id]) {
    const { read } = await openFile(chat, ada, one);
    const found = await new Response(ReadableStream.from(read(5_242_870, 5_242_890))).arrayBuffer();
    assertEquals(new Uint8Array(found), bytes.slice(5_242_870, 5_242_890));
  }
  await deleteMessage(chat, ada, { room_id: "general", message_id: sent.id });
  // the bucket is away: its file's erasure waits, the other's does not
  server.failing = { status: 503, times: 3 };
  await sweep(chat.kv, clock, chat.blobs).catch(() => {});
  clock.tick(60_000);
  await sweep(chat.kv, clock, chat.blobs);
  assertEquals(server.objects.size, 0);
  assertEquals(await chat.kv.list({ prefix: ["file_usage"] }, { limit: 1 }), []);
});

Deno.test("s3: a bucket that stops in the middle of an object fails the download, and the reader is released", async () => {
  await using bucket = openS3Server();
  const blobs = new S3Blobs(bucket.config, 200);
  await blobs.put("one", 0, new Uint8Array(100_000));
  bucket.stalls = true;
  const reading = assertRejects(() => read(blobs, "one", 0, 100_000), ChatError, "stopped in the middle");
  const error = await within(realTimer, 30_000, reading, () => new Error("the download waits for the bucket for ever"));
  assertEquals(error.code, "storage_unavailable");
});
