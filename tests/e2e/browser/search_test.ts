/** Finding what was said, and going there. */
import { assertEquals } from "@std/assert";
import { live, message, post, register, settled, withServer } from "../../support/browser.ts";
import { until } from "../../support/until.ts";

Deno.test("search: the dialog finds messages by words and filters, and Enter opens one in its room", (t) =>
  withServer(async (origin, browser) => {
    const grace = await register(browser, origin, "grace", "Grace Hopper");
    const { page, problems } = await register(browser, origin, "ada", "Ada Lovelace");
    await post(grace.page, origin, "The compiler is ready");
    await post(grace.page, origin, "Mind the **release** plan: <b>Friday</b>");
    await post(page, origin, "Fine by me");
    for (let n = 0; n < 70; n++) await post(page, origin, `Line ${n}.`);
    const { id: other } = await (await page.request.post(`${origin}/api/rooms`, {
      data: { name: "Second room", kind: "private" },
      headers: { origin },
    })).json();
    await post(page, origin, "Released at last", other);
    await settled(page, "Line 69.");
    const field = page.getByRole("combobox", { name: "Search messages" });
    const found = page.locator(".found");
    const indexed = () =>
      until(async () => {
        const { results, behind } = await (await page.request.get(`${origin}/api/search?q=last`)).json();
        return behind === 0 && results.length > 0;
      });
    await indexed();

    await t.step("the keyboard opens the dialog; results show words, room and the messages around", async () => {
      await page.keyboard.press("Control+Shift+F");
      await page.getByRole("heading", { name: "For example" }).waitFor();
      await field.fill("releas");
      await found.nth(1).waitFor();
      await page.getByRole("status").getByText("2 messages").waitFor();
      assertEquals(await found.locator("mark").allTextContents(), ["Released", "release"]);
      assertEquals(await found.locator(".found-room").allTextContents(), ["Second room", "general"]);
      assertEquals(await found.nth(1).locator(".found-around").allTextContents(), [
        "Grace Hopper: The compiler is ready",
        "Ada Lovelace: Fine by me",
      ]);
      assertEquals(await found.nth(1).locator(".found-text").textContent(), "Mind the release plan: <b>Friday</b>");
    });
    await t.step("arrows move among the results, and Enter opens the message", async () => {
      assertEquals(await field.getAttribute("aria-activedescendant"), "found-0");
      await field.press("ArrowDown");
      assertEquals(await page.locator("[role=option][aria-selected=true]").getAttribute("id"), "found-1");
      await field.press("Enter");
      await page.locator(".message[data-highlight]", { hasText: "Mind the release" }).waitFor();
      await message(page, "Line 3.").waitFor();
      assertEquals(await field.count(), 0);
    });
    await t.step("opened again it has the last query, and a result opens another room", async () => {
      await page.getByRole("button", { name: "Search messages" }).click();
      assertEquals(await field.inputValue(), "releas");
      await found.first().click();
      await page.getByRole("heading", { name: "Second room", level: 1 }).waitFor();
      await page.locator(".message[data-highlight]", { hasText: "Released at last" }).waitFor();
      await page.goBack();
      await page.locator(".message[data-highlight]", { hasText: "Mind the release" }).waitFor();
    });
    await t.step("a filter that is being typed is completed", async () => {
      await page.keyboard.press("Control+Shift+F");
      await field.fill("");
      await page.getByRole("button", { name: "from:", exact: true }).click();
      await field.pressSequentially("gr");
      await page.getByRole("option", { name: "@grace" }).waitFor();
      await field.press("Tab");
      assertEquals(await field.inputValue(), "from:@grace ");
      await page.getByRole("status").getByText("2 messages").waitFor();
      await field.fill("from:nobody release");
      await page.getByText('nobody has the username "nobody"').waitFor();
      await field.fill("compiler zebra");
      await page.getByText("No message has all of that.").waitFor();
      await field.press("Escape");
      assertEquals(await field.count(), 0);
    });
    await t.step("the switcher offers the search below the rooms, and results come in pages", async () => {
      await page.keyboard.press("Control+K");
      await page.getByRole("combobox", { name: "Go to a room" }).fill("line");
      await page.keyboard.press("Enter");
      await page.getByRole("status").getByText("The newest 20").waitFor();
      await page.getByRole("button", { name: "Show more" }).click();
      await found.nth(39).waitFor();
      for (let n = 0; n < 41; n++) await field.press("ArrowDown");
      await found.nth(59).waitFor();
      await field.press("Escape");
      await live(page);
    });
    assertEquals(problems, [
      "Failed to load resource: the server responded with a status of 422 (Unprocessable Entity)",
    ]);
  }));
