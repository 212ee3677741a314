/** What the page tells its reader alone: who was not told, what was not sent, what they could do. */
import { assertEquals } from "@std/assert";
import { composer, live, register, saidIn, say, settled, withServer } from "../../support/browser.ts";
import { until } from "../../support/until.ts";

Deno.test("hints: the reader alone sees who was mentioned but is no member, which sends were refused, and what to do first", (t) =>
  withServer(async (origin, browser) => {
    const ada = await register(browser, origin, "ada", "Ada");
    const bob = await register(browser, origin, "bob", "Bob");
    const { page } = ada;
    const idOf = async (who: typeof ada) => (await (await who.page.request.get(`${origin}/api/me`)).json()).id;
    const bobId = String(await idOf(bob));
    const made = await page.request.post(`${origin}/api/rooms`, {
      data: { name: "plans", kind: "private" },
      headers: { origin },
    });
    const room = String((await made.json()).id);
    const isMember = async () => (await bob.page.request.get(`${origin}/api/rooms/${room}`)).status() === 200;

    await t.step("the first steps are shown until they are put away, and not again after a reload", async () => {
      await page.goto(`${origin}/rooms/general`);
      const steps = page.getByRole("region", { name: "First steps" });
      await steps.getByText("1 of 4 done").waitFor(); // the room that was made
      await steps.getByRole("button", { name: "Put these steps away" }).click();
      await steps.waitFor({ state: "detached" });
      await until(async () => (await (await page.request.get(`${origin}/api/me/settings`)).json()).checklist === false);
      let watching = false;
      ada.gate.rewrite = (text) => {
        watching ||= text.includes('"active"');
        return text;
      };
      await page.goto(`${origin}/rooms/general`);
      // they come with what tells the server that somebody is here
      await until(() => watching);
      assertEquals(await steps.count(), 0);
      await page.goto(`${origin}/rooms/${room}`);
      await live(page);
    });
    await t.step("a mention of somebody who is no member says so, and a press adds them", async () => {
      await say(page, "what does @bob. think, and @nobody, and `@ada`?");
      const hint = page.locator(".composer-hint");
      await hint.getByText("Bob is not in this room and was not told.").waitFor();
      assertEquals(await isMember(), false);
      await hint.getByRole("button", { name: "Add to the room" }).click();
      await hint.waitFor({ state: "detached" });
      assertEquals(await isMember(), true);
      await say(page, "and now, @bob?");
      await settled(page, "and now,");
      await page.locator(".mention", { hasText: "@bob" }).last().waitFor();
      assertEquals(await hint.count(), 0);
    });
    await t.step("a message that was refused in a room that I was removed from can be copied or deleted", async () => {
      await bob.page.goto(`${origin}/rooms/${room}`);
      await live(bob.page);
      bob.gate.refusing = true;
      bob.gate.drop();
      await bob.page.locator(".self [data-online=false]").waitFor();
      await say(bob.page, "my last words here");
      await page.request.delete(`${origin}/api/rooms/${room}/members/${bobId}`, { headers: { origin } });
      bob.gate.refusing = false;
      await bob.page.getByRole("button", { name: "1 message was not sent" }).click();
      const dialog = bob.page.getByRole("dialog", { name: "Not sent" });
      await dialog.getByText("In a room that you are not in any more").waitFor();
      await dialog.getByText("my last words here").waitFor();
      await dialog.getByRole("button", { name: "Delete" }).click();
      await dialog.waitFor({ state: "detached" });
      assertEquals(await bob.page.getByRole("button", { name: "was not sent" }).count(), 0);
      assertEquals((await saidIn(page, origin, room)).includes("my last words here"), false);
    });
    assertEquals(await composer(page).inputValue(), "");
    // that bob is no member any more is an answer of 404, which the browser writes down
    assertEquals([ada.problems, bob.problems.filter((problem) => !problem.includes("404"))], [[], []]);
  }));
