/** Reactions, and what a message said before it was edited. */
import { assertEquals } from "@std/assert";
import { act, composer, message, post, register, say, settled, withServer } from "../../support/browser.ts";

Deno.test("reactions and edits: any emoji is a reaction, its people are named, and an edit's earlier texts are readable", (t) =>
  withServer(async (origin, browser) => {
    const grace = await register(browser, origin, "grace", "Grace Hopper");
    const { page, problems } = await register(browser, origin, "ada", "Ada Lovelace");
    const row = message(page, "Look at this");
    await post(grace.page, origin, "Look at this");
    await settled(page, "Look at this");

    await t.step("the picker gives any emoji as a reaction, and lists those used last first", async () => {
      await act(page, "Look at this", "React");
      await page.getByRole("menuitem", { name: "More emoji…" }).click();
      const dialog = page.getByRole("dialog", { name: "React with" });
      await dialog.getByRole("searchbox").fill("otter");
      await dialog.getByRole("button", { name: "otter" }).click();
      await row.getByRole("button", { name: "🦦 1, yours" }).waitFor();
      await dialog.waitFor({ state: "detached" });
      await act(page, "Look at this", "More");
      await page.getByRole("menuitem", { name: "More emoji…" }).press("Enter");
      await dialog.getByRole("region", { name: "Used last" }).getByRole("button", { name: "otter" }).waitFor();
      await page.keyboard.press("Escape");
      await dialog.waitFor({ state: "detached" });
      assertEquals(await row.evaluate((element) => element === document.activeElement), true);
      await composer(page).click();
      await page.getByRole("button", { name: "Emoji" }).click();
      await page.getByRole("region", { name: "Used last" }).getByRole("button", { name: "otter" }).click();
      assertEquals(await composer(page).inputValue(), "🦦");
      await composer(page).fill("");
    });
    await t.step("a reaction names its people under the pointer, at the focus and in a dialog", async () => {
      await message(grace.page, "Look at this").getByRole("button", { name: "🦦 1" }).click();
      const otter = row.getByRole("button", { name: "🦦 2, yours" });
      await otter.waitFor();
      await otter.hover();
      const tip = page.getByRole("tooltip", { name: "You and Grace Hopper" });
      await tip.waitFor();
      await page.keyboard.press("Escape");
      await tip.waitFor({ state: "detached" });
      await page.mouse.move(0, 0);
      await row.focus();
      for (let n = 0; n < 6 && !await otter.evaluate((element) => element === document.activeElement); n++) {
        await page.keyboard.press("Tab");
      }
      await tip.waitFor();
      assertEquals(await otter.getAttribute("aria-describedby"), await tip.getAttribute("id"));
      await act(page, "Look at this", "More");
      await page.getByRole("menuitem", { name: "Who reacted…" }).click();
      const dialog = page.getByRole("dialog", { name: "Reactions" });
      await dialog.getByRole("listitem").filter({ hasText: "Grace Hopper" }).waitFor();
      assertEquals(await dialog.getByRole("listitem").count(), 2);
      await page.keyboard.press("Escape");
    });
    await t.step("an edited message's earlier texts can be read by all members, newest first", async () => {
      await say(page, "The meeting is at ten");
      await settled(page, "The meeting is at ten");
      const { messages } = await (await page.request.get(`${origin}/api/rooms/general/messages?limit=1`)).json();
      for (const content of ["The meeting is at noon", "The meeting is at noon today"]) {
        const edited = await page.request.patch(`${origin}/api/rooms/general/messages/${messages[0].id}`, {
          data: { content },
          headers: { origin },
        });
        assertEquals(edited.status(), 200);
      }
      await message(grace.page, "noon today").getByRole("button", { name: "edited" }).click();
      const versions = grace.page.getByRole("dialog", { name: "Edits" }).getByRole("listitem");
      await versions.nth(2).waitFor();
      assertEquals(await versions.locator(".history-text").allTextContents(), [
        "The meeting is at noon today",
        "The meeting is at tennoon",
        "The meeting is at ten",
      ]);
      assertEquals(await versions.nth(0).locator("ins").allTextContents(), [" today"]);
      assertEquals(await versions.nth(1).locator("del").allTextContents(), ["ten"]);
      await grace.page.keyboard.press("Escape");
    });
    assertEquals([...problems, ...grace.problems], []);
  }));
