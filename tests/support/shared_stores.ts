/** The kinds of store that several processes may use, each with a real server of a test's own. */
import { KvConnectServer } from "./kv_connect.ts";
import { type PostgresServer, sharedPostgres } from "./postgres.ts";
import { until } from "./until.ts";

export interface SharedStore extends AsyncDisposable {
  /** The settings of a server process that uses the store. */
  env: Record<string, string>;
  /** Stops the store: open connections are cut, new ones refused until it is started. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** The write in progress, or the next one, may commit and lose its answer. */
  loseAnswer(): Promise<void>;
  /** Cuts the connections that wake other processes. */
  cutWakes(): Promise<void>;
  /** Refuses new connections; resolves with a function that allows them again. */
  refuse(): Promise<{ refused: () => Promise<void>; admit(): Promise<void> }>;
}

export const SHARED_STORES: Record<"KV Connect" | "PostgreSQL", () => Promise<SharedStore>> = {
  "KV Connect": openConnectStore,
  PostgreSQL: openPostgresStore,
};

async function openConnectStore(): Promise<SharedStore> {
  const server = await KvConnectServer.open();
  let losing = 0;
  server.fate = (path) => path === "atomic_write" && losing > 0 && losing-- > 0 ? "lose" : "answer";
  return {
    env: { KV_URL: server.url, DENO_KV_ACCESS_TOKEN: server.token },
    stop: () => server.stop(),
    start: () => Promise.resolve(server.start()),
    loseAnswer: () => Promise.resolve(void losing++),
    cutWakes: () => Promise.resolve(server.killWatches()),
    refuse() {
      const { fate, requests: { metadata } } = server;
      server.fate = () => "refuse";
      return Promise.resolve({
        refused: () => until(() => server.requests.metadata > metadata),
        admit: () => Promise.resolve(void (server.fate = fate)),
      });
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

async function openPostgresStore(): Promise<SharedStore> {
  const server = await sharedPostgres();
  const url = await server.database();
  const name = url.slice(url.lastIndexOf("/") + 1);
  const end = (which: string) =>
    server.ask(`SELECT count(pg_terminate_backend(pid)) FROM (
      SELECT pid FROM pg_stat_activity WHERE datname = '${name}' AND ${which}) AS one`);
  return {
    env: { KV_URL: url },
    async stop() {
      await server.ask(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
      await end("true");
    },
    start: async () => void await server.ask(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`),
    loseAnswer: async () => void await end("query LIKE '%parley_commit%' ORDER BY random() LIMIT 1"),
    cutWakes: async () => void await end("query ~ 'LISTEN|pg_notify'"),
    async refuse() {
      const before = refusals(server, name);
      await server.ask(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
      return {
        refused: () => until(() => refusals(server, name) > before),
        admit: async () => void await server.ask(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`),
      };
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** How many refused connections to this database the server's log has. */
function refusals(server: PostgresServer, name: string): number {
  return Deno.readTextFileSync(`${server.dir}/log`).split(`"${name}" is not currently accepting`).length;
}
