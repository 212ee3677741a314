/**
 * `deno task bench [name …]`: what this machine's server does, beside the bare loops of bare.ts in the same run. Prints one
 * Markdown table; every figure is measured, none is asserted. Names: hot, sweep, rooms, ack, idle, connect, history, search,
 * client, page, rest, postgres, and by name alone: fair, crowd (several processes on one store; they need PostgreSQL).
 */
import { crowd } from "./crowd.ts";
import { fair } from "./fair.ts";
import { pageUnderTraffic } from "./page.ts";
import { signIn, signUp } from "../support/client.ts";
import { conversation, searching } from "./search.ts";
import { onPostgres } from "./postgres.ts";
import { seed } from "./seed.ts";
import { acknowledged, history } from "./clients.ts";
import { comeBack } from "./connect.ts";
import { pages, reactToSome, rest, talk } from "./http.ts";
import { buildGenerator, type Child, type Figures, type Load, load, startBare, startServer } from "./load.ts";

const all = [
  "hot",
  "rooms",
  "ack",
  "idle",
  "connect",
  "history",
  "search",
  "client",
  "page",
  "rest",
  "sweep",
  "postgres",
];
const wanted = Deno.args.length > 0 ? Deno.args : all;
const wsload = await buildGenerator();
const transports = ["guarded", "native"] as const;
type Transport = typeof transports[number];

const cores = navigator.hardwareConcurrency;
console.log(`# Parley bench: ${cores} cores, load generator included, Deno ${Deno.version.deno}\n`);
console.log("| what | transport | figure |\n|---|---|---|");
const row = (what: string, transport: string, figure: string) => console.log(`| ${what} | ${transport} | ${figure} |`);

const SIGN_INS = 100;
const HOT = { connections: 500, senders: 10, rooms: ["general"], seconds: 10 };

/** One room, 500 sockets, 10 of them sending; the same load on both bare loops. */
async function hot(transport: Transport): Promise<void> {
  for (const rate of [2_000, 5_000]) {
    const plan = { ...HOT, rate };
    const ours = await onServer(transport, 500, 1, plan);
    report(`hot room: 500 sockets, ${rate} durable messages/s`, transport, ours);
    await besideBare(transport, plan, ours);
  }
}

/** Many rooms of 10 sockets, one sender each. */
async function rooms(transport: Transport): Promise<void> {
  for (const [count, rate] of [[50, 5_000], [200, 8_000]] as const) {
    const roomIds = Array.from({ length: count }, (_, i) => `r${i}`);
    const plan = { connections: count * 10, senders: count, rate, seconds: 10, rooms: roomIds };
    const ours = await onServer(transport, count * 10, count, plan);
    report(`${count} rooms × 10 sockets, ${rate} durable messages/s`, transport, ours);
    await besideBare(transport, plan, ours);
  }
}

/** Raises the rate until p99 passes 100 ms: the knee. */
async function sweep(transport: Transport): Promise<void> {
  for (let rate = 4_000; rate <= 20_000; rate += 1_000) {
    const ours = await onServer(transport, 500, 1, { ...HOT, rate, seconds: 6 });
    report(`sweep: 500 sockets, ${rate} durable messages/s`, transport, ours);
    if (ours.lat_ms.p99 > 100 || ours.sent_per_s < rate * 0.95) return;
  }
}

interface Measured extends Figures {
  rss: number;
}

async function onServer(transport: Transport, users: number, roomCount: number, plan: Omit<Load, "cookies">) {
  return await withData(async (dir) => {
    const { cookies } = await seed(database(dir), users, roomCount, 0);
    await using server = await startServer(dir, transport);
    return await measured(server, { ...plan, cookies });
  });
}

async function besideBare(transport: Transport, plan: Omit<Load, "cookies">, ours: Measured): Promise<void> {
  for (const [mode, what] of [["broadcast", "nothing stored"], ["commit", "one commit a batch"]] as const) {
    await withData(async (dir) => {
      await using bare = await startBare(dir, transport, mode);
      const figures = await measured(bare, { ...plan, cookies: [""] });
      const share = (ours.deliveries_per_s / figures.deliveries_per_s * 100).toFixed(0);
      const p99 = (ours.lat_ms.p99 / figures.lat_ms.p99).toFixed(2);
      report(`· bare loop, ${what}`, transport, figures, `; ours: p99 × ${p99}, deliveries ${share} %`);
    });
  }
}

async function measured(target: Child, plan: Load): Promise<Measured> {
  let rss = 0;
  const figures = await load(wsload, target, plan, () => rss = target.rss());
  return { ...figures, rss };
}

async function ack(transport: Transport): Promise<void> {
  await withData(async (dir) => {
    const { cookies } = await seed(database(dir), 64, 1, 0);
    await using server = await startServer(dir, transport);
    const single = await acknowledged(server.origin, cookies, 1, 3_000);
    row("one sender's acknowledged round trip", transport, `p50 ${single.p50} ms, p99 ${single.p99} ms`);
    const many = await acknowledged(server.origin, cookies, 256, 40_000);
    row("closed loop, 256 sends in flight", transport, `${many.perSecond} acknowledged durable sends/s`);
  });
}

/** Memory a signed-in socket costs while nothing happens, with a day's sign-ins behind the server. */
async function idle(transport: Transport): Promise<void> {
  await withData(async (dir) => {
    const { cookies } = await seed(database(dir), 500, 1, 0);
    await using server = await startServer(dir, transport);
    const fresh = server.rss();
    await signUp(server.origin, "bench");
    for (let i = 0; i < SIGN_INS; i++) await signIn(server.origin, "bench");
    const megabytes = (bytes: number) => `${Math.round(bytes / 1e6)} MB`;
    row(`a server before and after ${SIGN_INS} sign-ins`, transport, `${megabytes(fresh)}, ${megabytes(server.rss())}`);
    // a message in a hundred seconds: none
    const plan = { senders: 1, rate: 0.01, seconds: 6, cookies, rooms: ["general"] };
    await load(wsload, server, { ...plan, connections: 200, seconds: 1 });
    const before = server.rss();
    const { rss, failed } = await measured(server, { ...plan, connections: 10_000 });
    if (failed > 0) throw new Error(`${failed} of 10,000 sockets could not connect`);
    row("10,000 idle signed-in sockets", transport, `${((rss - before) / 10_000 / 1024).toFixed(1)} KiB each`);
  });
}

/** A room of 50 members and 50 messages, over HTTP. */
async function overHttp(transport: Transport, load: typeof pages): Promise<void> {
  const httpload = await buildGenerator("httpload");
  await withData(async (dir) => {
    const { cookies } = await seed(database(dir), 50, 1, 50, talk);
    await using server = await startServer(dir, transport);
    await reactToSome(server.origin, cookies, 50);
    await load(httpload, server, cookies, transport, row);
  });
}

async function historyOf(size: number): Promise<void> {
  await withData(async (dir) => {
    const { cookies } = await seed(database(dir), 50, 1, size);
    await using server = await startServer(dir, "native");
    const { p50, p99 } = await history(server.origin, cookies[0] ?? "", size);
    row(`history page of 50 among ${size.toLocaleString("en")} messages`, "http", `p50 ${p50} ms, p99 ${p99} ms`);
  });
}

async function search(): Promise<void> {
  await withData(async (dir) => {
    const { cookies } = await seed(database(dir), 50, 1, 1_000_000, conversation(1));
    await using server = await startServer(dir, "native");
    await searching(server, cookies, row);
  });
}

const SCENARIOS: Record<string, (transport: Transport) => Promise<void>> = {
  hot,
  sweep,
  rooms,
  ack,
  idle,
  connect: (transport) => comeBack(transport, row),
  page: (transport) => overHttp(transport, pages),
  rest: (transport) => overHttp(transport, rest),
};

for (const name of wanted) {
  if (name === "search") await search();
  else if (name === "postgres") await withData((dir) => onPostgres(dir, row));
  else if (name === "fair") await fair(row, ["connect", "postgres"]);
  else if (name === "crowd") await crowd(row, ["connect", "postgres"]);
  else if (name === "client") await withData((dir) => pageUnderTraffic(dir, row));
  else if (name !== "history") { for (const transport of transports) await SCENARIOS[name]?.(transport); }
  else for (const size of [1_000, 100_000, 1_000_000]) await historyOf(size);
}

function report(what: string, transport: string, figures: Measured, more = ""): void {
  const { sent_per_s, deliveries_per_s, lat_ms: { p50, p99 }, closed, failed, rss, generator } = figures;
  const trouble = closed + failed === 0 ? "" : `, ${closed} closed, ${failed} failed`;
  const millions = (deliveries_per_s / 1e6).toFixed(2);
  const text = `${sent_per_s} sent/s, ${millions} M deliveries/s, p50 ${p50} ms, p99 ${p99} ms`;
  const busy = `generator ${Math.round(generator * 100)} % of a core`;
  row(what, transport, `${text}, ${busy}, RSS ${Math.round(rss / 1e6)} MB${trouble}${more}`);
}

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
