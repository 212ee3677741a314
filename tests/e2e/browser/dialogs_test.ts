/** What holds for all dialogs: what is typed stays, and they act on what they were opened for. */
import { assertEquals } from "@std/assert";
import { composer, message, register, say, settled, withServer } from "../../support/browser.ts";

Deno.test("dialogs: a stray press keeps what was typed, and an action is for the room that the dialog was opened in", (t) =>
  withServer(async (origin, browser) => {
    const { page, problems } = await register(browser, origin, "ada", "Ada Lovelace");
    const grace = await register(browser, origin, "grace", "Grace Hopper");
    await say(grace.page, "Hello from Grace");
    await settled(page, "Hello from Grace");
    const dialog = page.getByRole("dialog");

    await t.step("a selection that ends outside, or a press outside, keeps a dialog that has text", async () => {
      await page.getByRole("button", { name: "Create a room" }).click();
      const name = dialog.getByLabel("Name", { exact: true });
      await name.fill("attic");
      const box = await name.boundingBox();
      await page.mouse.move((box?.x ?? 0) + 40, (box?.y ?? 0) + 10);
      await page.mouse.down();
      await page.mouse.move(5, 5, { steps: 4 });
      await page.mouse.up();
      assertEquals(await name.inputValue(), "attic");
      await page.mouse.click(5, 5);
      assertEquals(await name.inputValue(), "attic");
      await name.fill("");
      await page.mouse.click(5, 5);
      await dialog.waitFor({ state: "detached" });
    });
    await t.step("Delete room deletes the room that the dialog was opened for, not the one shown by then", async () => {
      await page.getByRole("button", { name: "Create a room" }).click();
      await dialog.getByLabel("Name", { exact: true }).fill("attic");
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name: "attic", level: 1 }).waitFor();
      await page.getByRole("button", { name: "Room menu" }).click();
      await page.getByRole("menuitem", { name: "Delete room" }).click();
      await page.getByRole("dialog", { name: "Delete attic?" }).or(
        page.getByRole("dialog", { name: "Delete #attic?" }),
      )
        .waitFor();
      await page.keyboard.press("Alt+ArrowDown");
      await page.getByRole("heading", { name: "general", level: 1, includeHidden: true }).waitFor({
        state: "attached",
      });
      await dialog.getByRole("button", { name: "Delete room" }).click();
      await page.locator(".room-link", { hasText: "attic" }).waitFor({ state: "detached" });
      await page.locator(".room-link", { hasText: "general" }).waitFor();
    });
    await t.step("an owner sees a person's role, also where the page knows only that person's presence", async () => {
      const { id } = await (await grace.page.request.get(`${origin}/api/me`)).json();
      await page.request.patch(`${origin}/api/rooms/general/members/${id}`, {
        data: { role: "moderator" },
        headers: { origin },
      });
      // the list of members cannot be had: those who are here are known by their presence alone
      await page.route("**/members?**", (route) => route.fulfill({ json: { members: [], has_more: true } }));
      await page.route("**/members", (route) => route.fulfill({ json: { members: [], has_more: true } }));
      await page.reload();
      await page.locator("html[data-hydrated] .chat[data-connection=open]").waitFor({ state: "attached" });
      await page.locator(".pane-people").getByRole("button", { name: "Grace Hopper" }).click();
      await dialog.getByLabel("Moderator").and(page.locator(":checked")).waitFor();
      await page.keyboard.press("Escape");
      await page.unroute("**/members?**");
      await page.unroute("**/members");
    });
    await t.step("Enter takes the only person that was found", async () => {
      await page.getByRole("button", { name: "New direct message" }).click();
      await dialog.getByRole("searchbox").fill("hopper");
      await page.keyboard.press("Enter");
      await dialog.waitFor({ state: "detached" });
      await page.getByRole("heading", { name: "Grace Hopper", level: 1 }).waitFor();
      await composer(page).fill("Just us");
      await composer(page).press("Enter");
      await message(page, "Just us").waitFor();
    });
    assertEquals(problems, []);
  }));

Deno.test("registration: a refusal is shown in the page's language", () =>
  withServer(async (origin, browser) => {
    const page = await browser.newPage();
    await page.goto(`${origin}/register`);
    await page.getByLabel("Username").fill("Ada Lovelace!");
    await page.getByLabel("Password").fill("a long enough secret");
    await page.getByRole("button", { name: "Set up" }).click();
    await page.getByText("The username must be 1-32 characters").waitFor();
    assertEquals(await page.getByText('"username"').count(), 0);
  }));
