/**
 * `deno task test [paths or options]` builds the client and runs every test; `deno task test:unit` those that need
 * neither a build, nor a browser, nor other programs. Both repeat the runner's summary as a plain `N passed, N failed`.
 */
import { join, sep } from "node:path";
import { chromiumPath } from "./support/chromium.ts";

/** On a busy machine everything takes long. A run that takes longer than this hangs where no test's own limit sees it. */
const RUN_MINUTES = 60;
/** Longer than a test may take (support/limit.ts): only one that never yields is silent for so long. */
const SILENT_MINUTES = 25;
/**
 * Files at once. Most tests wait: for processes, pages, timers, the network. With one file for each processor two
 * processors were busy for six tenths of the time.
 */
const JOBS = navigator.hardwareConcurrency + 2;
/** Their tests need the client's build, other programs, or processes of their own. */
const NOT_UNIT = ["build", "e2e", "fresh", "store/postgres"].map((dir) => join("tests", dir));

const isUnit = Deno.args[0] === "--unit";
const given = isUnit ? Deno.args.slice(1) : Deno.args;
const deno = Deno.execPath();

if (!isUnit) await build();
const isOption = (one: string) => one.startsWith("-");
const paths = given.some((one) => !isOption(one)) ? [] : isUnit ? unitTests() : allTests();
const test = new Deno.Command(deno, {
  // `deno task check` checks the types
  args: [
    "test",
    "-A",
    "--no-check",
    "--parallel",
    "--preload",
    "tests/support/limit.ts",
    ...given,
    ...paths,
  ],
  stdout: "piped",
  env: { NO_COLOR: "1", DENO_JOBS: Deno.env.get("DENO_JOBS") ?? String(JOBS) },
}).spawn();
const summary = await show(test);
const { code } = await test.status;
const [, passed = "0", failed = "0"] = [...summary.matchAll(/\| (\d+) passed[^|]*\| (\d+) failed/g)].at(-1) ?? [];
console.log(`${passed} passed, ${failed} failed`);
Deno.exit(code);

async function build(): Promise<void> {
  chromiumPath(); // says how to install it, and ends, where it is missing
  const args = ["run", "-q", "-P=build", "fresh.config.ts", "build"];
  const built = await new Deno.Command(deno, { args }).spawn().status;
  if (!built.success) Deno.exit(built.code);
}

function unitTests(): string[] {
  return filesIn("tests").filter((path) => !NOT_UNIT.some((dir) => path.startsWith(dir + sep))).sort();
}

/**
 * The long files first: where they came last, one would run alone for a while. How long a file is tells roughly how long
 * it takes. Those with a browser, which keep the processors busy, alternate with those that mostly wait.
 */
function allTests(): string[] {
  const all = filesIn("tests").sort();
  const isEndToEnd = (path: string) => path.startsWith(join("tests", "e2e") + sep);
  const files = all.filter(isEndToEnd).sort((a, b) => Deno.statSync(b).size - Deno.statSync(a).size);
  const isBrowser = (path: string) => path.includes("browser");
  const [browser, others] = [files.filter(isBrowser), files.filter((path) => !isBrowser(path))];
  const alternately = files.map((_, at) => [browser[at], others[at]]);
  return [...alternately.flat().filter((path) => path !== undefined), ...all.filter((path) => !isEndToEnd(path))];
}

function filesIn(dir: string): string[] {
  return [...Deno.readDirSync(dir)].flatMap(({ name, isDirectory }) =>
    isDirectory ? filesIn(join(dir, name)) : /_test\.tsx?$/.test(name) ? [join(dir, name)] : []
  );
}

/** Passes on what it prints; returns the end of it. Ends it where it hangs. */
async function show(child: Deno.ChildProcess & { stdout: ReadableStream<Uint8Array<ArrayBuffer>> }): Promise<string> {
  const end = (why: string) => {
    console.error(`${why}: the last test that is named above without a result hangs.`);
    child.kill("SIGKILL");
  };
  const whole = setTimeout(() => end(`The tests did not end within ${RUN_MINUTES} minutes`), RUN_MINUTES * 60_000);
  let silence: ReturnType<typeof setTimeout> | undefined;
  let tail = "";
  for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
    clearTimeout(silence);
    silence = setTimeout(() => end(`Nothing was said for ${SILENT_MINUTES} minutes`), SILENT_MINUTES * 60_000);
    await Deno.stdout.write(new TextEncoder().encode(chunk));
    tail = (tail + chunk).slice(-2_000);
  }
  clearTimeout(whole);
  clearTimeout(silence);
  return tail;
}
