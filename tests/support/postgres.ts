/**
 * A real PostgreSQL server for a test file alone, in a folder and on a port of its own: never one that runs already.
 * Debian: `apt-get install postgresql`. PostgreSQL refuses to run as root: there the user `postgres` runs it.
 */
import { freePort } from "./port.ts";

const SETTINGS: Record<string, string> = {
  // a test kills processes, never the machine
  fsync: "off",
  listen_addresses: "127.0.0.1",
  max_connections: "200",
  shared_buffers: "32MB",
  autovacuum: "off",
  log_min_messages: "fatal",
};

export interface PostgresOptions {
  settings?: Record<string, string>;
  /** Lines of pg_hba.conf. Default: every user on this machine is let in. */
  access?: string[];
  /** The folder's parent, for a disk of its own. */
  parent?: string;
}

/** The folder of PostgreSQL's programs, and the user that runs them. */
const BIN = findPrograms();
const WHO = Deno.uid() === 0 ? userIds("postgres") : {};

export class PostgresServer implements AsyncDisposable {
  readonly dir: string;
  readonly port: number;
  #databases = 0;

  private constructor(dir: string, port: number) {
    this.dir = dir;
    this.port = port;
  }

  static async start({ settings = {}, access, parent }: PostgresOptions = {}): Promise<PostgresServer> {
    const dir = await ownFolder(parent);
    await run("initdb", ["-D", `${dir}/data`, "-U", "parley", "-A", "trust", "-N", "-E", "UTF8", "--locale=C"]);
    const server = new PostgresServer(dir, freePort());
    if (access !== undefined) await Deno.writeTextFile(`${dir}/data/pg_hba.conf`, access.join("\n") + "\n");
    await server.configure(settings);
    await server.#guard();
    await server.up();
    return server;
  }

  /** A standby of this server, which can be promoted. */
  async standby(name: string, settings: Record<string, string> = {}): Promise<PostgresServer> {
    const dir = await ownFolder();
    const copy = new PostgresServer(dir, freePort());
    const source = `host=127.0.0.1 port=${this.port} user=parley application_name=${name}`;
    await run("pg_basebackup", ["-D", `${dir}/data`, "-d", source, "-R", "-X", "stream", "-c", "fast"]);
    await copy.configure({ primary_conninfo: source, ...settings });
    await copy.#guard();
    await copy.up();
    return copy;
  }

  /** Takes effect at the next start, or reload(). */
  async configure(settings: Record<string, string>): Promise<void> {
    const all = { ...SETTINGS, port: String(this.port), unix_socket_directories: this.dir, ...settings };
    const lines = Object.entries(all).map(([name, value]) => `${name} = '${value}'`);
    await Deno.writeTextFile(`${this.dir}/data/postgresql.auto.conf`, lines.join("\n") + "\n");
  }

  async reload(): Promise<void> {
    await run("pg_ctl", ["-D", `${this.dir}/data`, "reload"]);
  }

  async up(): Promise<void> {
    await run("pg_ctl", ["-D", `${this.dir}/data`, "-l", `${this.dir}/log`, "-w", "-t", "120", "start"]).catch(
      async (error) => {
        throw new Error(`${error.message}\n${await Deno.readTextFile(`${this.dir}/log`).catch(() => "")}`);
      },
    );
  }

  async down(mode: "fast" | "immediate" = "fast"): Promise<void> {
    await run("pg_ctl", ["-D", `${this.dir}/data`, "-m", mode, "-w", "-t", "120", "stop"]);
  }

  async promote(): Promise<void> {
    await run("pg_ctl", ["-D", `${this.dir}/data`, "-w", "-t", "120", "promote"]);
  }

  /** The postmaster's and its children's. */
  async signal(signal: "KILL" | "STOP" | "CONT"): Promise<void> {
    for (const pid of await this.pids()) {
      try {
        Deno.kill(pid, `SIG${signal}`);
      } catch { /* it has ended */ }
    }
  }

  /** The processes: the postmaster, then its children. */
  async pids(): Promise<number[]> {
    const [pid = ""] = (await Deno.readTextFile(`${this.dir}/data/postmaster.pid`)).split("\n");
    const children = await new Deno.Command("pgrep", { args: ["-P", pid] }).output();
    return [pid, ...new TextDecoder().decode(children.stdout).trim().split("\n")].filter((one) => one !== "").map(
      Number,
    );
  }

  /** A new, empty database's URL. */
  async database(name = `test_${Deno.pid}_${++this.#databases}`): Promise<string> {
    await this.ask(`CREATE DATABASE ${name}`);
    return this.url(name);
  }

  url(database: string): string {
    return `postgres://parley@127.0.0.1:${this.port}/${database}`;
  }

  /** What a statement returns: a line a row, without headings. */
  async ask(sql: string, database = "postgres"): Promise<string> {
    const login = ["-h", "127.0.0.1", "-p", String(this.port), "-U", "parley", "-d", database];
    return await run("psql", [...login, "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", sql]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.signal("CONT").catch(() => {});
    await this.down("immediate").catch(() => {});
    await Deno.remove(this.dir, { recursive: true });
  }

  /** Ends the server when this process has ended without doing so. */
  async #guard(): Promise<void> {
    const script = `while ps -p ${Deno.pid} >/dev/null; do [ -d "$0" ] || exit; sleep 1; done
      "$1/pg_ctl" -D "$0/data" -m immediate stop; sleep 1; rm -rf "$0"`;
    const outer = 'nohup sh -c "$0" "$@" >/dev/null 2>&1 &';
    await new Deno.Command("sh", { args: ["-c", outer, script, this.dir, BIN], ...WHO, stdin: "null" }).output();
  }
}

/** One for all tests of a file, started by the first that asks. It ends with the process. */
export function sharedPostgres(): Promise<PostgresServer> {
  shared ??= PostgresServer.start();
  return shared;
}

let shared: Promise<PostgresServer> | undefined;

async function ownFolder(parent?: string): Promise<string> {
  const dir = await Deno.makeTempDir({ prefix: "parley-postgres-", ...(parent === undefined ? {} : { dir: parent }) });
  if (WHO.uid !== undefined && WHO.gid !== undefined) await Deno.chown(dir, WHO.uid, WHO.gid);
  return dir;
}

async function run(program: string, args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(`${BIN}/${program}`, {
    args,
    ...WHO,
    cwd: "/",
    env: { LC_ALL: "C" },
    stdin: "null",
  }).output();
  if (!success) throw new Error(`${program} failed: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout).trim();
}

function findPrograms(): string {
  const root = "/usr/lib/postgresql";
  try {
    const versions = [...Deno.readDirSync(root)].map(({ name }) => Number(name)).filter((n) => n >= 13);
    if (versions.length > 0) return `${root}/${Math.max(...versions)}/bin`;
  } catch { /* it is not Debian's */ }
  const { success, stdout } = new Deno.Command("sh", { args: ["-c", "command -v initdb"] }).outputSync();
  if (success) return new TextDecoder().decode(stdout).trim().replace(/\/initdb$/, "");
  throw new Error("PostgreSQL is needed to test the store on it. Debian: apt-get install postgresql");
}

function userIds(name: string): { uid?: number; gid?: number } {
  const id = (flag: string) =>
    Number(new TextDecoder().decode(new Deno.Command("id", { args: [flag, name] }).outputSync().stdout));
  return { uid: id("-u"), gid: id("-g") };
}
