/**
 * The chat page under traffic, in Chromium on this machine: the longest task of its main thread while somebody types and
 * scrolls, and its heap over time. Tasks are those of a trace (RunTask), the heap is what is left after collecting.
 */
import type { Browser, CDPSession, Page } from "playwright-core";
import { composer, openBrowser, register } from "../support/browser.ts";
import { signUp, TestSocket } from "../support/client.ts";
import { startProcess } from "../support/server_process.ts";

type Row = (what: string, transport: string, figure: string) => void;

const RATE = 200;
const PHASE_MS = 10_000;
const HEAP_ROUNDS = 6;

export async function pageUnderTraffic(dataDir: string, row: Row): Promise<void> {
  await using chromium = await openBrowser();
  await using server = await startProcess(dataDir);
  const { page } = await register(chromium.browser, server.origin, "reader", "Reader", {
    permissions: ["clipboard-read", "clipboard-write"],
  });
  const socket = await TestSocket.open(server.origin, await signUp(server.origin, "writer"));
  await using traffic = startTraffic(socket);
  const measured = async (what: string, run: () => Promise<void>) => {
    const { longest, busiest, long, tasks } = await traced(chromium.browser, page, run);
    const figure = `longest task ${longest.toFixed(0)} ms (${
      busiest.toFixed(0)
    } ms of processor), ${long} of ${tasks} over 50 ms`;
    row(`page: ${what}, ${RATE} messages/s in the open room`, "chromium", figure);
  };
  // filled first: the window is then at its bound
  await page.waitForTimeout(3_000);
  await measured("at the bottom", () => page.waitForTimeout(PHASE_MS));
  await measured("typing", () => typing(page));
  await page.evaluate(`navigator.clipboard.writeText("twelve chars\\n".repeat(900))`);
  await measured("pasting 11,700 characters in 900 lines", () => pasting(page));
  await measured("scrolling through history and back", () => scrolling(page));
  const cdp = await page.context().newCDPSession(page);
  const heap: number[] = [];
  for (let round = 0; round < HEAP_ROUNDS; round++) {
    await page.waitForTimeout(PHASE_MS);
    heap.push(await heapOf(cdp));
  }
  row(`page: heap every 10 s of ${RATE} messages/s`, "chromium", `${heap.map((mb) => mb.toFixed(1)).join(", ")} MB`);
  traffic.check();
}

/** Messages of a few words at an even pace, some to react to and some long. */
function startTraffic(socket: TestSocket): AsyncDisposable & { check(): void } {
  let sent = 0;
  let failed: unknown;
  const timer = setInterval(() => {
    socket.frames.length = 0;
    for (let i = 0; i < RATE / 20; i++) {
      const content = `**${++sent}** ${"some words that are read ".repeat(1 + sent % 4)}and \`code\`, :tada: @reader`;
      socket.command({ type: "chat_message", room_id: "general", content }).catch((error) => failed = error);
    }
  }, 50);
  return {
    check() {
      if (failed !== undefined) throw failed;
    },
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      socket.close();
      await socket.closed;
    },
  };
}

async function typing(page: Page): Promise<void> {
  await composer(page).pressSequentially("a sentence that somebody types while the room goes on. ".repeat(3), {
    delay: 50,
    timeout: 0,
  });
  await composer(page).fill("");
}

async function pasting(page: Page): Promise<void> {
  await composer(page).press("Control+v");
  await page.waitForTimeout(1_000);
  await composer(page).fill("");
}

async function scrolling(page: Page): Promise<void> {
  const box = await page.locator(".timeline").boundingBox();
  if (box === null) throw new Error("there is no timeline");
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  for (let i = 0; i < 60; i++) {
    await page.mouse.wheel(0, i < 40 ? -400 : 400);
    await page.waitForTimeout(100);
  }
  await page.locator(".jump button").click();
  await page.waitForTimeout(1_000);
}

interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  /** Microseconds, on the clock and of the processor: the second leaves out what else the machine did. */
  dur?: number;
  tdur?: number;
  args?: { name?: string };
}

/** The tasks of the main threads of pages (there is one page). */
async function traced(browser: Browser, page: Page, run: () => Promise<void>) {
  await browser.startTracing(page, { categories: ["toplevel", "disabled-by-default-devtools.timeline"] });
  await run();
  const trace: { traceEvents: TraceEvent[] } = JSON.parse(new TextDecoder().decode(await browser.stopTracing()));
  const main = new Set(
    trace.traceEvents.filter(({ name, args }) => name === "thread_name" && args?.name === "CrRendererMain")
      .map(({ pid, tid }) => `${pid} ${tid}`),
  );
  const tasks = trace.traceEvents
    .filter(({ name, pid, tid }) => name === "RunTask" && main.has(`${pid} ${tid}`));
  const most = (times: number[]) => times.reduce((a, b) => Math.max(a, b), 0) / 1_000;
  return {
    longest: most(tasks.map(({ dur = 0 }) => dur)),
    busiest: most(tasks.map(({ tdur = 0 }) => tdur)),
    long: tasks.filter(({ dur = 0 }) => dur > 50_000).length,
    tasks: tasks.length,
  };
}

async function heapOf(cdp: CDPSession): Promise<number> {
  await cdp.send("HeapProfiler.collectGarbage");
  const { usedSize } = await cdp.send("Runtime.getHeapUsage");
  return usedSize / 1e6;
}
