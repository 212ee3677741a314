/**
 * `deno task test [paths or options]`: builds the client, runs every test with `deno test`, and repeats its summary as a
 * plain `N passed, N failed` line.
 */
import { chromiumPath } from "./support/chromium.ts";

chromiumPath(); // says how to install it, and ends, where it is missing

const deno = Deno.execPath();
const built = await new Deno.Command(deno, { args: ["run", "-q", "-P=build", "fresh.config.ts", "build"] }).spawn()
  .status;
if (!built.success) Deno.exit(built.code);

const args = ["test", "-A", "--parallel", ...(Deno.args.length > 0 ? Deno.args : ["tests"])];
const test = new Deno.Command(deno, { args, stdout: "piped", env: { NO_COLOR: "1" } }).spawn();
const timer = setTimeout(() => {
  console.error("The tests did not end within 13 minutes: one of them hangs (see above which).");
  test.kill("SIGKILL");
}, 13 * 60_000);
let tail = "";
for await (const chunk of test.stdout.pipeThrough(new TextDecoderStream())) {
  await Deno.stdout.write(new TextEncoder().encode(chunk));
  tail = (tail + chunk).slice(-2_000);
}
const { code } = await test.status;
clearTimeout(timer);
const [, passed = "0", failed = "0"] = [...tail.matchAll(/\| (\d+) passed[^|]*\| (\d+) failed/g)].at(-1) ?? [];
console.log(`${passed} passed, ${failed} failed`);
Deno.exit(code);
