/**
 * How long a message takes between two server processes on one KV Connect store, all on loopback, and what a write
 * costs by its size: `deno run -A tests/bench/processes.ts`. By hand; no test depends on it.
 */
import { signUp, TestSocket } from "../support/client.ts";
import { KvConnectServer } from "../support/kv_connect.ts";
import { startProcess } from "../support/server_process.ts";

const SENDS = 300;

const store = await KvConnectServer.open();
Deno.env.set("DENO_KV_ACCESS_TOKEN", store.token);
const dir = await Deno.makeTempDir();
const env = { KV_URL: store.url, DENO_KV_ACCESS_TOKEN: store.token };
const [a, b] = [await startProcess(dir, env), await startProcess(dir, env)];
try {
  await writes();
  const [ada, bob] = [await signUp(a.origin, "ada"), await signUp(b.origin, "bob")];
  const [mine, theirs] = [await TestSocket.open(a.origin, ada), await TestSocket.open(b.origin, bob)];
  for (const socket of [mine, theirs]) await socket.command({ type: "join_room", room_id: "general" });
  for (const length of [20, 250, 2_000]) await messages(mine, theirs, length);
} finally {
  await Promise.all([a.stop(), b.stop()]);
  await store[Symbol.asyncDispose]();
  await Deno.remove(dir, { recursive: true });
}

/** One after the other, so that nothing waits in a queue. */
async function messages(from: TestSocket, to: TestSocket, length: number): Promise<void> {
  const acknowledged: number[] = [];
  const arrived: number[] = [];
  for (let i = 0; i < SENDS; i++) {
    const content = `${length} ${i} `.padEnd(length, "x");
    const began = performance.now();
    const arrival = new Promise<void>((resolve) => {
      to.onFrame = (frame) => {
        if (frame.content !== content.trim()) return;
        arrived.push(performance.now() - began);
        resolve();
      };
    });
    await from.command({ type: "chat_message", room_id: "general", content });
    acknowledged.push(performance.now() - began);
    await arrival;
  }
  console.log(
    `message of ${length} characters: acknowledged ${show(acknowledged)}; in the other process ${show(arrived)}`,
  );
}

/** The client of the platform, alone. */
async function writes(): Promise<void> {
  const kv = await Deno.openKv(store.url);
  for (const length of [500, 1_500, 16_000]) {
    const times: number[] = [];
    for (let i = 0; i < 100; i++) {
      const began = performance.now();
      await kv.set(["bench"], "x".repeat(length));
      times.push(performance.now() - began);
    }
    console.log(`one write of ${length} bytes by Deno's client: ${show(times)}`);
  }
  kv.close();
}

function show(times: number[]): string {
  times.sort((x, y) => x - y);
  const at = (part: number) => (times[Math.floor(times.length * part)] ?? NaN).toFixed(1);
  return `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`;
}
