/** What the reader notices of a connection that comes and goes. */
import { assert, assertEquals } from "@std/assert";
import { live, post, register, say, settled, withServer } from "../../support/browser.ts";
import { until } from "../../support/until.ts";

Deno.test("connection: short drops show nothing, longer ones a banner, and missed events arrive in order after a resume", (t) =>
  withServer(async (origin, browser) => {
    const grace = await register(browser, origin, "grace", "Grace Hopper");
    const ada = await register(browser, origin, "ada", "Ada Lovelace");
    const { page, gate } = ada;
    await page.clock.install();
    await page.goto(`${origin}/rooms/general`);
    await live(page);
    const banner = page.locator(".banner");
    const down = () => page.locator(".self [data-online=false]").waitFor();
    /** Tries `times` in vain, so that the wait for the next has grown. */
    const tryInVain = async (times: number) => {
      const waiting = page.locator(".chat[data-connection=waiting]");
      for (let n = 0; n < times; n++) {
        await waiting.waitFor();
        const before = gate.connects;
        await page.clock.fastForward(31_000);
        await until(() => gate.connects > before);
      }
      await waiting.waitFor();
    };

    await t.step("a page that has not connected yet shows no banner", async () => {
      gate.holdAnswers = true;
      await page.reload();
      await page.locator("html[data-hydrated] .chat[data-connection=connecting]").waitFor();
      await page.locator(".self [data-online=true]").waitFor();
      assertEquals(await page.getByText("· offline").count(), 0);
      gate.release();
      await live(page);
    });
    await t.step("a drop of under 5 s shows no banner", async () => {
      // by the page's clock, which goes on by itself too
      await page.evaluate(`(() => {
        const began = Date.now();
        globalThis.bannerAfter = Infinity;
        new MutationObserver(() => {
          if (document.querySelector(".banner")) bannerAfter = Math.min(bannerAfter, Date.now() - began);
        }).observe(document.body, { childList: true, subtree: true });
      })()`);
      gate.refusing = true;
      gate.drop();
      await down();
      await page.clock.fastForward(3_000);
      const after = await page.evaluate<number>("bannerAfter");
      assert(after >= 5_000, `a banner came after ${after} ms`);
      gate.refusing = false;
      await page.evaluate(`dispatchEvent(new Event("online"))`);
      await live(page);
      await page.clock.fastForward(10_000);
      assertEquals(await banner.count(), 0);
    });
    await t.step("after 5 s a banner with Retry now is shown, and announced politely", async () => {
      gate.refusing = true;
      gate.drop();
      await down();
      await page.clock.fastForward(6_000);
      const status = page.locator("[role=status]", { has: banner });
      await status.getByText("What you write is sent when the connection is back.").waitFor();
      await tryInVain(6);
      const before = gate.connects;
      gate.refusing = false;
      await status.getByRole("button", { name: "Retry now" }).click();
      await live(page);
      assertEquals(gate.connects, before + 1);
      await banner.waitFor({ state: "detached" });
    });
    await t.step("when the network comes back or the tab is shown, the page tries at once", async () => {
      for (
        const event of [`dispatchEvent(new Event("online"))`, `document.dispatchEvent(new Event("visibilitychange"))`]
      ) {
        gate.refusing = true;
        gate.drop();
        await tryInVain(6);
        const before = gate.connects;
        gate.refusing = false;
        await page.evaluate(event);
        await live(page);
        assertEquals(gate.connects, before + 1);
      }
    });
    await t.step("after a resume the missed events appear in order, and no message flickers", async () => {
      await say(page, "Before the gap");
      await settled(page, "Before the gap");
      gate.refusing = true;
      gate.drop();
      await down();
      for (const text of ["Missed one", "Missed two", "Missed three"]) await post(grace.page, origin, text);
      await page.evaluate(`globalThis.gone = 0;
        new MutationObserver((changes) => {
          for (const change of changes) for (const node of change.removedNodes) if (node.nodeType === 1) gone++;
        }).observe(document.querySelector(".timeline-list"), { childList: true, subtree: true })`);
      gate.refusing = false;
      await page.evaluate(`dispatchEvent(new Event("online"))`);
      await settled(page, "Missed three");
      assertEquals((await page.locator(".message .prose").allTextContents()).slice(-4), [
        "Before the gap",
        "Missed one",
        "Missed two",
        "Missed three",
      ]);
      assertEquals(await page.evaluate("gone"), 0);
    });
    await t.step("a reset says that the history was reloaded, and keeps the outbox", async () => {
      gate.refusing = true;
      gate.drop();
      await down();
      await say(page, "Kept through the reset");
      gate.rewrite = (text) => text.replace(/"since":"[^"]*"/, `"since":"another:1-aaaaaaaa"`);
      gate.refusing = false;
      await page.evaluate(`dispatchEvent(new Event("online"))`);
      await page.getByText("The history was reloaded.").waitFor();
      gate.rewrite = (text) => text;
      await settled(page, "Kept through the reset");
      await settled(page, "Missed three");
      assertEquals(await page.locator(".message", { hasText: "Kept through the reset" }).count(), 1);
    });
    assertEquals([...ada.problems, ...grace.problems], []);
  }));

Deno.test("connection: a lost one is shown with Retry now in a phone's list of rooms, and only once on a wide screen", () =>
  withServer(async (origin, browser) => {
    const { page, gate, problems } = await register(browser, origin, "ada", "Ada Lovelace", {
      viewport: { width: 375, height: 812 },
      hasTouch: true,
      isMobile: true,
    });
    const list = page.getByRole("navigation", { name: "Rooms" });
    const banner = list.getByRole("status");
    const retry = page.getByRole("button", { name: "Retry now" });
    await page.getByRole("link", { name: "All rooms" }).tap();
    await list.waitFor();
    assertEquals(await banner.textContent(), "");
    // the browser says that there is no network, and nothing passes
    gate.holdAnswers = true;
    await page.context().setOffline(true);
    await banner.getByText("You are offline").waitFor();
    gate.refusing = true;
    gate.release();
    await retry.waitFor(); // one, that can be seen
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      const [box, head] = [await banner.boundingBox(), await list.locator(".rooms-head").boundingBox()];
      assert(box !== null && head !== null && box.y >= head.y + head.height && box.height >= 24 && box.width <= 375);
    }
    // the room has its own
    await list.getByRole("link", { name: "general" }).tap();
    await page.getByRole("main").getByText("You are offline").waitFor();
    await retry.waitFor();
    await page.getByRole("link", { name: "All rooms" }).tap();
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.getByRole("main").getByText("You are offline").waitFor();
    await retry.waitFor();
    await page.setViewportSize({ width: 375, height: 812 });
    await banner.getByText("You are offline").waitFor();
    await page.context().setOffline(false);
    await banner.getByText("Reconnecting").waitFor();
    // refused still: where the next try comes first the button is gone
    const before = gate.connects;
    await retry.tap();
    await until(() => gate.connects > before);
    gate.refusing = false;
    await page.evaluate(`dispatchEvent(new Event("online"))`);
    await live(page);
    await page.locator(".banner").first().waitFor({ state: "detached" });
    assertEquals(problems.filter((problem) => !problem.includes("ERR_INTERNET_DISCONNECTED")), []);
  }));
