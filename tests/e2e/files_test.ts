/** Files over real connections, on both transports. */
import { assert, assertEquals } from "@std/assert";
import { FakeClock } from "../../lib/base/clock.ts";
import { silentLog } from "../../lib/base/log.ts";
import { openServer } from "../../lib/server/server.ts";
import { quickPasswords, testConfig } from "../support/chat.ts";
import { signUp } from "../support/client.ts";
import { RawPeer } from "../support/raw_peer.ts";
import { until } from "../support/until.ts";

for (const sockets of ["native", "guarded"] as const) {
  Deno.test(`${sockets}: files: uploads and downloads work over two isolates, and refused or broken uploads leave no file`, async () => {
    const config = testConfig({ sockets, isolates: 2, limits: false, maxFileBytes: 2_000_000 });
    await using server = await openServer(config, { log: silentLog, passwords: quickPasswords() });
    const { kv } = server.chat;
    const { cookie } = await signUp(server.url, "ada");
    const upload = (body: BodyInit, signal: AbortSignal | null = null) =>
      fetch(`${server.url}/api/files?name=a`, {
        method: "POST",
        headers: { origin: server.url, cookie },
        body,
        signal,
      });
    const left = async () => (await kv.list({ prefix: ["file"] }, { limit: 10 })).length;

    const bytes = Uint8Array.from({ length: 1_900_000 }, (_, i) => i % 251);
    const { id } = await (await upload(bytes)).json();
    const head = await fetch(`${server.url}/api/files/${id}`, { method: "HEAD", headers: { cookie } });
    assertEquals([head.status, head.headers.get("content-length")], [200, "1900000"]);
    const got = await fetch(`${server.url}/api/files/${id}`, { headers: { cookie } });
    assertEquals(got.headers.get("content-length"), "1900000");
    assertEquals(new Uint8Array(await got.arrayBuffer()), bytes);
    const part = await fetch(`${server.url}/api/files/${id}`, { headers: { cookie, range: "bytes=1000000-1000009" } });
    assertEquals([part.status, new Uint8Array(await part.arrayBuffer())], [206, bytes.slice(1_000_000, 1_000_010)]);

    // told beforehand; and not: who goes on sending may see the connection end before the answer
    const told = await upload(new Uint8Array(5_000_000));
    assertEquals([told.status, (await told.json()).error.code], [413, "too_large"]);
    const endless = new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(50_000)) });
    const refused = await upload(endless).then(async (response) => {
      await response.body?.cancel();
      return response.status;
    }, () => 413);
    assertEquals(refused, 413);
    await until(async () => await left() === 1);

    const abort = new AbortController();
    let pieces = 0;
    const slow = new ReadableStream({
      async pull(controller) {
        await new Promise((resolve) => setTimeout(resolve, 5));
        controller.enqueue(new Uint8Array(100_000));
        if (++pieces === 8) abort.abort();
      },
    });
    assert(await upload(slow, abort.signal).then(() => false, () => true));
    await until(async () => await left() === 1);
    assertEquals((await kv.list({ prefix: ["file_usage"] }, { limit: 2 })).map(({ value }) => value), [
      { bytes: 1_900_000 },
    ]);
  });
}

for (const sockets of ["native", "guarded"] as const) {
  Deno.test(`${sockets}: files: six accounts that hold every upload place keep nobody out, and slow uploads lose their places`, async () => {
    const clock = new FakeClock();
    const config = testConfig({ sockets, limits: false });
    await using server = await openServer(config, { log: silentLog, passwords: quickPasswords(), clock });
    const { uploads } = server.chat;
    const { host } = new URL(server.url);
    const peers: RawPeer[] = [];
    try {
      for (let i = 0; i < 6; i++) {
        const { cookie } = await signUp(server.url, `mallory${i}`);
        for (let n = 0; n < 6; n++) {
          const peer = RawPeer.connect(server.port);
          peer.write(new TextEncoder().encode(
            `POST /api/files?name=a HTTP/1.1\r\nHost: ${host}\r\nOrigin: ${server.url}\r\nCookie: ${cookie}\r\n` +
              "Content-Length: 1000000\r\n\r\nx",
          ));
          peers.push(peer);
        }
      }
      await until(() => uploads.count() === 32);
      const ada = await signUp(server.url, "ada");
      for (let i = 0; i < 3; i++) {
        const headers = { origin: server.url, cookie: ada.cookie };
        const body = new Uint8Array(300_000);
        const answer = await fetch(`${server.url}/api/files?name=a`, { method: "POST", headers, body });
        assertEquals(answer.status, 201, await answer.text());
      }
      assert(uploads.count() > 24, "it took few of their places");
      await until(async () => {
        for (const peer of peers) peer.write(new Uint8Array(1));
        clock.tick(10_000);
        await new Promise((resolve) => setTimeout(resolve, 5));
        return uploads.count() === 0;
      });
    } finally {
      for (const peer of peers) peer[Symbol.dispose]();
    }
  });
}
