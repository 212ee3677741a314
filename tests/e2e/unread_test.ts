/**
 * Answers that nobody reads, against a real server process whose memory is read from outside: whatever asked for them,
 * they take little and are dropped.
 */
import { assert, assertEquals } from "@std/assert";
import { getJson, type Session, signUp } from "../support/client.ts";
import { RawPeer } from "../support/raw_peer.ts";
import { request } from "../support/raw.ts";
import { type ServerProcess, startProcess } from "../support/server_process.ts";
import { until } from "../support/until.ts";
import { withDir } from "../support/with_dir.ts";

const MIB = 1024 * 1024;
const FILE_BYTES = 10 * MIB;
const TOKEN = "m".repeat(40);

function memory({ pid }: ServerProcess): number {
  return Number(/^VmRSS:\s+(\d+)/m.exec(Deno.readTextFileSync(`/proc/${pid}/status`))?.[1]) * 1024;
}

/** Once it moves no more; the most of it on the way there is what counts. */
async function mostMemory(server: ServerProcess): Promise<number> {
  let most = 0;
  let calm = 0;
  while (calm < 10) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    const now = memory(server);
    calm = now > most + MIB ? 0 : calm + 1;
    most = Math.max(most, now);
  }
  return most;
}

async function upload(origin: string, { cookie }: Session): Promise<string> {
  const body = crypto.getRandomValues(new Uint8Array(65_536));
  const whole = new Uint8Array(FILE_BYTES);
  for (let at = 0; at < FILE_BYTES; at += body.length) whole.set(body, at);
  const response = await fetch(`${origin}/api/files?name=a.bin`, {
    method: "POST",
    headers: { cookie, origin, "content-type": "application/octet-stream" },
    body: whole,
  });
  const { id } = await response.json();
  return `/api/files/${id}`;
}

/** Asks for it, `times` on one connection, and reads nothing. */
function unread(server: ServerProcess, path: string, headers: Record<string, string>, times = 1): RawPeer {
  const peer = RawPeer.connect(server.port);
  peer.pause();
  const text = request("GET", path, { Host: `127.0.0.1:${server.port}`, Connection: "keep-alive", ...headers });
  peer.write(new TextEncoder().encode(text.repeat(times)));
  return peer;
}

function describe(bytes: number): string {
  return `${Math.round(bytes / MIB)} MiB more`;
}

Deno.test("guarded: answers that the client does not read cost little memory and are dropped", async (t) => {
  await withDir(async (dir) => {
    await using server = await startProcess(dir, { SOCKETS: "guarded", METRICS_TOKEN: TOKEN });
    const ada = await signUp(server.origin, "ada");
    const file = await upload(server.origin, ada);
    const { cookie } = ada;
    // what serving takes once: as much as below, and read
    const read = async (path: string) =>
      void await (await fetch(server.origin + path, { headers: { cookie } })).bytes();
    for (let i = 0; i < 40; i++) await read(file);
    for (let i = 0; i < 50; i++) await Promise.all(Array.from({ length: 40 }, () => read("/css/main.css")));
    const before = memory(server);

    await t.step("ten connections with 500 pipelined requests each: under 32 MiB", async () => {
      const peers = Array.from({ length: 10 }, () => unread(server, "/css/main.css", {}, 500));
      const more = await mostMemory(server) - before;
      for (const peer of peers) peer[Symbol.dispose]();
      assert(more < 32 * MIB, describe(more));
    });

    await t.step(
      "30 upgrade requests for a file: no whole file is buffered (300 MiB), and each is dropped",
      async () => {
        const peers = Array.from(
          { length: 30 },
          () => unread(server, file, { Cookie: cookie, Connection: "Upgrade", Upgrade: "websocket" }),
        );
        const more = await mostMemory(server) - before;
        assert(more < 160 * MIB, describe(more));
        await assertDropped(server, peers);
      },
    );

    await t.step("200 downloads: under 320 MiB, and each is dropped", async () => {
      const peers = Array.from({ length: 200 }, () => unread(server, file, { Cookie: cookie }));
      const more = await mostMemory(server) - before;
      assert(more < 320 * MIB, describe(more)); // what the collector has not taken yet is in it
      await assertDropped(server, peers);
    });
    assertEquals((await getJson(server.origin, "/health", ada)).status, "ok");
    assert(!/ error /.test(server.log()), server.log());
  });
});

/**
 * The server has nothing open for them any more: 20 s after the kernels' buffers, which grow for a while, took the last
 * byte. A peer that reads nothing does not see that itself.
 */
async function assertDropped(server: ServerProcess, peers: RawPeer[]): Promise<void> {
  await until(async () => await connections(server) <= 1, 180_000);
  for (const peer of peers) peer[Symbol.dispose]();
}

async function connections({ origin }: ServerProcess): Promise<number> {
  const text = await (await fetch(`${origin}/metrics`, { headers: { authorization: `Bearer ${TOKEN}` } })).text();
  return Number(/^parley_connections (\S+)$/m.exec(text)?.[1]);
}
