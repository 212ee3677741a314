/**
 * What signing in leaves in memory: against real processes, whose resident memory is read from outside. What is kept
 * by the C library shows after 25 sign-ins; 500 in a row take no more than 100.
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { signUp } from "../support/client.ts";
import { type ServerProcess, startProcess } from "../support/server_process.ts";
import { withDir } from "../support/with_dir.ts";

const MIB = 1024;
const SERVED = ["--no-prompt", "-P=serve", "--allow-read", "--allow-write"];

/** KiB, as the system counts them: now, and at most since the last reset(). */
function memory(pid: number): { now: number; most: number } {
  const status = Deno.readTextFileSync(`/proc/${pid}/status`);
  const field = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(status)?.[1]);
  return { now: field("VmRSS"), most: field("VmHWM") };
}

function reset(pid: number): void {
  Deno.writeTextFileSync(`/proc/${pid}/clear_refs`, "5");
}

/** Half of them wrong. `together`: that many at once, otherwise one after the other. */
async function signIns(server: ServerProcess, count: number, together: number): Promise<void> {
  let begun = 0;
  const one = async () => {
    while (begun < count) {
      const right = begun++ % 2 === 0;
      const response = await fetch(`${server.origin}/api/users/login`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ username: "ada", password: right ? "correct horse battery" : "wrong horse battery" }),
      });
      await response.body?.cancel();
      assertEquals(response.status, right ? 200 : 401);
    }
  };
  await Promise.all(Array.from({ length: together }, one));
}

/** By how much the memory is larger afterwards, and was meanwhile; MiB. */
async function grown(server: ServerProcess, run: () => Promise<void>): Promise<{ end: number; peak: number }> {
  reset(server.pid);
  const before = memory(server.pid).now;
  await run();
  const { now, most } = memory(server.pid);
  return { end: Math.round((now - before) / MIB), peak: Math.round((most - before) / MIB) };
}

for (const isolates of ["1", "3"]) {
  Deno.test(`passwords: 40 sign-ins in a row and 50 at once leave and take under 60 MiB (ISOLATES=${isolates})`, async () => {
    await withDir(async (dir) => {
      await using server = await startProcess(dir, { ISOLATES: isolates }, { may: SERVED, trueHashes: true });
      await signUp(server.origin, "ada");
      // the code that a sign-in runs is loaded and compiled once
      await signIns(server, 20, 4);
      const row = await grown(server, () => signIns(server, 40, 1));
      const atOnce = await grown(server, () => signIns(server, 50, 50));
      const seen = JSON.stringify({ row, atOnce });
      for (const { end, peak } of [row, atOnce]) assert(end <= 60 && peak <= 60, seen);
    });
  });
}

Deno.test("passwords: where the C library keeps freed memory the log says what to set, and sign-ins leave as little", async () => {
  await withDir(async (dir) => {
    await using server = await startProcess(dir, {}, {
      may: SERVED,
      via: ["env", "-u", "MALLOC_TRIM_THRESHOLD_"],
      trueHashes: true,
    });
    await signUp(server.origin, "ada");
    await signIns(server, 40, 1);
    await signIns(server, 50, 50);
    assert(memory(server.pid).most < 300 * MIB, `${memory(server.pid).most} KiB`);
    const said = server.log().split("\n").filter((line) => line.includes("MALLOC_TRIM_THRESHOLD_"));
    assertEquals(said.length, 1);
    assertStringIncludes(said[0] ?? "", "MALLOC_TRIM_THRESHOLD_=1048576");
  });
});
