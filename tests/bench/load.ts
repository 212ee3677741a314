/** Child processes of a benchmark: the server, the bare loop, and the load generators (their sources end in .c). */

const root = new URL("../../", import.meta.url);

export interface Child {
  origin: string;
  port: number;
  /** Resident bytes. */
  rss(): number;
  /** Seconds of processor time so far. */
  cpu(): number;
  [Symbol.asyncDispose](): Promise<void>;
}

export const METRICS_TOKEN = "the-benchmark-reads-the-metrics-with-this";
let nextPort = 18_400;

export async function startServer(dataDir: string, sockets: "native" | "guarded"): Promise<Child> {
  const port = nextPort++;
  const env = {
    PORT: String(port),
    DATA_DIR: dataDir,
    SOCKETS: sockets,
    LIMITS: "off",
    LOG_LEVEL: "warn",
    METRICS_TOKEN,
    // as `deno task start` has it
    MALLOC_TRIM_THRESHOLD_: "1048576",
  };
  return await start(["run", "-q", "-A", "main.ts"], env, port);
}

export async function startBare(
  dir: string,
  sockets: "native" | "guarded",
  mode: "broadcast" | "commit",
): Promise<Child> {
  const port = nextPort++;
  return await start(["run", "-q", "-A", "tests/bench/bare.ts", String(port), sockets, mode, dir], {}, port);
}

async function start(args: string[], env: Record<string, string>, port: number): Promise<Child> {
  const child = new Deno.Command(Deno.execPath(), { args, env, cwd: root, stdout: "piped", stderr: "inherit" }).spawn();
  const origin = `http://127.0.0.1:${port}`;
  // the first line of either says that it listens
  const reader = child.stdout.getReader();
  const { done } = await reader.read();
  if (done) throw new Error(`deno ${args.join(" ")} ended before it listened`);
  const drained = (async () => {
    while (!(await reader.read()).done);
  })();
  return {
    origin,
    port,
    rss: () => Number(/VmRSS:\s+(\d+)/.exec(Deno.readTextFileSync(`/proc/${child.pid}/status`))?.[1]) * 1024,
    cpu: () => cpuSeconds(child.pid),
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await child.status;
      await drained;
    },
  };
}

export interface Load {
  connections: number;
  senders: number;
  /** Messages a second; 0: each sender sends again when it has seen its own message. */
  rate: number;
  seconds: number;
  cookies: string[];
  /** Connection i joins room i modulo their number; sender i writes to that one. */
  rooms: string[];
}

export interface Figures {
  sent_per_s: number;
  deliveries_per_s: number;
  expected_per_s: number;
  closed: number;
  failed: number;
  lat_ms: { p50: number; p90: number; p99: number; p999: number; max: number };
  /** The generator's share of one core while it was measured. It has one thread: near 1 it is the limit itself. */
  generator: number;
}

const PADDING = "a message of the size that people write";

/** Runs wsload; `during` is called late in the measured time. */
export async function load(wsload: string, target: Child, plan: Load, during?: () => void): Promise<Figures> {
  const dir = await Deno.makeTempDir();
  const joins = `${dir}/joins`;
  const headers = `${dir}/headers`;
  await Deno.writeTextFile(
    joins,
    plan.rooms.map((room_id) => JSON.stringify({ type: "join_room", room_id })).join("\n"),
  );
  await Deno.writeTextFile(headers, plan.cookies.join("\n"));
  const room = plan.rooms.length === 1 ? plan.rooms[0] : "r%C";
  const template = `{"type":"chat_message","room_id":"${room}","content":"%T ${PADDING}","client_id":"%I"}`;
  const args = ["-p", String(target.port), "-o", target.origin, "-P", "parley.1", "-j", joins, "-H", headers];
  args.push("-n", String(plan.connections), "-s", String(plan.senders), "-r", String(plan.rate));
  args.push("-d", String(plan.seconds), "-w", "2", "-m", template);
  const child = new Deno.Command(wsload, { args, stdout: "piped", stderr: "null" }).spawn();
  let [from, to] = [0, 0];
  const timers = [
    setTimeout(() => from = cpuSeconds(child.pid), (2 + plan.seconds / 4) * 1000),
    setTimeout(() => {
      to = cpuSeconds(child.pid);
      during?.();
    }, (2 + plan.seconds * 3 / 4) * 1000),
  ];
  const { stdout } = await child.output();
  timers.forEach(clearTimeout);
  await Deno.remove(dir, { recursive: true });
  const text = new TextDecoder().decode(stdout);
  if (text === "") throw new Error("the generator could not connect; run it by hand to see why");
  return { ...JSON.parse(text), generator: (to - from) / (plan.seconds / 2) };
}

/** User and system time of a process (proc(5), fields 14 and 15, in hundredths of a second). */
function cpuSeconds(pid: number): number {
  const fields = Deno.readTextFileSync(`/proc/${pid}/stat`).split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** Compiles a load generator; throws with a hint where there is no C compiler. */
export async function buildGenerator(name: "wsload" | "httpload" | "comeback" = "wsload"): Promise<string> {
  const out = `${await Deno.makeTempDir()}/${name}`;
  const source = new URL(`${name}.c`, import.meta.url).pathname;
  const { success } = await new Deno.Command("cc", { args: ["-O2", "-w", "-o", out, source] }).output();
  if (!success) throw new Error("The load generator needs a C compiler: install one (Debian: apt-get install gcc).");
  return out;
}
