/**
 * Appends on a PostgreSQL server of this machine, beside the same appends on a local file: closed loops at the append
 * queue, without sockets, each message with a `client_id`.
 */
import { systemClock } from "../../lib/base/clock.ts";
import { storeKind } from "../../lib/base/config/store_kind.ts";
import { Appender } from "../../lib/log/append.ts";
import { emptyHead } from "../../lib/log/draft.ts";
import { makeRules } from "../../lib/log/rules.ts";
import { keys } from "../../lib/store/keys.ts";
import { storeTraits } from "../../lib/store/kinds.ts";
import { type Kv, put } from "../../lib/store/kv.ts";
import { openStore } from "../../lib/store/open.ts";
import { PostgresServer } from "../support/postgres.ts";
import { quantiles } from "./clients.ts";

const SECONDS = 6;
const ROUNDS = 3;
const LOADS = [[1, 1], [1, 64], [20, 80]] as const;

/** As on a server in use, not as in tests. */
const SETTINGS = { fsync: "on", autovacuum: "on", shared_buffers: "128MB" };

export async function onPostgres(
  dir: string,
  row: (what: string, transport: string, figure: string) => void,
): Promise<void> {
  await using server = await PostgresServer.start({ settings: SETTINGS });
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
