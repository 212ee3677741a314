/**
 * `deno task soak [minutes]`: a server process, as `deno task start` starts it, under mixed load for 15 minutes (or as
 * many as are asked for, at least 3). Prints a row a minute. Fails where memory at the end is over 15 % above what it was
 * after the second minute, or where handles and timers are not back where they were once the load has stopped.
 */
import { Buffer } from "node:buffer";
import { type Session, signUp } from "../support/client.ts";
import { startProcess } from "../support/server_process.ts";
import { withDir } from "../support/with_dir.ts";
import { Load } from "./load.ts";
import { type Holding, holding, rssOf } from "./watch.ts";

const PEOPLE = 12;
const GROWTH = 1.15;
/** The server ends what is idle, and forgets what it keeps for a while, within this time. */
const SETTLE_MS = 150_000;
/** Memory is the median of that many seconds. */
const SAMPLES = 20;
const TOKEN = "s".repeat(40);

const minutes = Number(Deno.args[0] ?? 15);
if (!Number.isInteger(minutes) || minutes < 3) {
  console.error("deno task soak [minutes]: a whole number, at least 3 (memory is compared with the second minute's)");
  Deno.exit(2);
}
let failures: string[] = [];
await withDir(async (dir) => {
  failures = await soak(dir);
});
for (const failure of failures) console.log(`FAILED: ${failure}`);
console.log(failures.length === 0 ? "PASSED" : `${failures.length} failed`);
Deno.exit(failures.length === 0 ? 0 : 1);

async function soak(dir: string): Promise<string[]> {
  const may = ["--no-prompt", "-P=serve", "--allow-read", "--allow-write"];
  await using server = await startProcess(dir, { METRICS_TOKEN: TOKEN }, { may, trueHashes: true });
  const people: Session[] = [];
  for (let i = 0; i < PEOPLE; i++) people.push(await signUp(server.origin, `soak${i}`));
  const big = await upload(server.origin, people[0]);
  // the connections of these preparations count among the handles until they are idle for too long
  const before = await settled(() => holding(server, TOKEN), undefined);
  const load = new Load(server.origin, people, big);
  console.log("| minute | RSS, MiB | handles | sockets | timers | rounds (failed) |\n|---|---|---|---|---|---|");
  row("before", before, "");
  const began = performance.now();
  load.start();
  const rss: number[] = [];
  for (let minute = 1; minute <= minutes; minute++) {
    const samples: number[] = [];
    while (performance.now() - began < minute * 60_000) {
      samples.push(rssOf(server.pid));
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
    rss.push(median(samples.slice(-SAMPLES)));
    row(String(minute), { ...await holding(server, TOKEN), rss: rss.at(-1) ?? 0 }, rounds(load));
  }
  await load.stop();
  const after = await settled(() => holding(server, TOKEN), before);
  row("after", after, "");
  for (const [kind, failure] of load.failures) console.log(`${kind}, the last failure: ${failure}`);
  return [...verdict(rss, before, after), ...idle(load), ...logged(server.log())];
}

function verdict(rss: number[], before: Holding, after: Holding): string[] {
  const [second = 0, end = 0] = [rss[1], rss.at(-1)];
  const failures: string[] = [];
  if (end > second * GROWTH) {
    failures.push(`RSS ${second} MiB after the second minute, ${end} MiB at the end: more than 15 % above`);
  }
  for (const what of ["handles", "sockets", "timers"] as const) {
    // written this way NaN fails
    if (!(after[what] <= before[what])) {
      failures.push(`${what}: ${before[what]} before the load, ${after[what]} after it`);
    }
  }
  return failures;
}

/** A soak that loads nothing shows nothing. */
function idle(load: Load): string[] {
  return [...load.tallies].filter(([, { done }]) => done === 0).map(([kind]) => `${kind}: not one round was done`);
}

function logged(log: string): string[] {
  const errors = log.split("\n").filter((line) => / error /.test(line));
  return errors.length === 0 ? [] : [`the server logged ${errors.length} errors, the first: ${errors[0]}`];
}

async function upload(origin: string, session: Session | undefined): Promise<string> {
  const headers = { origin, cookie: session?.cookie ?? "", connection: "close" };
  const body = Buffer.alloc(8 * 1024 * 1024, "a large file\n");
  const answer = await fetch(`${origin}/api/files?name=big.txt`, { method: "POST", headers, body });
  if (answer.status !== 201) throw new Error(`uploading: ${answer.status} ${await answer.text()}`);
  return (await answer.json()).id;
}

/** What is held once it is no more than `wanted`, or, without that, once it has stayed the same for five seconds. */
async function settled(read: () => Promise<Holding>, wanted: Holding | undefined): Promise<Holding> {
  const end = performance.now() + SETTLE_MS;
  let last = await read();
  for (let same = 0; performance.now() < end; await new Promise((resolve) => setTimeout(resolve, 1_000))) {
    const now = await read();
    if (wanted !== undefined) same = now.handles <= wanted.handles && now.timers <= wanted.timers ? 5 : 0;
    else same = now.handles === last.handles && now.timers === last.timers ? same + 1 : 0;
    last = now;
    if (same === 5) break;
  }
  return last;
}

function rounds(load: Load): string {
  return [...load.tallies].map(([kind, { done, failed }]) => `${kind} ${done}${failed > 0 ? ` (${failed})` : ""}`)
    .join(", ");
}

function row(when: string, { rss, handles, sockets, timers }: Holding, text: string): void {
  console.log(`| ${when} | ${rss} | ${handles} | ${sockets} | ${timers} | ${text} |`);
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}
