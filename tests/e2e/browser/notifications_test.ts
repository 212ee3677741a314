/** Notifications of open pages: once over all tabs, not for what is looked at, as the reader set it. */
import { assertEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { live, message, post, register, withServer } from "../../support/browser.ts";
import { until } from "../../support/until.ts";

/** In place of the browser's own, which needs a desktop. */
const STUB = `
  globalThis.told = [];
  globalThis.asked = 0;
  globalThis.Notification = class {
    static permission = sessionStorage.getItem("granted") ?? "default";
    static async requestPermission() {
      globalThis.asked++;
      sessionStorage.setItem("granted", "granted");
      return this.permission = "granted";
    }
    constructor(title, options) {
      told.push(title + ": " + options.body);
      globalThis.last = this;
    }
    close() {}
  };
`;

const told = (page: Page): Promise<string[]> => page.evaluate("told");

Deno.test("notifications: permission is asked for on a click; two tabs show one a message, none for my own, the focused room or a silent room", async () => {
  await withServer(async (origin, browser) => {
    const ada = await register(browser, origin, "ada", "Ada");
    const bob = await register(browser, origin, "bob", "Bob");
    const made = await ada.page.request.post(`${origin}/api/rooms`, { data: { name: "plans" }, headers: { origin } });
    const room = String((await made.json()).id);
    await bob.page.request.post(`${origin}/api/rooms/${room}/members`, { data: {}, headers: { origin } });
    await bob.page.context().addInitScript(STUB);
    await bob.page.reload();
    await live(bob.page);

    assertEquals(await bob.page.evaluate("asked"), 0);
    await bob.page.getByRole("button", { name: "Room menu" }).click();
    await bob.page.getByRole("menuitem", { name: "Notifications…" }).click();
    await bob.page.getByRole("button", { name: "Enable notifications" }).click();
    await bob.page.getByText("This browser tells you").waitFor();
    assertEquals(await bob.page.evaluate("asked"), 1);
    await bob.page.keyboard.press("Escape");
    const other = await bob.page.context().newPage();
    await other.addInitScript(`sessionStorage.setItem("granted", "granted")`);
    await other.goto(`${origin}/rooms/general`);
    await live(other);
    const both = async () => [...await told(bob.page), ...await told(other)];

    // looked at, not about me, and my own
    await post(ada.page, origin, "@bob in general");
    await message(bob.page, "in general").waitFor();
    await message(other, "in general").waitFor();
    await post(ada.page, origin, "nobody in particular", room);
    await post(bob.page, origin, "@room my own", room);
    // what is about me, in a room that is open nowhere
    await post(ada.page, origin, "@bob **the plans**", room);
    await until(async () => (await both()).length > 0);
    assertEquals(await both(), ["Ada · plans: @bob the plans"]);
    await until(async () => (await bob.page.title()).startsWith("("));
    await bob.page.locator('link[rel=icon][href="/favicon-unread.svg"]').waitFor({ state: "attached" });

    // everything, then nothing; the other tab knows at once
    const set = (level: string) =>
      bob.page.request.put(`${origin}/api/rooms/${room}/level`, { data: { level }, headers: { origin } });
    await set("all");
    await until(async () => {
      await post(ada.page, origin, "every word", room);
      return (await both()).some((one) => one.endsWith("every word"));
    });
    await set("nothing");
    await post(ada.page, origin, "@bob silence", room);
    await post(ada.page, origin, "@bob and again in general");
    await message(other, "and again in general").waitFor();
    await until(async () => ((await bob.page.locator(".badge-mention").first().textContent()) ?? "").startsWith("@"));
    const kept = (await both()).filter((one) => !one.endsWith("every word"));
    assertEquals(kept, ["Ada · plans: @bob the plans"]);

    // a click goes there
    const winner = (await told(bob.page)).length > 0 ? bob.page : other;
    await winner.evaluate("last.onclick()");
    await winner.waitForURL(`**/rooms/${room}*`);
    assertEquals(bob.problems, []);
  });
});
