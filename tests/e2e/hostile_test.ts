/**
 * Peers that keep to no rule, against a real server process (D7, D8). Each is cut in time and with bounded memory, while
 * somebody else's round trips are measured. What the native transport cannot do is in SECURITY.md.
 */
import { assert, assertEquals } from "@std/assert";
import { getJson, post, type Session, signUp, TestSocket } from "../support/client.ts";
import { frame, OPCODE, RawPeer } from "../support/raw_peer.ts";
import { type ServerProcess, startProcess } from "../support/server_process.ts";
import { until } from "../support/until.ts";

const MIB = 1024 * 1024;
/** What the kernels of both sides may take for a connection before the server looks at it. */
const BUFFERS = 16 * MIB;
const TOKEN = "m".repeat(40);
/** Generous: the machine runs other tests. Who waited for a peer that is cut later would wait longer. */
const MAX_ROUND_TRIP_MS = 10_000;

class World implements AsyncDisposable {
  readonly #dir: string;
  readonly server: ServerProcess;
  readonly mallory: Session;
  readonly #neighbour: TestSocket;
  #stopped = false;
  #worst = 0;
  #pinging: Promise<void>;

  private constructor(dir: string, server: ServerProcess, mallory: Session, neighbour: TestSocket) {
    this.#dir = dir;
    this.server = server;
    this.mallory = mallory;
    this.#neighbour = neighbour;
    this.#pinging = this.#ping();
  }

  /** With so rare a heartbeat no peer is cut by it, but where a test is of just that. */
  static async open(transport: "native" | "guarded", heartbeatS = 300): Promise<World> {
    const dir = await Deno.makeTempDir({ prefix: "parley-hostile-" });
    const env = { SOCKETS: transport, METRICS_TOKEN: TOKEN, HEARTBEAT_SECONDS: String(heartbeatS) };
    const server = await startProcess(dir, env);
    const mallory = await signUp(server.origin, "mallory");
    const neighbour = await TestSocket.open(server.origin, await signUp(server.origin, "neighbour"));
    return new World(dir, server, mallory, neighbour);
  }

  peer(): Promise<RawPeer> {
    return RawPeer.open(this.server.origin, this.mallory);
  }

  async metric(name: string): Promise<number> {
    const headers = { authorization: `Bearer ${TOKEN}` };
    const text = await (await fetch(`${this.server.origin}/metrics`, { headers })).text();
    return Number(new RegExp(`^${name} (\\S+)$`, "m").exec(text)?.[1]);
  }

  /** The least over a while: memory goes back some time after it was used. */
  async settledMemory(): Promise<number> {
    let least = Number.POSITIVE_INFINITY;
    for (let i = 0; i < 15; i++) {
      least = Math.min(least, await this.metric("process_resident_memory_bytes"));
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return least;
  }

  async #ping(): Promise<void> {
    while (!this.#stopped) {
      const began = performance.now();
      const reply = await this.#neighbour.command({ type: "chat_message", room_id: "general", content: "still here" });
      assert(reply.ok, JSON.stringify(reply));
      this.#worst = Math.max(this.#worst, performance.now() - began);
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }

  /** The neighbour was served all the while, and nothing else of the server suffered. */
  async assertUnharmed(): Promise<void> {
    this.#stopped = true;
    await this.#pinging;
    assert(this.#worst < MAX_ROUND_TRIP_MS, `a neighbour waited ${this.#worst} ms`);
    assertEquals((await getJson(this.server.origin, "/health", this.mallory)).status, "ok");
    assert(!/ error /.test(this.server.log()), this.server.log());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped = true;
    await this.#pinging.catch(() => {});
    this.#neighbour.cut();
    await this.#neighbour.closed;
    await this.server[Symbol.asyncDispose]();
    await Deno.remove(this.#dir, { recursive: true });
  }
}

/** Steps that wait run side by side. */
function together(t: Deno.TestContext, steps: Record<string, () => Promise<void>>): Promise<boolean[]> {
  const loose = { sanitizeOps: false, sanitizeResources: false, sanitizeExit: false };
  return Promise.all(Object.entries(steps).map(([name, fn]) => t.step({ name, fn, ...loose })));
}

async function send(origin: string, session: Session, content: string): Promise<void> {
  await (await post(origin, "/api/rooms/general/messages", { content }, session)).body?.cancel();
}

/** Waits for the end of the connection; resolves with the close code, where there was one. */
async function cut(peer: RawPeer): Promise<number | undefined> {
  await until(() => peer.isGone);
  return peer.closeCode;
}

Deno.test("guarded: hostile peers are cut with bounded memory, and another client is served meanwhile", async (t) => {
  await using world = await World.open("guarded");
  const { origin, port } = world.server;

  await t.step("a frame whose header says 64 MiB is refused by its header (1009)", async () => {
    using peer = await world.peer();
    peer.write(frame("x", { length: 64 * MIB }));
    assertEquals(await cut(peer), 1009);
  });

  await t.step("a message of many frames is cut at 64 KiB", async () => {
    using peer = await world.peer();
    const part = "x".repeat(8 * 1024);
    peer.write(frame(part, { fin: false }));
    const taken = await peer.flood(() => frame(part, { opcode: OPCODE.continuation, fin: false }), 64 * MIB);
    await cut(peer);
    assert(taken < BUFFERS, `${taken} bytes were taken`);
  });

  await t.step("a message of endless empty fragments is cut (1008)", async () => {
    using peer = await world.peer();
    peer.write(frame("", { fin: false }));
    for (let i = 0; i < 400; i++) peer.write(frame("", { opcode: OPCODE.continuation, fin: false }));
    assertEquals(await cut(peer), 1008);
  });

  const malformed: Record<string, [bytes: Uint8Array, code: number]> = {
    "an unmasked frame": [frame("{}", { masked: false }), 1002],
    "a reserved bit": [frame("{}", { rsv: 4 }), 1002],
    "an unknown opcode": [frame("{}", { opcode: 5 }), 1002],
    "a continuation of nothing": [frame("{}", { opcode: OPCODE.continuation }), 1002],
    "a ping in fragments": [frame("x", { opcode: OPCODE.ping, fin: false }), 1002],
    "a ping of 126 bytes": [frame("x".repeat(126), { opcode: OPCODE.ping }), 1002],
    "a close frame of one byte": [frame("x", { opcode: OPCODE.close }), 1002],
    "a close code that nobody may send": [frame(new Uint8Array([0x03, 0xed]), { opcode: OPCODE.close }), 1002],
    "text that is not UTF-8": [frame(new Uint8Array([0xc3, 0x28])), 1007],
    "a binary frame": [frame("{}", { opcode: OPCODE.binary }), 4200],
  };
  for (const [name, [bytes, code]] of Object.entries(malformed)) {
    await t.step(`${name} ends the socket (${code})`, async () => {
      using peer = await world.peer();
      peer.write(bytes);
      await until(() => peer.closeCode === code);
    });
  }

  await t.step(
    "ten floods of 64 MiB are each cut within 16 MiB, and the memory they leave is under 32 MiB",
    async () => {
      const before = await world.settledMemory();
      for (let i = 0; i < 10; i++) {
        using peer = await world.peer();
        const chunk = new Uint8Array(64 * 1024);
        peer.write(frame("", { length: 64 * MIB }));
        const taken = await peer.flood(() => chunk, 64 * MIB);
        assert(taken < BUFFERS, `flood ${i}: ${taken} bytes were taken`);
        await cut(peer);
      }
      await until(async () => await world.settledMemory() - before < 32 * MIB);
    },
  );

  await together(t, {
    "a peer that goes on sending after the server closed is cut": async () => {
      using peer = await world.peer();
      peer.write(frame("{}", { opcode: OPCODE.binary }));
      const sending = setInterval(() => peer.write(frame("x", { opcode: OPCODE.ping })), 50);
      await until(() => peer.closeCode === 4200);
      const began = performance.now();
      await cut(peer);
      clearInterval(sending);
      assert(performance.now() - began > 1_000, "it had its time for the closing handshake");
    },
    "a half-open peer, which answers no ping, is cut": async () => {
      await using impatient = await World.open("guarded", 5);
      using peer = await impatient.peer();
      await cut(peer);
    },
    "headers that come a line a second are cut": async () => {
      using peer = RawPeer.connect(port);
      peer.write(new TextEncoder().encode(`GET /ws HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n`));
      const sending = setInterval(() => peer.write(new TextEncoder().encode("X: 1\r\n")), 1_000);
      await cut(peer);
      clearInterval(sending);
    },
    "a connection that says nothing is cut": async () => {
      using peer = RawPeer.connect(port);
      await cut(peer);
    },
    "a reader that takes nothing is cut, whatever it sends, with at most 1 MiB queued": async () => {
      using peer = await world.peer();
      peer.say({ type: "join_room", room_id: "general", id: 1 });
      await until(() => peer.text.includes('"re":1'));
      peer.pause();
      const content = "x".repeat(4_000);
      const sending = setInterval(() => peer.write(frame("x", { opcode: OPCODE.pong })), 500);
      // until the kernel's buffers are full and some of the server's is too
      let most = 0;
      await until(async () => {
        await Promise.all(Array.from({ length: 16 }, () => send(origin, world.mallory, content)));
        most = Math.max(most, await world.metric("parley_queued_bytes"));
        return most > 64 * 1024;
      });
      await until(async () => {
        const waiting = await world.metric("parley_queued_bytes");
        most = Math.max(most, waiting);
        return waiting === 0;
      });
      clearInterval(sending);
      assert(most <= MIB, `${most} bytes were queued`);
    },
  });
  await until(async () => await world.metric("parley_sockets") === 1);

  await t.step("a client that does not read while others send is cut before 1 MiB waits for it", async () => {
    using peer = await world.peer();
    peer.say({ type: "join_room", room_id: "general", id: 1 });
    await until(() => peer.text.includes('"re":1'));
    peer.pause();
    const content = "x".repeat(4_000);
    let most = 0;
    while (await world.metric("parley_sockets") > 1) {
      await Promise.all(Array.from({ length: 16 }, () => send(origin, world.mallory, content)));
      most = Math.max(most, await world.metric("parley_queued_bytes"));
    }
    assert(most > MIB / 2 && most <= MIB, `${most} bytes were queued`);
  });
  await world.assertUnharmed();
});

Deno.test("native: hostile peers are cut as far as the platform allows, and another client is served meanwhile", async (t) => {
  await using world = await World.open("native");

  await t.step("a message over 64 KiB ends the socket (1009)", async () => {
    using peer = await world.peer();
    peer.write(frame(`"${"x".repeat(65_536)}"`));
    await until(() => peer.closeCode === 1009);
  });

  await t.step("a binary frame ends the socket (4200)", async () => {
    using peer = await world.peer();
    peer.write(frame("{}", { opcode: OPCODE.binary }));
    await until(() => peer.closeCode === 4200);
  });

  for (
    const [name, bytes] of Object.entries({
      "a reserved bit": frame("{}", { rsv: 4 }),
      "an unknown opcode": frame("{}", { opcode: 5 }),
      "text that is not UTF-8": frame(new Uint8Array([0xc3, 0x28])),
    })
  ) {
    await t.step(`${name} ends the socket`, async () => {
      using peer = await world.peer();
      peer.write(bytes);
      await until(() => peer.isGone || peer.closeCode !== undefined);
    });
  }

  await t.step("a half-open peer, which answers no ping, is cut", async () => {
    await using impatient = await World.open("native", 5);
    using peer = await impatient.peer();
    peer.pause();
    await until(async () => await impatient.metric("parley_sockets") === 1);
  });

  await world.assertUnharmed();
});
