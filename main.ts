/**
 * `deno task start`: reads the settings, serves, and stops when told to. The build's output imports `app` from here, so
 * this module must not have a top-level await.
 */
import "./lib/base/deno_version.ts";
import { App } from "fresh";
import { type Config, readConfig } from "./lib/base/config/config.ts";
import { checkDataDirs, makeDataDirs } from "./lib/base/config/data_dir.ts";
import { readEnv } from "./lib/base/config/env.ts";
import { traceOf } from "./lib/base/errors.ts";
import { makeLog } from "./lib/base/log.ts";
import { type State, takeFromServer } from "./lib/pages/app_state.ts";
import { openServer } from "./lib/server/server.ts";
import type { Server } from "./lib/server/server_handle.ts";
import { startFailure } from "./lib/server/start_failure.ts";

/** Less than the 4 s that a stop may take. */
const STOP_MS = 3_800;

const KEEPS_MEMORY =
  "the C library keeps memory that was freed, for instance that of checking passwords which older versions stored. " +
  "Start the server with MALLOC_TRIM_THRESHOLD_=1048576 in its environment, as `deno task start` does; in .env it " +
  "comes too late.";

/** The pages and their routes, as Fresh needs them. Each request carries the server that it is for. */
export const app = new App<State>().use(takeFromServer).fsRoutes();

const started = Promise.withResolvers<Server>();

// On Deno Deploy an idle app is stopped, and started for this: due jobs must not wait for the next visitor. The call
// has to be at the top level, where the platform reads it. Elsewhere `Deno.cron` does not exist.
if ("cron" in Deno) Deno.cron("what is due", "* * * * *", async () => await (await started.promise).chat.runDue());

// import.meta.main would be true in a worker as well
if (import.meta.main && !("WorkerGlobalScope" in globalThis)) void main();

async function main(): Promise<void> {
  const server = await start();
  started.resolve(server);
  let stopping = false;
  // Deno Deploy sends SIGINT alone, and knows no other
  for (const signal of server.chat.config.hosted ? ["SIGINT"] as const : ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, () => {
      // behind a task runner a signal may arrive twice
      if (stopping) return;
      stopping = true;
      // each part of the stop has its own time limit; this one is for a part that hangs all the same. Everything that
      // was acknowledged is committed already.
      setTimeout(() => {
        server.chat.log.warn(
          `the stop took longer than ${STOP_MS / 1_000} s, so the process ends now; everything acknowledged is saved`,
        );
        Deno.exit(0);
      }, STOP_MS);
      server.close().then(() => Deno.exit(0), (error) => {
        server.chat.log.error("the stop failed", { error: traceOf(error) });
        Deno.exit(1);
      });
    });
  }
  // last: a program that reads this line may send a signal at once
  tell(server.chat.config.logFormat, `Parley is at ${server.url}${listening(server)}`);
}

/** Prints a line, whatever LOG_LEVEL is; as JSON where LOG_FORMAT asks for it. */
function tell(format: Config["logFormat"], message: string): void {
  if (format === "json") makeLog({ level: "info", format }).info(message);
  else console.log(message);
}

/** The address for a proxy, where it differs from the one that people type. */
function listening({ chat, hostname, port }: Server): string {
  const { publicUrl } = chat.config;
  return publicUrl === undefined
    ? ""
    : `, listening on http://${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`;
}

async function start(): Promise<Server> {
  let config: Config | undefined;
  try {
    config = readConfig(readEnv());
    if (!config.hosted) {
      checkDataDirs(config, Deno.cwd());
      await makeDataDirs(config, Deno.cwd());
    }
    const server = await openServer(config, { buildDir: new URL("./_fresh/", import.meta.url) });
    if (config.keepsMemory && !config.hosted) server.chat.log.warn(KEEPS_MEMORY);
    return server;
  } catch (error) {
    if (config?.logFormat !== "json") console.error(startFailure(error, config) ?? error);
    else makeLog({ level: "error", format: "json" }).error(startFailure(error, config) ?? traceOf(error));
    Deno.exit(1);
  }
}
