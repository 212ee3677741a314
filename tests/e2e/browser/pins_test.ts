import { assertEquals } from "@std/assert";
import { act, live, message, post, register, settled, withServer } from "../../support/browser.ts";

Deno.test("pins: a pinned message is marked, announced in the room and listed, at once and after a reload", () =>
  withServer(async (origin, browser) => {
    const { page, problems } = await register(browser, origin, "ada", "Ada Lovelace");
    const grace = await register(browser, origin, "grace", "Grace Hopper");
    await post(page, origin, "The plan: **ship it**");
    for (let n = 1; n <= 40; n++) await post(page, origin, `Line ${n}`);
    await settled(page, "Line 40");
    await page.getByRole("log").focus();
    await message(page, "The plan").scrollIntoViewIfNeeded();
    await act(page, "The plan", "More");
    await page.getByRole("menuitem", { name: "Pin to room" }).click();
    for (const one of [page, grace.page]) {
      await message(one, "The plan").locator(".message-pinned").waitFor({ state: "attached" });
      await one.locator(".system", { hasText: "Ada Lovelace pinned a message" }).waitFor({ state: "attached" });
    }
    await act(grace.page, "Line 40", "More");
    assertEquals(await grace.page.getByRole("menuitem", { name: "Pin to room" }).count(), 0);
    await grace.page.keyboard.press("Escape");
    await grace.page.reload();
    await live(grace.page);
    await grace.page.locator(".system", { hasText: "pinned a message" }).getByRole("link").click();
    await grace.page.locator(".message[data-highlight]", { hasText: "The plan" }).waitFor();

    await grace.page.getByRole("button", { name: "Pinned messages" }).click();
    const dialog = grace.page.getByRole("dialog", { name: "Pinned messages" });
    await dialog.getByRole("listitem").filter({ hasText: "ship it" }).filter({ hasText: "Pinned by Ada Lovelace" })
      .waitFor();
    assertEquals(await dialog.getByRole("button", { name: "Unpin" }).count(), 0);
    await dialog.getByRole("link", { name: "Go to message" }).click();
    await dialog.waitFor({ state: "detached" });
    await grace.page.locator(".message[data-highlight]", { hasText: "The plan" }).waitFor();

    await page.getByRole("button", { name: "Room menu" }).click();
    await page.getByRole("menuitem", { name: "Pinned messages" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Unpin" }).click();
    await page.getByRole("dialog").getByText("Nothing is pinned here").waitFor();
    for (const one of [page, grace.page]) {
      await message(one, "The plan").locator(".message-pinned").waitFor({ state: "detached" });
    }
    assertEquals([...problems, ...grace.problems], []);
  }));
