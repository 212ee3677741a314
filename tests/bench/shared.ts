/** Shared stores for the benchmarks, each with its server in processes of its own; and server processes that use one. */
import { PostgresServer } from "../support/postgres.ts";
import { type ServerProcess, startProcess } from "../support/server_process.ts";
import { seed } from "./seed.ts";

export type SharedKind = "connect" | "postgres";

export interface SharedStore extends AsyncDisposable {
  /** What a server process needs to use it. */
  env: Record<string, string>;
  /** How often it was asked so far: requests, or statements. */
  asked(): Promise<number>;
  /** CPU seconds that its processes took so far. */
  cpu(): Promise<number>;
}

export const openShared: Record<SharedKind, () => Promise<SharedStore>> = {
  connect: openConnect,
  postgres: openPostgres,
};

async function openConnect(): Promise<SharedStore> {
  const counts = await Deno.makeTempFile();
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "-A", new URL("connect_store.ts", import.meta.url).pathname, counts],
    stdout: "piped",
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const [url = "", ...token] = ((await reader.read()).value ?? "").trim().split(" ");
  const env = { KV_URL: url, DENO_KV_ACCESS_TOKEN: token.join(" ") };
  Deno.env.set("DENO_KV_ACCESS_TOKEN", env.DENO_KV_ACCESS_TOKEN);
  return {
    env,
    async asked() {
      const requests: Record<string, number> = JSON.parse(await Deno.readTextFile(counts) || "{}");
      return Object.values(requests).reduce((sum, n) => sum + n, 0);
    },
    cpu: () => Promise.resolve(cpuOf(child.pid)),
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await child.status;
      await reader.cancel().catch(() => {});
      await Deno.remove(counts);
    },
  };
}

async function openPostgres(): Promise<SharedStore> {
  const server = await PostgresServer.start({ settings: { fsync: "on", max_connections: "400" } });
  const url = await server.database("bench");
  return {
    env: { KV_URL: url },
    asked: async () =>
      Number(await server.ask("SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = 'bench'")),
    cpu: async () => (await server.pids()).reduce((sum, pid) => sum + cpuOf(pid), 0),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** User and system time of a process, with that of its children that have ended. */
export function cpuOf(pid: number): number {
  try {
    const text = Deno.readTextFileSync(`/proc/${pid}/stat`);
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / 100;
  } catch {
    return 0;
  }
}

export interface Processes {
  servers: ServerProcess[];
  cookies: string[];
  store: SharedStore;
}

/** `count` server processes on a new store, with its accounts and rooms. */
export async function withProcesses<T>(
  kind: SharedKind,
  { count, users, rooms }: { count: number; users: number; rooms: number },
  run: (processes: Processes) => Promise<T>,
): Promise<T> {
  await using store = await openShared[kind]();
  const dir = await Deno.makeTempDir({ prefix: "parley-bench-" });
  const servers: ServerProcess[] = [];
  try {
    const { cookies } = await seed(store.env.KV_URL ?? "", users, rooms, 0);
    const start = (n: number) => startProcess(`${dir}/${n}`, { ...store.env, ...PROCESS });
    // a few at a time: many that start at once take too long, each of them
    for (let n = 0; n < count; n += 3) {
      const some = Array.from({ length: Math.min(3, count - n) }, (_, i) => start(n + i));
      await Promise.all(some.map(async (one) => servers.push(await one)));
    }
    return await run({ servers, cookies, store });
  } finally {
    await Promise.all(servers.map((server) => server.kill()));
    await Deno.remove(dir, { recursive: true });
  }
}

const PROCESS = { SOCKETS: "guarded" };
