/** The browser's part of islands, in a real browser under the strictest useful policy. */
import { assertEquals } from "@std/assert";
import type { Browser, Page } from "playwright-core";
import { openBrowser } from "../support/browser.ts";
import { fixtureApp, serve } from "./support.ts";

const POLICY = "default-src 'none'; script-src 'self' 'nonce-NONCE'; img-src data:; connect-src 'self'";

Deno.test("islands: hydrate in place, share signals and load code on demand", async (t) => {
  const app = await fixtureApp(async (ctx) => {
    const response = await ctx.next();
    const nonce = String(Reflect.get(response, Symbol.for("__freshNonce")));
    response.headers.set("content-security-policy", POLICY.replace("NONCE", nonce));
    return response;
  });
  await using server = serve(app.handler());
  await using chromium = await openBrowser();
  await checkIslands(t, chromium.browser, server.origin);
});

async function checkIslands(t: Deno.TestContext, browser: Browser, origin: string): Promise<void> {
  const page = await browser.newPage();
  const problems: string[] = [];
  const requested: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") problems.push(message.text());
  });
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("request", (request) => requested.push(new URL(request.url()).pathname));

  await page.goto(`${origin}/islands`);
  await page.waitForSelector("html[data-hydrated='3']");

  await t.step("the server's elements stay, and none is added", async () => {
    assertEquals(await tags(page), ["BUTTON", "OUTPUT", "BUTTON", "OUTPUT", "A", "FOOTER"]);
    assertEquals(await page.locator("button").first().getAttribute("id"), "P1-0");
    assertEquals(await page.locator("#late").textContent(), "browser");
  });
  await t.step("a signal passed to two islands is one signal", async () => {
    await page.locator("button").first().click();
    assertEquals(await page.locator("output").allTextContents(), ["4", "4"]);
    await page.locator("button").nth(1).click();
    assertEquals(await page.locator("output").allTextContents(), ["5", "5"]);
  });
  await t.step("an element that an island adds at its end stays inside of the island", async () => {
    assertEquals(await tags(page), ["BUTTON", "OUTPUT", "EM", "BUTTON", "OUTPUT", "EM", "A", "FOOTER"]);
  });
  await t.step("a dynamic import is fetched when it is used", async () => {
    const before = requested.length;
    await page.locator("#late").click();
    await page.getByText("loaded on demand").waitFor();
    assertEquals(requested.length, before + 1);
  });
  await t.step("no module was fetched twice or refused, and nothing was logged", () => {
    assertEquals(problems, []);
    const modules = requested.filter((path) => path.startsWith("/_fresh/"));
    assertEquals(modules.length, new Set(modules).size);
  });
}

function tags(page: Page): Promise<string[]> {
  return page.evaluate("[...document.querySelector('main').children].map((element) => element.tagName)");
}
