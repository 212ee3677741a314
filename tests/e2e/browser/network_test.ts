/** The network goes away in each of the ways in which networks do, and comes back. */
import { assertEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { live, openBrowser, PASSWORD, saidIn, say, settled } from "../../support/browser.ts";
import { signUp } from "../../support/client.ts";
import { freePort } from "../../support/port.ts";
import { startProcess } from "../../support/server_process.ts";
import { startSilentProxy } from "../../support/silent_proxy.ts";
import { PATIENCE_MS } from "../../support/until.ts";

const state = (page: Page, name: string) =>
  page.locator(`.chat[data-connection=${name}]`).waitFor({ state: "attached" });

/** The page finds that its socket is dead: silence, a ping, silence. */
async function noticeSilence(page: Page): Promise<void> {
  await page.clock.fastForward(31_000);
  await page.clock.fastForward(11_000);
  await state(page, "waiting");
}

/** The wait for the next try passes. */
async function tryAgain(page: Page): Promise<void> {
  const asked = page.waitForRequest("**/api/me");
  await page.clock.fastForward(31_000);
  await asked;
}

Deno.test("network: after each of four ways of failing the page reconnects, by itself or on Retry now", async (t) => {
  const dataDir = await Deno.makeTempDir({ prefix: "parley-network-" });
  await using chromium = await openBrowser();
  const settings = { PORT: String(freePort()) };
  let server = await startProcess(dataDir, settings);
  await using proxy = startSilentProxy(server.port);
  const { origin } = proxy;
  try {
    await signUp(server.origin, "ada", PASSWORD);
    const context = await chromium.browser.newContext({
      viewport: { width: 1280, height: 800 },
      serviceWorkers: "block", // one that waits for the silent network holds up going offline
    });
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    await page.clock.install();
    await page.goto(`${origin}/login?next=/rooms/general`);
    await page.getByLabel("Username").fill("ada");
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Sign in" }).click();
    await live(page);
    const retry = page.getByRole("button", { name: "Retry now" });

    await t.step("connections that die silently: a request on a dead one delays nothing else", async () => {
      proxy.passing = false;
      proxy.silence();
      await say(page, "over dead connections");
      await noticeSilence(page);
      // the first try is a socket alone
      await page.clock.fastForward(2_000);
      await state(page, "connecting");
      await page.clock.fastForward(11_000);
      await state(page, "waiting");
      proxy.passing = true;
      await tryAgain(page);
      await page.clock.fastForward(2_000);
      await live(page);
      await settled(page, "over dead connections");
    });
    await t.step("no data pass for a while: Retry now replaces the try that hangs", async () => {
      proxy.passing = false;
      proxy.silence();
      await say(page, "while nothing passed");
      await noticeSilence(page);
      await tryAgain(page);
      await state(page, "connecting");
      proxy.passing = true;
      const again = page.waitForRequest("**/api/me");
      await retry.click();
      await again;
      await page.clock.fastForward(2_000);
      await live(page);
      await settled(page, "while nothing passed");
    });
    await t.step("no data pass for a while: the online event replaces the try that hangs", async () => {
      proxy.passing = false;
      proxy.silence();
      await noticeSilence(page);
      await tryAgain(page);
      await page.clock.fastForward(1_500);
      proxy.passing = true;
      const again = page.waitForRequest("**/api/me");
      await page.evaluate(`dispatchEvent(new Event("online"))`);
      await again;
      await page.clock.fastForward(2_000);
      await live(page);
    });
    await t.step("a server process that is stopped: the page reconnects when the process goes on", async () => {
      server.signal("SIGSTOP");
      try {
        await say(page, "to a server that stood still");
        await noticeSilence(page);
        await tryAgain(page);
        await state(page, "connecting");
      } finally {
        server.signal("SIGCONT");
      }
      await retry.click();
      await live(page);
      await settled(page, "to a server that stood still");
    });
    await t.step("a server that refuses connections: the page reconnects when the server is back", async () => {
      await server.kill();
      await state(page, "waiting");
      await say(page, "to nobody");
      await tryAgain(page);
      await state(page, "waiting");
      server = await startProcess(dataDir, settings);
      await page.clock.fastForward(6_000);
      await retry.click();
      await live(page);
      await settled(page, "to nobody");
    });
    await t.step("the offline event: the page shows the loss within a second", async () => {
      // well ahead of the page, which goes on meanwhile: a clock cannot be paused in its past
      await page.clock.pauseAt(await page.evaluate<number>("Date.now() + 10_000"));
      proxy.passing = false;
      proxy.silence();
      await context.setOffline(true);
      await page.clock.runFor(1_000);
      await page.getByText("You are offline").waitFor();
      await page.clock.resume();
      await say(page, "without a network");
      proxy.passing = true;
      await context.setOffline(false);
      await page.clock.fastForward(2_000);
      await live(page);
      await settled(page, "without a network");
    });
    const said = (await saidIn(page, server.origin)).filter((text) => text !== "");
    assertEquals(said, [
      "over dead connections",
      "while nothing passed",
      "to a server that stood still",
      "to nobody",
      "without a network",
    ]);
  } finally {
    await server[Symbol.asyncDispose]();
    await Deno.remove(dataDir, { recursive: true });
  }
});
