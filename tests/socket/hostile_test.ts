/** A bad peer hurts only itself (D7, D8). */
import { assert, assertEquals } from "@std/assert";
import { connect, type Socket } from "node:net";
import { sendMessage } from "../../lib/chat/messages/messages.ts";
import { FakeClock } from "../../lib/base/clock.ts";
import { testConfig } from "../support/chat.ts";
import { CLOSE } from "../../lib/protocol/close_codes.ts";
import type { Kv } from "../../lib/store/kv.ts";
import { openServer, type Person, range, TRANSPORTS } from "./support.ts";
import { alteredKv } from "../support/altered_kv.ts";
import { until } from "../support/until.ts";

/** Opens a socket by hand, to send what no client would; resolves once it is upgraded. */
async function rawSocket(port: number, person: Person): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  socket.write(
    `GET /ws HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      `Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n` +
      `Origin: http://127.0.0.1:${port}\r\nCookie: ${person.cookie}\r\n\r\n`,
  );
  await new Promise<void>((resolve) => socket.once("data", () => resolve()));
  return socket;
}

/** A masked text frame (mask 0). */
function textFrame(text: string): Uint8Array {
  const body = new TextEncoder().encode(text);
  const head = body.length < 126 ? [0x81, 0x80 | body.length] : [0x81, 0x80 | 126, body.length >> 8, body.length & 255];
  return new Uint8Array([...head, 0, 0, 0, 0, ...body]);
}

/** A small generator of reproducible numbers (mulberry32). */
function seeded(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

for (const transport of TRANSPORTS) {
  const test = (name: string, run: () => Promise<void>) => Deno.test(`${transport}: ${name}`, run);

  test("[C3] plain text and malformed frames get an error with an example; the socket goes on", async () => {
    await using server = await openServer({ transport });
    const client = await server.open(await server.person("anna"));
    client.send("hello");
    const { error } = await client.frame((frame) => frame.type === "error");
    assertEquals(error.code, "bad_frame");
    assert(error.message.includes('{"type":"chat_message"'));
    const cases: [object, string][] = [
      [{ type: "nonsense" }, "unknown_command"],
      [{ type: "__proto__" }, "unknown_command"],
      [{ type: "chat_message", room_id: "general" }, "invalid"],
      [{ type: "chat_message", room_id: "general", content: "x", more: 1 }, "invalid"],
      [{ type: "chat_message", room_id: 17, content: "x" }, "no_such_room"],
      [{ type: "join_room", room_id: "nowhere" }, "no_such_room"],
    ];
    for (const [command, code] of cases) assertEquals((await client.command(command)).error.code, code);
    assert((await client.say("still here")).ok);
  });

  test("[C3] fifty malformed frames in a row end the socket", async () => {
    await using server = await openServer({ transport });
    const client = await server.open(await server.person("anna"));
    for (let i = 0; i < 49; i++) client.send("x");
    assert((await client.command({ type: "ping" })).ok);
    for (let i = 0; i < 50; i++) client.send("x");
    assertEquals((await client.closed).code, CLOSE.abuse);
  });

  test("[X4] binary frames and over-long ones end the socket", async () => {
    await using server = await openServer({ transport });
    const anna = await server.person("anna");
    const binary = await server.open(anna);
    binary.ws.send(new Uint8Array([1, 2, 3]));
    assertEquals((await binary.closed).code, CLOSE.unsupported);
    const long = await server.open(anna);
    long.ws.send(JSON.stringify({ type: "ping", id: "é".repeat(40_000) }));
    assertEquals((await long.closed).code, CLOSE.too_big);
  });

  test("[C4] over 64 waiting commands a socket's further commands are refused", async () => {
    let release = () => {};
    const gate = new Promise<void>((resolve) => release = resolve);
    let held = false;
    const wrapKv = (kv: Kv): Kv =>
      alteredKv(kv, {
        async commit(write) {
          if (held) await gate;
          return await kv.commit(write);
        },
      });
    await using server = await openServer({ transport, wrapKv });
    const client = await server.open(await server.person("anna"));
    held = true;
    let refused = 0;
    const replies = range(1, 100).map(async (n) => {
      const reply = await client.say(`m${n}`);
      if (reply.error?.code === "rate_limited") refused++;
      return reply;
    });
    await until(() => refused === 36);
    release();
    const done = await Promise.all(replies);
    assertEquals(done.filter((reply) => reply.ok).length, 64);
    assertEquals(done.slice(64).every((reply) => reply.error.retry_after === 1), true);
  });

  test("[C4] a socket's frames are counted, malformed ones too, and its retry_after is true", async () => {
    const clock = new FakeClock();
    const rates = { ...testConfig().rates, commands: { burst: 10, perMinute: 60 } };
    await using server = await openServer({ transport, clock, config: { limits: true, rates } });
    const client = await server.open(await server.person("anna"));
    const codes = async (count: number) => {
      const replies = await Promise.all(range(1, count).map(() => client.command({ type: "nonsense" })));
      return replies.map(({ error }) => error.code);
    };
    // twice the commands of its user; what is over it has no id, since it is not even looked at
    assertEquals(await codes(20), Array(20).fill("unknown_command"));
    client.send({ type: "nonsense", id: "over" });
    const { error } = await client.frame((frame) => frame.type === "error");
    assertEquals([error.code, error.retry_after], ["rate_limited", 1]);
    clock.tick(1_000);
    assertEquals(await codes(2), Array(2).fill("unknown_command"));
    client.send({ type: "nonsense", id: "over" });
    await until(() => client.frames.filter((frame) => frame.type === "error").length === 2);
  });

  test("[D8] thousands of random frames end only the sockets that sent them", async () => {
    await using server = await openServer({ transport });
    const [anna, mallory] = [await server.person("anna"), await server.person("mallory")];
    const quiet = await server.open(anna);
    await quiet.join();
    for (let seed = 1; seed <= 30; seed++) {
      const random = seeded(seed);
      const pick = <T>(...of: T[]): T => of[Math.floor(random() * of.length)] as T;
      const value = (depth = 0): unknown =>
        pick<() => unknown>(
          () => null,
          () => random() < 0.5,
          () => Math.floor(random() * 1e6) - 10,
          () => random() * 1e308,
          () => pick("", "general", "\ud800", "\u0000", "1-aaaaaaaa", "👍", "x".repeat(5_000)),
          () => depth > 3 ? [] : range(1, Math.floor(random() * 4)).map(() => value(depth + 1)),
          () => depth > 3 ? {} : { [pick("a", "__proto__", "type")]: value(depth + 1) },
        )();
      const socket = await rawSocket(server.listener.port, mallory);
      const ended = new Promise<void>((resolve) => socket.once("close", () => resolve()));
      socket.resume();
      for (let i = 0; i < 100; i++) {
        const frame: Record<string, unknown> = {};
        const type = pick(
          "join_room",
          "chat_message",
          "edit_message",
          "react",
          "mark_read",
          "typing",
          "history",
          "unsubscribe",
        );
        for (
          const field of ["id", "room_id", "content", "since", "message_id", "emoji", "op", "seq", "before", "limit"]
        ) {
          if (random() < 0.3) frame[field] = random() < 0.5 ? "general" : value();
        }
        frame["type"] = random() < 0.9 ? type : value();
        const text = JSON.stringify(frame);
        const bytes = textFrame(text.slice(0, random() < 0.1 ? Math.floor(random() * text.length) : 30_000));
        if (random() < 0.02) bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
        if (!socket.destroyed) socket.write(bytes);
      }
      const hello = await quiet.say(`still here ${seed}`);
      assert(hello.ok, JSON.stringify(hello));
      socket.destroy();
      await ended;
    }
    await until(() => server.sockets.count === 1);
    assertEquals(server.errors, []);
  });

  test("[X3] a client that reads nothing is closed, does not slow the others, and resumes without a gap", async () => {
    await using server = await openServer({ transport, config: { maxQueuedBytes: 256 * 1024 } });
    const [anna, bert] = [await server.person("anna"), await server.person("bert")];
    const slow = await server.open(anna);
    await slow.join();
    const { id: cursor, seq } = await slow.say("first");
    await slow.upTo(seq);
    const fast = await server.open(bert);
    await fast.join();
    slow.ws.pause();
    let last = 0;
    // until what the kernel takes for the slow one is full too
    await until(async () => {
      const content = "x".repeat(4_000);
      const sent = await Promise.all(
        range(1, 16).map(() => sendMessage(server.chat, bert.actor, { room_id: "general", content })),
      );
      last = Math.max(...sent.map(({ seq }) => seq));
      return server.chat.presence.isOnline("anna") && server.sockets.readyCount === 1;
    });
    slow.ws.resume();
    assertEquals((await slow.closed).code, CLOSE.too_slow);
    await fast.upTo(last);
    assertEquals(fast.seqs(), range(fast.seqs()[0] ?? 0, last));
    const got = slow.events().at(-1);
    assert((got?.seq ?? 0) < last, "the slow one had it all: nothing was queued for it");
    const again = await server.open(anna);
    await again.join("general", `${server.chat.epoch}:${got?.id ?? cursor}`);
    await again.upTo(last);
    assertEquals([...slow.seqs(), ...again.seqs()], range(slow.seqs()[0] ?? 0, last));
  });
}
