/** A PgBouncer in transaction mode in front of a PostgreSQL server. Debian: `apt-get install pgbouncer`. */
import { freePort } from "./port.ts";
import type { PostgresServer } from "./postgres.ts";
import { until } from "./until.ts";

export interface PgBouncer extends AsyncDisposable {
  url(database: string): string;
}

/** `settings`: further lines of its configuration. */
export async function startPgBouncer(server: PostgresServer, settings: string[] = []): Promise<PgBouncer> {
  const port = freePort();
  const file = `${server.dir}/pgbouncer-${port}.ini`;
  const lines = [
    "[databases]",
    `* = host=127.0.0.1 port=${server.port} user=parley`,
    "[pgbouncer]",
    ...["listen_addr = 127.0.0.1", `listen_port = ${port}`, "unix_socket_dir =", "auth_type = any"],
    ...["pool_mode = transaction", "default_pool_size = 8", "max_client_conn = 200", "ignore_startup_parameters ="],
    ...settings,
  ];
  await Deno.writeTextFile(file, lines.join("\n") + "\n");
  const { uid, gid } = await Deno.stat(server.dir);
  await Deno.chown(file, uid, gid);
  const child = new Deno.Command("pgbouncer", {
    args: ["-q", file],
    ...(uid === null || gid === null ? {} : { uid, gid }),
    cwd: "/",
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  await until(() => Deno.connect({ hostname: "127.0.0.1", port }).then((it) => (it.close(), true), () => false));
  return {
    url: (database) => `postgres://parley@127.0.0.1:${port}/${database}`,
    async [Symbol.asyncDispose]() {
      try {
        child.kill("SIGKILL");
      } catch { /* it has ended */ }
      await child.status;
    },
  };
}
