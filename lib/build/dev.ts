/** `deno task dev`: a server process that is replaced when the app's files change. */
import { relative } from "node:path";

const QUIET_MS = 100;
const STOP_MS = 5_000;

interface Paths {
  root: string;
  outDir: string;
}

/**
 * Builds, and runs `main.ts` as a process of its own with `-P=serve`. On each change it builds again, restarts that
 * process and has browsers reload. Fresh's own `listen()` imports the app into the building process, which cannot be
 * restarted.
 */
export async function serveWithReload(paths: Paths, build: () => Promise<unknown>): Promise<void> {
  let server: Deno.ChildProcess | null = null;
  const restart = async () => {
    const started = performance.now();
    try {
      await build();
    } catch (error) {
      console.error(error instanceof Error ? error.message : error); // the old server goes on
      return;
    }
    await stop(server);
    server = start(paths.root);
    console.log(`Built in ${Math.round(performance.now() - started)} ms`);
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, async () => {
      await stop(server);
      Deno.exit();
    });
  }
  await restart();
  for await (const _ of changes(paths)) await restart();
}

function start(root: string): Deno.ChildProcess {
  const args = ["run", "-q", "-P=serve", "main.ts"];
  return new Deno.Command(Deno.execPath(), { args, cwd: root, stdin: "null" }).spawn();
}

async function stop(server: Deno.ChildProcess | null): Promise<void> {
  if (server === null) return;
  try {
    server.kill("SIGTERM");
  } catch {
    // it ended by itself
  }
  const impatient = setTimeout(() => server.kill("SIGKILL"), STOP_MS);
  await server.status;
  clearTimeout(impatient);
}

/** Yields after each burst of changes. Files that the build, the server and tests write do not count. */
async function* changes({ root, outDir }: Paths): AsyncGenerator<void> {
  const ignored = new Set([
    "data",
    "tests",
    ".git",
    "node_modules",
    relative(root, outDir),
  ]);
  const matters = (path: string) => !ignored.has(relative(root, path).split("/")[0]!);
  let wake = Promise.withResolvers<void>();
  const watch = async () => {
    for await (const event of Deno.watchFs(root)) {
      if (event.kind === "access" || event.kind === "other") continue;
      if (event.paths.some(matters)) wake.resolve();
    }
  };
  const watching = watch();
  while (true) {
    await Promise.race([wake.promise, watching]);
    await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
    wake = Promise.withResolvers();
    yield;
  }
}
