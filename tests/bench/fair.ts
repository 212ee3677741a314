/**
 * `deno task bench fair`: are several server processes that append to the same rooms of one store
 * served alike? Real processes, a socket for each of their senders. A closed loop sends again when it is answered; an
 * open one sends at a rate and counts a send from the moment when it was due.
 */
// @ts-types="@types/ws"
import { WebSocket } from "ws";
import { connect, opened, quantiles } from "./clients.ts";
import { cpuOf, type Processes, type SharedKind, withProcesses } from "./shared.ts";

type Row = (what: string, transport: string, figure: string) => void;

interface Plan {
  processes: number;
  /** Groups of senders, one a process; more where one process has them all. */
  groups?: number;
  rooms: number;
  /** Sends in flight, or sends a second, of each group. */
  load: { inFlight: number } | { rate: number };
  seconds: number;
}

interface Served {
  sent: number;
  refused: number;
  times: number[];
}

const SECONDS = 10;

export async function fair(row: Row, kinds: readonly SharedKind[], rounds = 3): Promise<void> {
  for (const kind of kinds) {
    for (let round = 0; round < rounds; round++) {
      await measure(row, kind, { processes: 2, rooms: 1, load: { rate: 100 }, seconds: SECONDS });
      await besideOne(row, kind, { processes: 2, rooms: 1, load: { inFlight: 8 }, seconds: SECONDS });
      await besideOne(row, kind, { processes: 3, rooms: 1, load: { inFlight: 8 }, seconds: SECONDS });
      await besideOne(row, kind, { processes: 2, rooms: 20, load: { inFlight: 40 }, seconds: SECONDS });
    }
  }
}

/** The plan, beside one process that has all of its senders. */
async function besideOne(row: Row, kind: SharedKind, plan: Plan & { load: { inFlight: number } }): Promise<void> {
  const one = await measure(row, kind, { ...plan, processes: 1, groups: plan.processes });
  const all = await measure(row, kind, plan);
  row("· the sum beside one process", kind, `${Math.round(all / one * 100)} %`);
}

/** Sends acknowledged a second, of all processes. */
export async function measure(row: Row, kind: SharedKind, plan: Plan): Promise<number> {
  const users = (plan.groups ?? plan.processes) * plan.rooms;
  return await withProcesses(kind, { count: plan.processes, users, rooms: plan.rooms }, async (processes) => {
    const { store, servers } = processes;
    const ownCpu = () => servers.reduce((sum, { pid }) => sum + cpuOf(pid), 0);
    const [asked, cpu, own] = [await store.asked(), await store.cpu(), ownCpu()];
    const served = await run(processes, plan);
    const sends = served.reduce((all, { times }) => all + times.length, 0);
    const [requests, busy] = [(await store.asked() - asked) / sends, (await store.cpu() - cpu) / sends * 1_000];
    const ownBusy = (ownCpu() - own) / sends * 1_000;
    const perSecond = served.map(({ sent }) => Math.round(sent / plan.seconds));
    const sum = perSecond.reduce((a, b) => a + b, 0);
    const least = Math.min(...perSecond) / (sum / served.length);
    const waits = served.map(({ refused, times }) => {
      const { p50, p99 } = quantiles(times);
      return `p50 ${p50}, p99 ${p99}, longest ${Math.max(...times).toFixed(0)} ms, ${refused} refused`;
    });
    const cost = `${requests.toFixed(1)} requests and ${busy.toFixed(2)} ms of the store's CPU a send, ${
      ownBusy.toFixed(2)
    } of the processes'`;
    const share = `the least ${least.toFixed(2)} of an equal share`;
    row(describe(plan), kind, `${perSecond.join(" / ")} sends/s, ${share}; ${waits.join("; ")}; ${cost}`);
    return sum;
  });
}

function describe({ processes, groups = processes, rooms, load }: Plan): string {
  const each = "rate" in load ? `${load.rate} sends/s` : `${load.inFlight} in flight`;
  const of = groups === processes ? "" : `, of ${groups} groups of senders`;
  return `${processes} process${processes === 1 ? "" : "es"}, ${rooms} room${
    rooms === 1 ? "" : "s"
  }, ${each} each${of}`;
}

async function run(
  { servers, cookies }: Processes,
  { processes, groups = processes, rooms, load, seconds }: Plan,
): Promise<Served[]> {
  const senders = Array.from({ length: groups }, (_, n) =>
    Array.from({ length: rooms }, (_, room) => {
      const socket = connect(servers[n % processes]?.origin ?? "", cookies[n * rooms + room] ?? "");
      return { socket, roomId: rooms === 1 ? "general" : `r${room}` };
    }));
  await Promise.all(
    senders.flat().map(async ({ socket, roomId }) => {
      await opened(socket);
      socket.send(JSON.stringify({ type: "join_room", room_id: roomId }));
    }),
  );
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  const served = await Promise.all(senders.map(async (some) => {
    const each = "rate" in load ? { rate: load.rate / rooms } : { inFlight: load.inFlight / rooms };
    const parts = await Promise.all(some.map(({ socket, roomId }) => send(socket, roomId, each, seconds)));
    return {
      sent: parts.reduce((sum, { sent }) => sum + sent, 0),
      refused: parts.reduce((sum, { refused }) => sum + refused, 0),
      times: parts.flatMap(({ times }) => times),
    };
  }));
  for (const { socket } of senders.flat()) socket.terminate();
  return served;
}

/** What is unanswered after as long again counts as refused. */
function send(socket: WebSocket, roomId: string, load: Plan["load"], seconds: number): Promise<Served> {
  const served: Served = { sent: 0, refused: 0, times: [] };
  const begun = new Map<number, number>();
  const start = performance.now();
  const end = start + seconds * 1_000;
  let last = 1;
  const one = (due: number) => {
    begun.set(++last, due);
    socket.send(JSON.stringify({
      type: "chat_message",
      id: last,
      room_id: roomId,
      client_id: crypto.randomUUID(),
      content: "a message of the size that people write",
    }));
  };
  return new Promise((resolve) => {
    const finish = () => {
      clearTimeout(patience);
      served.refused += begun.size;
      resolve(served);
    };
    const patience = setTimeout(finish, seconds * 2_000);
    socket.on("message", (data: Uint8Array) => {
      for (const line of String(data).split("\n")) {
        if (!line.includes('"re":')) continue;
        const { re, error } = JSON.parse(line);
        const due = begun.get(re);
        if (due === undefined) continue;
        begun.delete(re);
        const now = performance.now();
        if (error === undefined) {
          if ("rate" in load || now < end) served.sent++;
          served.times.push(now - due);
        } else served.refused++;
        if ("inFlight" in load && now < end) one(now);
        else if (now >= end && begun.size === 0) finish();
      }
    });
    if ("inFlight" in load) {
      for (let i = 0; i < load.inFlight; i++) one(performance.now());
      return;
    }
    const timer = setInterval(() => {
      const now = Math.min(performance.now(), end);
      while (start + (last - 1) * 1_000 / load.rate <= now) one(start + (last - 1) * 1_000 / load.rate);
      if (now === end) clearInterval(timer);
    }, 2);
  });
}

if (import.meta.main) {
  const kinds = (["connect", "postgres"] as const).filter((kind) =>
    !Deno.args.some((arg) => arg === "connect" || arg === "postgres") || Deno.args.includes(kind)
  );
  await fair((...cells) => console.log(`| ${cells.join(" | ")} |`), kinds, Deno.args.includes("once") ? 1 : 3);
}
