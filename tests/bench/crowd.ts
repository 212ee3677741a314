/**
 * `deno task bench crowd`: what 30 server processes on one store cost it: at rest, and while people on each of
 * them write and type. The share is of the store's CPU time: the KV Connect server has one thread, and so one core;
 * PostgreSQL has all of them. What the store could do is measured in the same run, with reads of ten keys.
 */
// @ts-types="@types/ws"
import type { WebSocket } from "ws";
import { keys } from "../../lib/store/keys.ts";
import { openStore } from "../../lib/store/open.ts";
import { connect, opened } from "./clients.ts";
import { type SharedKind, type SharedStore, withProcesses } from "./shared.ts";

type Row = (what: string, transport: string, figure: string) => void;

const PROCESSES = 30;
const SOCKETS_EACH = 2;
/** Until what happens at the start, when processes meet, is over. */
const SETTLE_MS = 20_000;
const MEASURED_MS = 40_000;

interface Cost {
  asked: number;
  cpu: number;
}

export async function crowd(row: Row, kinds: readonly SharedKind[], count = PROCESSES): Promise<void> {
  for (const kind of kinds) {
    const cores = kind === "connect" ? 1 : navigator.hardwareConcurrency;
    const share = ({ asked, cpu }: Cost) =>
      `${asked.toFixed(0)} requests/s, ${(cpu / cores * 100).toFixed(1)} % of what the store can do`;
    await withProcesses(kind, { count, users: count * SOCKETS_EACH, rooms: 1 }, async ({ servers, cookies, store }) => {
      const sockets = cookies.map((cookie, i) => connect(servers[i % count]?.origin ?? "", cookie));
      await Promise.all(sockets.map(async (socket) => {
        await opened(socket);
        command(socket, { type: "join_room", room_id: "general" });
      }));
      await pause(SETTLE_MS);
      row(`${count} processes at rest`, kind, share(await during(store, pause(MEASURED_MS))));
      const writing = during(store, talk(sockets, MEASURED_MS));
      row(`· one message a second, and somebody types on each process every 5 s`, kind, share(await writing));
      for (const socket of sockets) socket.terminate();
      const { asked, cpu } = await during(store, readAll(store.env.KV_URL ?? "", 5_000));
      const most = `${Math.round(asked / cpu * cores)} reads of ten keys a second`;
      row("· what the store can do", kind, `${most}, by the CPU time of one`);
    });
  }
}

/** Requests and CPU seconds of the store, a second. */
async function during(store: SharedStore, work: Promise<unknown>): Promise<Cost> {
  const [asked, cpu, began] = [await store.asked(), await store.cpu(), performance.now()];
  await work;
  const seconds = (performance.now() - began) / 1_000;
  return { asked: (await store.asked() - asked) / seconds, cpu: (await store.cpu() - cpu) / seconds };
}

async function talk(sockets: WebSocket[], ms: number): Promise<void> {
  const end = performance.now() + ms;
  const each = sockets.length / SOCKETS_EACH;
  const type = async (n: number) => {
    for (await pause(n * 5_000 / each); performance.now() < end; await pause(5_000)) {
      const socket = sockets[n];
      if (socket !== undefined) command(socket, { type: "typing", room_id: "general", typing: true });
    }
  };
  const write = async () => {
    for (let n = 0; performance.now() < end; n++) {
      const socket = sockets[n * 7 % sockets.length];
      if (socket !== undefined) command(socket, { type: "chat_message", room_id: "general", content: `message ${n}` });
      await pause(1_000);
    }
  };
  await Promise.all([write(), ...Array.from({ length: each }, (_, n) => type(n))]);
}

let last = 0;

function command(socket: WebSocket, body: Record<string, unknown>): void {
  socket.send(JSON.stringify({ ...body, id: ++last }));
}

/** 32 reads under way at any time. */
async function readAll(url: string, ms: number): Promise<void> {
  const { kv } = await openStore(url);
  const ten = Array.from({ length: 10 }, (_, i) => keys.member("general", `u${String(i).padStart(11, "0")}`));
  const end = performance.now() + ms;
  await Promise.all(Array.from({ length: 32 }, async () => {
    while (performance.now() < end) await kv.getMany(ten);
  }));
  kv.close();
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

if (import.meta.main) {
  const [kind, count] = Deno.args;
  const row: Row = (...cells) => console.log(`| ${cells.join(" | ")} |`);
  await crowd(row, kind === "connect" || kind === "postgres" ? [kind] : ["connect", "postgres"], Number(count ?? 30));
}
