/** What our client of KV Connect asks of a store that is slow, and of connections that died. */
import { assertEquals } from "@std/assert";
import { FakeClock, systemClock } from "../../../lib/base/clock.ts";
import { ConnectKv } from "../../../lib/store/connect/connect_kv.ts";
import { Silence } from "../../../lib/store/connect/silence.ts";
import { Window } from "../../../lib/store/connect/window.ts";
import type { Key } from "../../../lib/store/keys.ts";
import { openKvConnect } from "../../support/kv_connect.ts";
import { until } from "../../support/until.ts";

const key = (...parts: Deno.KvKeyPart[]): Key<unknown> => parts;
const never = new AbortController().signal;

/** Reads that are answered by hand, and count how often each was sent. */
function reads(silence: Silence, count: number) {
  const sent: { times: number; answer(): void }[] = [];
  const done = Array.from({ length: count }, (_, i) => {
    const read = sent[i] = { times: 0, answer: () => {} };
    return silence.read(never, (signal) => {
      read.times++;
      return new Promise<number>((resolve, reject) => {
        signal.addEventListener("abort", () => reject(new Error("given up")));
        read.answer = () => resolve(i);
      });
    });
  });
  return { sent, done, times: () => sent.map(({ times }) => times) };
}

/** One that is sent after them is answered: what else was sent has come by then. */
async function allCome(url: string): Promise<void> {
  for (let i = 0; i < 20; i++) await (await fetch(`${url}/nothing`)).body?.cancel();
}

const turn = () => new Promise((resolve) => setTimeout(resolve, 0));

Deno.test("connect: of the reads that wait for a slow store one is repeated, not all", async () => {
  const clock = new FakeClock();
  const { sent, done, times } = reads(new Silence(clock, 2_500), 5);
  clock.tick(9_000);
  await turn();
  assertEquals(times(), [2, 1, 1, 1, 1]);
  for (const { answer } of sent.slice(1)) answer();
  await Promise.all(done.slice(1));
  sent[0]?.answer();
  assertEquals(await Promise.all(done), [0, 1, 2, 3, 4]);
  assertEquals(times(), [2, 1, 1, 1, 1]);
});

Deno.test("connect: once the probe is answered, reads on dead connections are repeated, and later ones are not", async () => {
  const clock = new FakeClock();
  const silence = new Silence(clock, 2_500);
  const early = reads(silence, 3);
  clock.tick(2_600);
  await turn();
  assertEquals(early.times(), [2, 1, 1]);
  const late = reads(silence, 1);
  clock.tick(100);
  early.sent[0]?.answer();
  await early.done[0];
  await turn();
  assertEquals(early.times(), [2, 2, 2]);
  assertEquals(late.times(), [1]);
  for (const { answer } of [...early.sent, ...late.sent]) answer();
  await Promise.all([...early.done, ...late.done]);
});

Deno.test("connect: requests in flight never exceed the window, and waiting ones go out in order", async () => {
  const window = new Window(2);
  const ends: (() => void)[] = [];
  const began: number[] = [];
  const run = (i: number, signal = never) =>
    window.run(signal, () => {
      began.push(i);
      return new Promise<void>((resolve) => ends[i] = resolve);
    });
  const given = new AbortController();
  const all = [run(0), run(1)];
  const left = run(2, given.signal).catch(() => "left");
  all.push(run(3));
  await turn();
  assertEquals(began, [0, 1]);
  given.abort();
  assertEquals(await left, "left");
  ends[0]?.();
  await turn();
  assertEquals(began, [0, 1, 3]);
  ends[1]?.();
  ends[3]?.();
  await Promise.all(all);
});

Deno.test("connect: of a hundred reads at once 64 are in flight, and the others wait in the client", async () => {
  await using server = await openKvConnect();
  const kv = await ConnectKv.open({ url: server.url, token: server.token, clock: new FakeClock(), callMs: 30_000 });
  server.fate = (path) => path === "snapshot_read" ? "stall" : "answer";
  const found = Promise.all(Array.from({ length: 100 }, (_, i) => kv.list({ prefix: key("n", i) }, { limit: 1 })));
  await until(() => server.requests.snapshot_read >= 64);
  await allCome(server.url);
  assertEquals(server.requests.snapshot_read, 64);
  server.fate = () => "answer";
  server.release();
  assertEquals((await found).length, 100);
  kv.close();
});

Deno.test("connect: the gets of one turn of the event loop become one request for each ten keys", async () => {
  await using server = await openKvConnect();
  const kv = await ConnectKv.open({ url: server.url, token: server.token, clock: systemClock, callMs: 30_000 });
  await kv.commit({ set: Array.from({ length: 25 }, (_, i) => [key("k", i), i] as const) });
  const before = server.requests.snapshot_read;
  const found = await Promise.all(Array.from({ length: 25 }, (_, i) => kv.get(key("k", i))));
  assertEquals(found.map(({ value }) => value), Array.from({ length: 25 }, (_, i) => i));
  assertEquals(server.requests.snapshot_read - before, 3);
  kv.close();
});

Deno.test("connect: a read that takes the store 4 s is sent at most twice", async () => {
  await using server = await openKvConnect();
  const clock = new FakeClock();
  const kv = await ConnectKv.open({ url: server.url, token: server.token, clock, callMs: 30_000 });
  const before = server.requests.snapshot_read;
  const asked = () => server.requests.snapshot_read - before;
  server.fate = (path) => path === "snapshot_read" ? "stall" : "answer";
  const found = Promise.all(Array.from({ length: 10 }, (_, i) => kv.list({ prefix: key("n", i) }, { limit: 1 })));
  await until(() => asked() === 10);
  for (let i = 0; i < 8; i++) clock.tick(500);
  await until(() => asked() > 10);
  await allCome(server.url);
  assertEquals(asked(), 11);
  server.fate = () => "answer";
  server.release();
  await found;
  kv.close();
});
