/** What Fresh's client does to the browser's history, which our own client does not do. */
import { assertEquals } from "@std/assert";
import { live, register, withServer } from "../../support/browser.ts";

/** As Fresh's client, before the islands start: it marks the entry, and loads the page anew when it comes back to it. */
const AS_FRESH = `
  if (!history.state) history.replaceState({ fClientNav: true, index: 0 }, "");
  addEventListener("popstate", ({ state }) => { if (state?.fClientNav) globalThis.reloads = true; });
`;

Deno.test("[D11] browser history: Back to the entry that the chat was opened at loads no page again", () =>
  withServer(async (origin, browser) => {
    const { page, problems } = await register(browser, origin, "ada", "Ada");
    const made = await page.request.post(`${origin}/api/rooms`, { data: { name: "attic" }, headers: { origin } });
    assertEquals(made.ok(), true);
    await page.addInitScript(AS_FRESH);
    await page.goto(`${origin}/rooms/general`);
    await live(page);
    assertEquals(await page.evaluate("history.state"), null);
    await page.getByRole("link", { name: "attic" }).click();
    await page.getByRole("heading", { name: "attic", level: 1 }).waitFor();
    await page.goBack();
    await page.getByRole("heading", { name: "general", level: 1 }).waitFor();
    assertEquals(await page.evaluate("globalThis.reloads ?? false"), false);
    assertEquals(problems, []);
  }));
