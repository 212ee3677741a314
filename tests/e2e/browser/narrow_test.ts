/** Pages on the narrowest phones and on a desk, in the language with the longer words. */
import { assert, assertEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { openPage, withServer } from "../../support/browser.ts";
import { request, signUp } from "../../support/client.ts";

const WIDTHS = [320, 375, 1280];
/** As long as the fields allow, and nowhere to break. */
const LONG_NAME = "Wolfeschlegelsteinhausenbergerdorffvoralternwarenx";
const LONG_WORD = "Donaudampfschifffahrtsgesellschaftskapitänswitwe".repeat(4);
const PAGES = [
  ...["/admin/overview", "/admin/users", "/admin/rooms", "/admin/invitations", "/admin/reports", "/admin/audit"],
  ...["/settings", "/rooms", "/rooms/general", "/recover", "/nowhere"],
];

/** What stands out of the window, on either side; what scrolls in a box of its own does not. */
function tooWide(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    const scrolls = (one: Element | null): boolean =>
      one !== null && one !== document.body && one !== document.documentElement &&
      (/auto|scroll|hidden|clip/.test(getComputedStyle(one).overflowX) || scrolls(one.parentElement));
    const out = [...document.body.querySelectorAll("*")].filter((one) => {
      const { left, right, width: own } = one.getBoundingClientRect();
      return own > 1 && (right > width + 1 || left < -1) && !scrolls(one.parentElement);
    }).map((one) => `${one.tagName.toLowerCase()}.${one.className}: ${one.textContent?.slice(0, 40)}`);
    if (document.documentElement.scrollWidth > width) {
      out.push(`the page is ${document.documentElement.scrollWidth} wide`);
    }
    return out.slice(0, 5);
  });
}

Deno.test("narrow screen: at 320, 375 and 1280 px, in Portuguese and with the longest names, no page is wider than the window", () =>
  withServer(async (origin, browser) => {
    const [ada, bob] = [await signUp(origin, "ada"), await signUp(origin, "b".repeat(32))];
    const call = async (method: string, path: string, body: unknown, session = ada) => {
      const answer = await request(origin, method, `/api${path}`, body, session);
      assert(answer.ok, `${path}: ${answer.status}`);
      return await answer.json().catch(() => ({}));
    };
    for (const one of [ada, bob]) await call("PATCH", "/me", { display_name: LONG_NAME }, one);
    await call("PATCH", "/me/settings", { language: "pt" });
    const kinds = ["public", "private"];
    for (const [i, kind] of kinds.entries()) {
      await call(
        "POST",
        "/rooms",
        { name: `${i}${LONG_WORD}`.slice(0, 80), topic: LONG_WORD.slice(0, 190), kind },
        bob,
      );
    }
    const { id } = await call("POST", "/rooms/general/messages", { content: `${LONG_WORD} ${LONG_WORD}` }, bob);
    await call("POST", `/rooms/general/messages/${id}/reports`, { reason: LONG_WORD }, ada);
    await call("POST", "/invitations", { uses: 100 });
    const { page } = await openPage(browser, { reducedMotion: "reduce" });
    const [name = "", value = ""] = ada.cookie.split("=");
    await page.context().addCookies([{ name, value, url: origin }]);
    const wide: Record<string, string[]> = {};
    for (const path of PAGES) {
      await page.goto(origin + path);
      assertEquals(await page.locator("html").getAttribute("lang"), "pt-BR");
      await page.evaluate(() => document.querySelectorAll("details").forEach((one) => one.open = true));
      if (path === "/admin/overview") {
        const figures = await page.locator(".admin-figures dd").allTextContents();
        assert(figures.every((text) => /^\d[\d.]*(,\d)?( \w+)?$/.test(text)), figures.join("; "));
      }
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 700 });
        const found = await tooWide(page);
        if (found.length > 0) wide[`${path} at ${width}`] = found;
      }
    }
    assertEquals(wide, {});
  }));
