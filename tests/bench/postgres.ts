/**
 * Appends on a PostgreSQL server of this machine, beside the same appends on a local file: closed loops at the append
 * queue, without sockets, each message with a `client_id`. And messages between two server processes on it.
 */
import { systemClock } from "../../lib/base/clock.ts";
import { storeKind } from "../../lib/base/config/store_kind.ts";
import { Appender } from "../../lib/log/append.ts";
import { emptyHead } from "../../lib/log/draft.ts";
import { makeRules } from "../../lib/log/rules/rules.ts";
import { keys } from "../../lib/store/keys.ts";
import { storeTraits } from "../../lib/store/kinds.ts";
import { type Kv, put } from "../../lib/store/kv.ts";
import { openStore } from "../../lib/store/open.ts";
import { signUp, TestSocket } from "../support/client.ts";
import { startProcess } from "../support/server_process.ts";
import { PostgresServer } from "../support/postgres.ts";
import { type Quantiles, quantiles } from "./clients.ts";

const SECONDS = 6;
const ACROSS_SECONDS = 8;
const ACROSS_RATE = 500;
const ACROSS_SENDERS = 10;
const ROUNDS = 3;
const LOADS = [[1, 1], [1, 64], [20, 80]] as const;

/** As on a server in use, not as in tests. */
const SETTINGS = { fsync: "on", autovacuum: "on", shared_buffers: "128MB" };

type Row = (what: string, transport: string, figure: string) => void;

export async function onPostgres(dir: string, row: Row): Promise<void> {
  await using server = await PostgresServer.start({ settings: SETTINGS });
  await across(dir, await server.database("bench_across"), row);
  for (const [rooms, inFlight] of LOADS) {
    for (let round = 0; round < ROUNDS; round++) {
      const figures = [];
      for (
        const path of [
          `${dir}/${rooms}-${inFlight}-${round}.db`,
          await server.database(`bench_${rooms}_${inFlight}_${round}`),
        ]
      ) {
        const measured = await appends(path, rooms, inFlight, server);
        figures.push(measured);
        const { perSecond, p50, p99, micros, theirs } = measured;
        const cpu = `CPU each ${Math.round(micros)} µs, ${Math.round(theirs)} µs in PostgreSQL`;
        row(
          `appends: ${rooms} rooms, ${inFlight} in flight`,
          storeKind(path),
          `${Math.round(perSecond)}/s, p50 ${p50} ms, p99 ${p99} ms, ${cpu}`,
        );
      }
      const [file, postgres] = figures;
      if (file === undefined || postgres === undefined) return;
      const share = (postgres.perSecond / file.perSecond * 100).toFixed(0);
      row(
        "· PostgreSQL beside the file",
        "",
        `${share} %, p50 × ${(Number(postgres.p50) / Number(file.p50)).toFixed(2)}`,
      );
    }
  }
}

/** From a socket of one process to a socket of another on the same database. */
async function across(dir: string, url: string, row: Row): Promise<void> {
  const [a, b] = [await startProcess(`${dir}/a`, { KV_URL: url }), await startProcess(`${dir}/b`, { KV_URL: url })];
  try {
    const [ada, bob] = [await signUp(a.origin, "ada"), await signUp(b.origin, "bob")];
    const to = await TestSocket.open(b.origin, bob);
    const senders: TestSocket[] = [];
    for (let i = 0; i < ACROSS_SENDERS; i++) senders.push(await TestSocket.open(a.origin, ada));
    for (const socket of [to, ...senders]) await socket.command({ type: "join_room", room_id: "general" });
    const sent = new Map<string, number>();
    const [acknowledged, arrived]: [number[], number[]] = [[], []];
    const calls: Promise<void>[] = [];
    let done = () => {};
    const all = new Promise<void>((resolve) => done = resolve);
    const total = ACROSS_SECONDS * ACROSS_RATE;
    to.onFrame = ({ content }) => {
      const at = sent.get(String(content));
      if (at === undefined) return;
      arrived.push(performance.now() - at);
      if (arrived.length === total) done();
    };
    const send = async (n: number) => {
      const content = `message ${n} of the size that people write`;
      const start = performance.now();
      sent.set(content, start);
      const command = { type: "chat_message", room_id: "general", content, client_id: `across-${n}` };
      await senders[n % senders.length]?.command(command);
      acknowledged.push(performance.now() - start);
    };
    const began = performance.now();
    while (calls.length < total) {
      const due = Math.min(total, Math.floor((performance.now() - began) / 1_000 * ACROSS_RATE));
      while (calls.length < due) calls.push(send(calls.length));
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await Promise.all([...calls, all]);
    const show = ({ p50, p99 }: Quantiles) => `p50 ${p50}, p99 ${p99} ms`;
    const figure = `acknowledged ${show(quantiles(acknowledged))}; there ${show(quantiles(arrived))}`;
    row(`two processes, ${ACROSS_RATE} messages/s from one to the other`, "postgres", figure);
  } finally {
    await Promise.all([a.stop(), b.stop()]);
  }
}

async function appends(path: string, rooms: number, inFlight: number, server: PostgresServer) {
  const { kv } = await openStore(path);
  const { remember, guesses } = storeTraits(path);
  const appender = new Appender({
    kv,
    remember,
    guesses,
    clock: systemClock,
    rules: makeRules({ idempotencyMs: 86_400_000 }),
    committed() {},
    onError: (error) => {
      throw error;
    },
  });
  await seedRooms(kv, rooms);
  const times: number[] = [];
  let sent = 0;
  const began = performance.now();
  const until = began + SECONDS * 1_000;
  const before = cpuMicros("self");
  const theirsBefore = await serverMicros(server);
  await Promise.all(Array.from({ length: inFlight }, async (_, i) => {
    const roomId = `r${i % rooms}`;
    while (performance.now() < until) {
      const start = performance.now();
      const n = sent++;
      const content = `message ${n} of the size that people write, about nothing`;
      await appender.append(roomId, { type: "message", user_id: "ada", content, client_id: `bench-${n}` });
      times.push(performance.now() - start);
    }
  }));
  const micros = (cpuMicros("self") - before) / times.length;
  const theirs = (await serverMicros(server) - theirsBefore) / times.length;
  const perSecond = times.length / (performance.now() - began) * 1_000;
  await appender.settled();
  kv.close();
  return { ...quantiles(times), perSecond, micros, theirs };
}

async function seedRooms(kv: Kv, count: number): Promise<void> {
  const now = Date.now();
  for (let i = 0; i < count; i++) {
    const id = `r${i}`;
    await kv.commit({
      set: [
        put(keys.room(id), { id, kind: "public", name: id, topic: "", created_by: "", created_at: now }),
        put(keys.head(id), { ...emptyHead(now), members: 1 }),
        put(keys.member(id, "ada"), { user_id: "ada", role: "member", state: "joined", since: now }),
      ],
    });
  }
}

/** User and system time of a process (proc(5), fields 14 and 15, in hundredths of a second). */
function cpuMicros(pid: string): number {
  const fields = Deno.readTextFileSync(`/proc/${pid}/stat`).split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10_000;
}

/** Of the processes that the server has now. */
async function serverMicros(server: PostgresServer): Promise<number> {
  const [postmaster = ""] = (await Deno.readTextFile(`${server.dir}/data/postmaster.pid`)).split("\n");
  const { stdout } = await new Deno.Command("pgrep", { args: ["-P", postmaster] }).output();
  let sum = 0;
  for (const pid of new TextDecoder().decode(stdout).trim().split("\n")) {
    try {
      sum += cpuMicros(pid);
    } catch { /* it has ended */ }
  }
  return sum;
}
