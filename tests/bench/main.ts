/**
 * `deno task bench [name …]`: what this machine's server does, beside a bare broadcast loop in the same run. Prints one
 * Markdown table; every figure is measured, none is asserted. Names: hot, rooms, ack, idle, history.
 */
import { seed } from "./seed.ts";
// @ts-types="@types/ws"
import { WebSocket } from "ws";
import { buildGenerator, load, startBare, startServer } from "./load.ts";

const all = ["hot", "rooms", "ack", "idle", "history"];
const wanted = Deno.args.length > 0 ? Deno.args : all;
const wsload = await buildGenerator();
const transports = ["guarded", "native"] as const;
type Transport = typeof transports[number];

const cores = navigator.hardwareConcurrency;
console.log(`# Parley bench: ${cores} cores (generator included), Deno ${Deno.version.deno}\n`);
console.log("| what | transport | figure |\n|---|---|---|");
const row = (what: string, transport: string, figure: string) => console.log(`| ${what} | ${transport} | ${figure} |`);

if (wanted.includes("hot")) { for (const transport of transports) await hot(transport); }
if (wanted.includes("rooms")) { for (const transport of transports) await rooms(transport); }
if (wanted.includes("ack")) { for (const transport of transports) await acknowledged(transport); }
if (wanted.includes("idle")) { for (const transport of transports) await idle(transport); }
if (wanted.includes("history")) { for (const size of [1_000, 100_000, 1_000_000]) await history(size); }

async function withData<T>(run: (dir: string) => Promise<T>): Promise<T> {
  const dir = await Deno.makeTempDir({ prefix: "parley-bench-" });
  try {
    return await run(dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

function database(dir: string): string {
  return `${dir}/parley.db`;
}

/** One room, 500 sockets, 10 of them sending. */
async function hot(transport: Transport): Promise<void> {
  for (const rate of [2_000, 5_000]) {
    const plan = { connections: 500, senders: 10, rate, seconds: 10, rooms: ["general"] };
    const p99 = await withData(async (dir) => {
      const { cookies } = await seed(database(dir), 500, 1, 0);
      await using server = await startServer(dir, transport);
      let rss = 0;
      const figures = await load(wsload, server, { ...plan, cookies }, () => rss = server.rss());
      report(`hot room, 500 sockets, ${rate} durable messages/s`, transport, figures, `, RSS ${mb(rss)}`);
      return figures.lat_ms.p99;
    });
    await using bare = await startBare(transport);
    const figures = await load(wsload, bare, { ...plan, cookies: [""] });
    report(
      `the same on a bare loop, no storage`,
      transport,
      figures,
      `; ratio of p99 ${ratio(p99, figures.lat_ms.p99)}`,
    );
  }
}

/** 50 rooms of 10 sockets, one sender each. */
async function rooms(transport: Transport): Promise<void> {
  const plan = { connections: 500, senders: 50, rate: 5_000, seconds: 10 };
  await withData(async (dir) => {
    const seeded = await seed(database(dir), 500, 50, 0);
    await using server = await startServer(dir, transport);
    const figures = await load(wsload, server, { ...plan, ...seeded });
    report("50 rooms × 10 sockets, 5000 durable messages/s", transport, figures);
  });
}

/** Closed loop: how many durable sends a second 64 senders get acknowledged, and one sender's round trip. */
async function acknowledged(transport: Transport): Promise<void> {
  await withData(async (dir) => {
    const { cookies } = await seed(database(dir), 64, 1, 0);
    await using server = await startServer(dir, transport);
    const single = await roundTrips(server.origin, cookies[0] ?? "", 1, 3_000);
    row("one sender's acknowledged round trip", transport, `p50 ${single.p50} ms, p99 ${single.p99} ms`);
    const many = await roundTrips(server.origin, cookies[0] ?? "", 256, 40_000);
    row("256 sends in flight", transport, `${many.perSecond} acknowledged durable sends/s`);
  });
}

async function roundTrips(origin: string, cookie: string, inFlight: number, total: number) {
  // commands in flight are bounded a socket, so several sockets share the load
  const perSocket = Math.min(inFlight, 32);
  const sockets = Array.from({ length: inFlight / perSocket }, () => {
    const headers = { cookie: cookie.replace("Cookie: ", ""), origin };
    return new WebSocket(`${origin.replace("http", "ws")}/ws`, { headers });
  });
  await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.once("open", resolve))));
  const times: number[] = [];
  const start = performance.now();
  let sent = 0;
  await Promise.all(sockets.map((socket) =>
    new Promise<void>((resolve) => {
      const begun = new Map<number, number>();
      const next = () => {
        const id = sent++;
        begun.set(id, performance.now());
        socket.send(JSON.stringify({ type: "chat_message", id, room_id: "general", content: `message ${id}` }));
      };
      socket.on("message", (data) => {
        const { re, error } = JSON.parse(String(data));
        if (error !== undefined) throw new Error(JSON.stringify(error));
        const at = begun.get(re);
        if (at === undefined) return;
        begun.delete(re);
        times.push(performance.now() - at);
        if (sent < total) next();
        else if (begun.size === 0) resolve();
      });
      for (let i = 0; i < perSocket; i++) next();
    })
  ));
  const seconds = (performance.now() - start) / 1000;
  for (const socket of sockets) socket.close();
  return { ...quantiles(times), perSecond: Math.round(times.length / seconds) };
}

/** Memory a signed-in socket costs while nothing happens. */
async function idle(transport: Transport): Promise<void> {
  await withData(async (dir) => {
    const { cookies } = await seed(database(dir), 100, 1, 0);
    await using server = await startServer(dir, transport);
    const plan = { senders: 0, rate: 1, seconds: 6, cookies, rooms: ["general"] };
    await load(wsload, server, { ...plan, connections: 200, seconds: 1 });
    const before = server.rss();
    let rss = 0;
    await load(wsload, server, { ...plan, connections: 10_000 }, () => rss = server.rss());
    row("10,000 idle signed-in sockets", transport, `${((rss - before) / 10_000 / 1024).toFixed(1)} KiB each`);
  });
}

/** A page of 50 at random places, over HTTP. */
async function history(size: number): Promise<void> {
  await withData(async (dir) => {
    const { cookies } = await seed(database(dir), 50, 1, size);
    await using server = await startServer(dir, "guarded");
    const headers = { cookie: (cookies[0] ?? "").replace("Cookie: ", "") };
    const times: number[] = [];
    for (let i = 0; i < 600; i++) {
      const before = 1 + Math.floor(((i * 7_919) % 1_000) / 1_000 * size);
      const start = performance.now();
      const response = await fetch(`${server.origin}/api/rooms/general/messages?limit=50&before=${before}`, {
        headers,
      });
      await response.text();
      if (i >= 100) times.push(performance.now() - start);
    }
    const { p50, p99 } = quantiles(times);
    row(`history page of 50 among ${size.toLocaleString("en")} messages`, "http", `p50 ${p50} ms, p99 ${p99} ms`);
  });
}

function report(what: string, transport: string, figures: Awaited<ReturnType<typeof load>>, more = ""): void {
  const { sent_per_s, deliveries_per_s, lat_ms: { p50, p99 }, closed, failed } = figures;
  const trouble = closed + failed === 0 ? "" : `, ${closed} closed, ${failed} failed`;
  row(
    what,
    transport,
    `${sent_per_s} sent/s, ${
      (deliveries_per_s / 1e6).toFixed(2)
    } M deliveries/s, p50 ${p50} ms, p99 ${p99} ms${trouble}${more}`,
  );
}

function quantiles(times: number[]): { p50: string; p99: string } {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (q: number) => (sorted[Math.floor((sorted.length - 1) * q)] ?? 0).toFixed(2);
  return { p50: at(0.5), p99: at(0.99) };
}

function mb(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}

function ratio(a: number, b: number): string {
  return (a / b).toFixed(2);
}
