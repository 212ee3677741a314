/** Where one writes. */
import { assert, assertEquals } from "@std/assert";
import { act, composer, live, message, register, say, settled, withServer } from "../../support/browser.ts";

Deno.test("composer: drafts, edits, lists of completions and the emoji picker keep what is typed", (t) =>
  withServer(async (origin, browser) => {
    const grace = await register(browser, origin, "grace", "Grace Hopper");
    const { page, gate, problems } = await register(browser, origin, "ada", "Ada Lovelace");
    const heading = (name: string) => page.getByRole("heading", { name, level: 1 }).waitFor();
    const toRoom = async (name: string) => {
      await page.locator(".room-link", { hasText: name }).click();
      await heading(name);
    };

    await t.step("each room has its own draft, which survives a change of room and a reload", async () => {
      await composer(page).fill("Half a thought for general");
      await page.getByRole("button", { name: "Create a room" }).click();
      await page.getByRole("dialog").getByLabel("Name", { exact: true }).fill("attic");
      await page.keyboard.press("Enter");
      await heading("attic");
      assertEquals(await composer(page).inputValue(), "");
      await composer(page).fill("Half a thought for the attic");
      await toRoom("general");
      assertEquals(await composer(page).inputValue(), "Half a thought for general");
      await page.reload();
      await live(page);
      assertEquals(await composer(page).inputValue(), "Half a thought for general");
      await toRoom("attic");
      assertEquals(await composer(page).inputValue(), "Half a thought for the attic");
      // drafts of one length; the focus that follows a switch brings none of them to the other room
      await composer(page).fill("attic's");
      await toRoom("general");
      await composer(page).fill("general");
      await toRoom("attic");
      await page.locator(".composer-input:focus").waitFor();
      assertEquals(await composer(page).inputValue(), "attic's");
      await composer(page).fill("");
      await toRoom("general");
      await composer(page).fill("");
    });
    await t.step("ArrowUp in an empty composer edits my last message, Escape restores the draft", async () => {
      await say(page, "A tpyo");
      await settled(page, "A tpyo");
      await composer(page).press("ArrowUp");
      assertEquals(await composer(page).inputValue(), "A tpyo");
      await composer(page).press("Escape");
      assertEquals(await composer(page).inputValue(), "");
      await composer(page).fill("A draft meanwhile");
      await act(page, "A tpyo", "Edit");
      assertEquals(await composer(page).inputValue(), "A tpyo");
      await composer(page).fill("thrown away");
      await composer(page).press("Escape");
      await page.getByRole("dialog").getByRole("button", { name: "Discard" }).click();
      await page.locator(".composer-context").waitFor({ state: "detached" });
      assertEquals(await composer(page).inputValue(), "A draft meanwhile");
      await act(page, "A tpyo", "Edit");
      await say(page, "A typo");
      await page.locator(".message", { hasText: "A typo" }).getByText("edited").waitFor();
      assertEquals(await composer(page).inputValue(), "A draft meanwhile");
      await composer(page).fill("");
    });
    await t.step("an edit that is refused, or made without a connection, keeps its text", async () => {
      const error = page.locator(".composer-error");
      await composer(page).press("ArrowUp");
      gate.refusing = true;
      gate.drop();
      await page.locator(".chat:not([data-connection=open])").waitFor();
      await say(page, "A typo, well mended");
      await error.waitFor();
      assertEquals(await composer(page).inputValue(), "A typo, well mended");
      gate.refusing = false;
      await page.evaluate(`dispatchEvent(new Event("online"))`);
      await live(page);
      gate.rewrite = (text) => text.replace(/"message_id":"[^"]*"/, '"message_id":"1-00000000"');
      await composer(page).press("Enter");
      await page.locator(".composer-context").getByText("Editing your message").waitFor();
      const [text, button] = await page.locator(".toast").evaluate((toast) =>
        [toast, toast.querySelector("button")].map((one) => one && getComputedStyle(one).color)
      );
      assertEquals(button, text, "its contrast: tests/ui/authors_test.ts");
      assertEquals(await composer(page).inputValue(), "A typo, well mended");
      gate.rewrite = (text) => text;
      await composer(page).press("Enter");
      await message(page, "well mended").waitFor();
      assertEquals(await composer(page).inputValue(), "");
    });
    await t.step("an edit that empties a message asks whether to delete it", async () => {
      await composer(page).press("ArrowUp");
      await composer(page).fill("");
      await composer(page).press("Enter");
      await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
      await page.locator(".message", { hasText: "A typo" }).waitFor();
    });
    await t.step("@ opens a listbox of people: arrows move, Enter or Tab chooses, Escape closes", async () => {
      await say(grace.page, "Spoke last");
      await settled(page, "Spoke last");
      await composer(page).fill("Ask ");
      await composer(page).press("End");
      await composer(page).pressSequentially("@");
      const list = page.getByRole("listbox", { name: "People" });
      await list.getByRole("option", { name: "Grace Hopper" }).waitFor();
      assertEquals(await list.getByRole("option").count(), 1); // not oneself
      const chosen = await composer(page).getAttribute("aria-activedescendant");
      assertEquals(await page.locator(`#${chosen}`).getAttribute("aria-selected"), "true");
      assertEquals(await composer(page).getAttribute("aria-controls"), await list.getAttribute("id"));
      await composer(page).press("Escape");
      await list.waitFor({ state: "detached" });
      assertEquals(await composer(page).inputValue(), "Ask @");
      await composer(page).pressSequentially("hop"); // closed for this word
      assertEquals(await list.count(), 0);
      await composer(page).pressSequentially(" and @hop");
      await list.waitFor();
      await composer(page).press("Tab");
      assertEquals(await composer(page).inputValue(), "Ask @hop and @grace ");
    });
    await t.step(": opens a listbox of emoji, and the chosen one is inserted", async () => {
      await composer(page).fill("");
      await composer(page).pressSequentially("Ship it :rocke");
      const list = page.getByRole("listbox", { name: "Emoji" });
      await list.getByRole("option", { name: ":rocket:" }).waitFor();
      await composer(page).press("Enter");
      assertEquals(await composer(page).inputValue(), "Ship it 🚀 ");
      await composer(page).fill("");
      await composer(page).pressSequentially(":heart");
      await list.locator("[aria-selected=true]", { hasText: ":heart:" }).waitFor();
      const first = await list.getByRole("option").first().textContent();
      const second = await list.getByRole("option").nth(1).textContent();
      await composer(page).press("ArrowDown");
      assertEquals(await list.locator("[aria-selected=true]").textContent(), second);
      await composer(page).press("ArrowUp");
      assertEquals(await list.locator("[aria-selected=true]").textContent(), first);
      await composer(page).fill("At 10:30 and https://example.org");
      assertEquals(await list.count(), 0);
      await composer(page).fill("");
    });
    await t.step("the emoji picker searches by name, arrows move in it, Escape closes it", async () => {
      await page.getByRole("button", { name: "Emoji" }).click();
      const picker = page.getByRole("dialog", { name: "Emoji" });
      await picker.getByLabel("Find an emoji").fill("sauro");
      await picker.locator(".emoji-button").first().filter({ hasText: /🦕|🦖/u }).waitFor();
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("Enter");
      await picker.waitFor({ state: "detached" });
      assert(["🦕", "🦖"].includes(await composer(page).inputValue()));
      await composer(page).fill("");
      await page.getByRole("button", { name: "Emoji" }).click();
      await picker.waitFor();
      await page.keyboard.press("Escape");
      await picker.waitFor({ state: "detached" });
      assertEquals(await page.evaluate("document.activeElement.className"), "composer-input");
    });
    await t.step("the box takes text while there is no connection", async () => {
      gate.refusing = true;
      gate.drop();
      await page.locator(".self [data-online=false]").waitFor();
      assertEquals(await composer(page).isEditable(), true);
      await composer(page).pressSequentially("Still writing");
      assertEquals(await composer(page).inputValue(), "Still writing");
    });
    assertEquals(problems, []);
  }));
