/** A real server in a process of its own, on a real KV file: it can be killed. */

const root = new URL("../../", import.meta.url);

/** The option of `deno run` for quick password hashes. */
export const QUICK_HASHES = `--preload=${new URL("quick_hashes.ts", import.meta.url).pathname}`;

/** As `deno task start` has it. */
const TRIM = { MALLOC_TRIM_THRESHOLD_: "1048576" };

export interface ServerProcess extends AsyncDisposable {
  origin: string;
  port: number;
  pid: number;
  /** The output so far. */
  log(): string;
  /** SIGKILL, and wait for its end. */
  kill(): Promise<void>;
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number>;
  /** Sends a signal, and waits for nothing. */
  signal(signal: Deno.Signal): void;
}

export interface ProcessOptions {
  /** Its permissions; all of them by default. */
  may?: string[];
  /** The command that runs it. */
  via?: string[];
  /** Another checkout. */
  cwd?: string | URL;
  /** Another Deno. */
  deno?: string;
  /** Hashes passwords at their true cost, not quickly (quick_hashes.ts). */
  trueHashes?: boolean;
}

/** Resolves once it listens. `env` adds to HOST, PORT, DATA_DIR and quiet logs. */
export async function startProcess(
  dataDir: string,
  env: Record<string, string> = {},
  options: ProcessOptions = {},
): Promise<ServerProcess> {
  const { may = ["-A"], via = [], cwd = root, deno = Deno.execPath(), trueHashes = false } = options;
  const [program = "", ...args] = [...via, deno, "run", "-q", ...(trueHashes ? [] : [QUICK_HASHES]), ...may, "main.ts"];
  const child = new Deno.Command(program, {
    args,
    cwd,
    env: { HOST: "127.0.0.1", PORT: "0", LOG_LEVEL: "warn", LIMITS: "off", ...TRIM, ...env, DATA_DIR: dataDir },
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const errors = new Response(child.stderr).text();
  let output = "";
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let origin = "";
  while (origin === "") {
    const { value, done } = await reader.read();
    if (done) throw new Error(`the server ended before it listened: ${output}${await errors}`);
    output += value;
    origin = /(?:Parley is at|listening on) (http:\/\/[\d.]+:\d+)/.exec(output)?.[1] ?? "";
  }
  const drained = (async () => {
    for (let next = await reader.read(); !next.done; next = await reader.read()) output += next.value;
  })();
  let ended = false;
  const end = async (signal: Deno.Signal): Promise<number> => {
    try {
      if (!ended) child.kill(signal);
    } catch { /* it has ended by itself */ }
    ended = true;
    const { code } = await child.status;
    await Promise.all([drained, errors]);
    return code;
  };
  return {
    origin,
    port: Number(new URL(origin).port),
    pid: child.pid,
    log: () => output,
    kill: async () => void await end("SIGKILL"),
    stop: () => end("SIGTERM"),
    signal: (signal) => child.kill(signal),
    [Symbol.asyncDispose]: async () => void await end("SIGKILL"),
  };
}
