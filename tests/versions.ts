/**
 * `deno task versions`: builds the client and serves a page with each Deno that README.md names as supported, taken
 * from npm. Each gets a copy of the checkout of its own. Ends with an error where one fails.
 */
import { join } from "node:path";
import { startProcess } from "./support/server_process.ts";

/** The newest patch release of each supported minor one. */
const VERSIONS = ["2.7.14", "2.8.3", "2.9.6"];

const PROGRAM = ["routes", "islands", "lib", "static", "deno.json", "deno.lock", "fresh.config.ts", "main.ts"];
const root = new URL("../", import.meta.url).pathname;

const failed: string[] = [];
for (const version of VERSIONS) {
  try {
    await tryVersion(version);
    console.log(`Deno ${version}: built, and serves the page`);
  } catch (error) {
    failed.push(version);
    console.error(`Deno ${version}:`, error);
  }
}
Deno.exit(failed.length === 0 ? 0 : 1);

async function tryVersion(version: string): Promise<void> {
  const dir = await Deno.makeTempDir({ prefix: "parley-versions-" });
  try {
    for (const name of PROGRAM) await run(["cp", "-r", join(root, name), dir]);
    // the program itself: a signal to npx would not reach it
    const deno = await run(["npx", "--yes", `deno@${version}`, "eval", "console.log(Deno.execPath())"]);
    await run([deno, "run", "-q", "-P=build", "fresh.config.ts", "build"], dir);
    await using server = await startProcess(join(dir, "data"), {}, { cwd: dir, deno, trueHashes: true });
    const page = await (await fetch(new URL("/login", server.origin))).text();
    const boot = /\/_fresh\/boot-[^"]+\.js/.exec(page)?.[0];
    if (boot === undefined) throw new Error("the page names no script");
    const script = await fetch(new URL(boot, server.origin));
    if (!script.ok || (await script.text()).length === 0) throw new Error(`${boot}: ${script.status}`);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

/** What it printed. */
async function run([program = "", ...args]: string[], cwd = root): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(program, { args, cwd, stderr: "piped" }).output();
  if (!success) throw new Error(`${program} ${args.join(" ")}: ${new TextDecoder().decode(stderr).slice(-2_000)}`);
  return new TextDecoder().decode(stdout).trim();
}
