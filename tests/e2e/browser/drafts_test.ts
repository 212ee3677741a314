/** What is being written is never lost: undo, edits, answers, and what was typed before the page was live. */
import { assertEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { act, composer, live, message, openPage, register, say, settled, withServer } from "../../support/browser.ts";
import { until } from "../../support/until.ts";

async function toRoom(page: Page, name: string): Promise<void> {
  await page.locator(".room-link", { hasText: name }).click();
  await page.getByRole("heading", { name, level: 1 }).waitFor();
  await page.locator(".composer-input:focus").waitFor();
}

async function makeRoom(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name: "Create a room" }).click();
  await page.getByRole("dialog").getByLabel("Name", { exact: true }).fill(name);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name, level: 1 }).waitFor();
  await page.locator(".composer-input:focus").waitFor();
}

/** What undo needs is fetched when the composer has the focus. */
async function undoIsThere(page: Page): Promise<void> {
  await until(async () => {
    await composer(page).press("x");
    await page.keyboard.press("Control+z");
    if ((await composer(page).inputValue()) === "") return true;
    await composer(page).fill("");
    return false;
  });
}

Deno.test("drafts: each room has its own undo steps, and a completion is one step", (t) =>
  withServer(async (origin, browser) => {
    const grace = await register(browser, origin, "grace", "Grace Hopper");
    const { page, problems } = await register(browser, origin, "ada", "Ada Lovelace");
    const value = () => composer(page).inputValue();
    const press = (...keys: string[]) =>
      keys.reduce((before, key) => before.then(() => page.keyboard.press(key)), Promise.resolve());
    await makeRoom(page, "attic");
    await undoIsThere(page);

    await t.step("Ctrl+Z in one room brings back no text of another", async () => {
      await composer(page).pressSequentially("attic words");
      await toRoom(page, "general");
      await press("Control+z", "Control+z");
      assertEquals(await value(), "");
      await composer(page).pressSequentially("general words");
      await press("Control+z");
      assertEquals(await value(), "general ");
      await press("Control+z", "Control+z", "Control+z");
      assertEquals(await value(), "");
      await press("Control+Shift+z", "Control+y");
      assertEquals(await value(), "general words");
    });
    await t.step("back in the first room its own steps are there", async () => {
      await toRoom(page, "attic");
      assertEquals(await value(), "attic words");
      await press("Control+z");
      assertEquals(await value(), "attic ");
      await page.reload();
      await live(page);
      assertEquals(await value(), "attic ", "the draft is what is shown");
      await composer(page).fill("");
    });
    await t.step("a completion is undone and redone as one step", async () => {
      await toRoom(page, "general");
      await composer(page).fill("");
      await say(grace.page, "Spoke last");
      await settled(page, "Spoke last");
      await composer(page).pressSequentially("Ask @hop");
      await page.getByRole("listbox", { name: "People" }).waitFor();
      await press("Tab");
      assertEquals(await value(), "Ask @grace ");
      await composer(page).pressSequentially("now");
      await press("Control+z", "Control+z");
      assertEquals(await value(), "Ask @hop");
      await press("Control+Shift+z", "Control+Shift+z");
      assertEquals(await value(), "Ask @grace now");
      await press("Control+Shift+z");
      assertEquals(await value(), "Ask @grace now");
    });
    await t.step("undo does not bring back a sent text", async () => {
      await press("Enter");
      await settled(page, "now");
      await press("Control+z");
      assertEquals(await value(), "");
    });
    assertEquals(problems, []);
  }));

Deno.test("drafts: a changed edit survives a change of room and a reload, and is discarded only after a question", (t) =>
  withServer(async (origin, browser) => {
    const { page, problems } = await register(browser, origin, "ada", "Ada Lovelace");
    const editing = page.locator(".composer-context").getByText("Editing your message");
    const dialog = page.getByRole("dialog", { name: "Discard your changes?" });
    const value = () => composer(page).inputValue();
    await makeRoom(page, "attic");
    await toRoom(page, "general");
    await say(page, "A tpyo");
    await settled(page, "A tpyo");
    await say(page, "Another");
    await settled(page, "Another");

    await t.step("the edit is there after a visit to another room", async () => {
      await act(page, "A tpyo", "Edit");
      await composer(page).fill("A typo, half m");
      await toRoom(page, "attic");
      assertEquals([await value(), await editing.count()], ["", 0]);
      await toRoom(page, "general");
      await editing.waitFor();
      assertEquals(await value(), "A typo, half m");
    });
    await t.step("the edit is there after a reload", async () => {
      await page.reload();
      await live(page);
      await editing.waitFor();
      await until(async () => await value() === "A typo, half m");
      await page.locator(".message[data-state=editing]", { hasText: "A tpyo" }).waitFor();
    });
    await t.step("Reply, another message's Edit and Escape ask; Cancel keeps the edit", async () => {
      await act(page, "Another", "Reply");
      await dialog.getByRole("button", { name: "Cancel" }).click();
      await dialog.waitFor({ state: "detached" });
      assertEquals([await value(), await editing.count()], ["A typo, half m", 1]);
      await act(page, "Another", "Edit");
      await dialog.waitFor();
      await page.keyboard.press("Escape");
      await dialog.waitFor({ state: "detached" });
      assertEquals([await value(), await editing.count()], ["A typo, half m", 1]);
      await composer(page).press("Escape");
      await dialog.getByRole("button", { name: "Cancel" }).click();
      assertEquals(await value(), "A typo, half m");
    });
    await t.step("Discard does what was asked for", async () => {
      await act(page, "Another", "Reply");
      await dialog.getByRole("button", { name: "Discard" }).click();
      await page.locator(".composer-context", { hasText: "Another" }).waitFor();
      assertEquals(await value(), "");
      await page.locator(".composer-input:focus").waitFor();
    });
    await t.step("an edit without a change is left without a question", async () => {
      await act(page, "A tpyo", "Edit");
      await editing.waitFor();
      await composer(page).press("Escape");
      await editing.waitFor({ state: "detached" });
      assertEquals(await dialog.count(), 0);
    });
    assertEquals(problems, []);
  }));

Deno.test("drafts: a reply that was begun still answers its message after a visit to another room, a reload, and on another device", () =>
  withServer(async (origin, browser) => {
    const { page, problems } = await register(browser, origin, "ada", "Ada Lovelace");
    const context = page.locator(".composer-context", { hasText: "What is it?" });
    await makeRoom(page, "attic");
    await toRoom(page, "general");
    await say(page, "What is it?");
    await settled(page, "What is it?");
    await act(page, "What is it?", "Reply");
    await context.waitFor();
    await toRoom(page, "attic");
    assertEquals(await context.count(), 0);
    await toRoom(page, "general");
    await context.waitFor();
    await page.reload();
    await live(page);
    await context.waitFor();

    const other = await openPage(browser);
    await other.page.context().addCookies(await page.context().cookies());
    await other.page.goto(`${origin}/rooms/general`);
    await live(other.page);
    await other.page.locator(".composer-context", { hasText: "What is it?" }).waitFor();
    await say(other.page, "It is this");
    await settled(page, "It is this");
    await message(page, "It is this").locator(".quote", { hasText: "What is it?" }).waitFor();
    await context.waitFor({ state: "detached" });
    assertEquals([problems, other.problems], [[], []]);
  }));

Deno.test("drafts: text that is typed before the page hydrates is kept on Reply, Attach and Escape, and beside a stored draft", () =>
  withServer(async (origin, browser) => {
    const { page, problems } = await register(browser, origin, "ada", "Ada Lovelace");
    await say(page, "Something to answer");
    await settled(page, "Something to answer");
    const value = () => composer(page).inputValue();
    /** Types while no script has come yet. */
    const typedEarly = async (text: string) => {
      let release = () => {};
      const released = new Promise<void>((resolve) => release = resolve);
      await page.route("**/_fresh/**", async (route) => {
        await released;
        await route.continue();
      });
      await page.reload({ waitUntil: "commit" });
      await composer(page).pressSequentially(text);
      release();
      await live(page);
      await page.unroute("**/_fresh/**");
    };
    await typedEarly("typed early");
    assertEquals(await value(), "typed early");
    await act(page, "Something to answer", "Reply");
    await page.locator(".composer-context").waitFor();
    assertEquals(await value(), "typed early");
    await composer(page).press("Escape");
    assertEquals(await value(), "typed early");
    const chooser = page.waitForEvent("filechooser");
    await page.getByRole("button", { name: "Attach files" }).click();
    await (await chooser).setFiles({
      name: "a.txt",
      mimeType: "text/plain",
      buffer: Buffer.from("a"),
    });
    await page.locator(".attachment[data-status=done]").waitFor();
    assertEquals(await value(), "typed early");
    await typedEarly("and more");
    assertEquals(await value(), "typed early\nand more");
    await page.keyboard.press("Escape");
    assertEquals(await value(), "typed early\nand more");
    assertEquals(problems, []);
  }));
