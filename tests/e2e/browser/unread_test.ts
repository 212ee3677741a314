/** What was not read yet, and where one is told. */
import { assertEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { act, live, message, openPage, post, register, settled, showTab, withServer } from "../../support/browser.ts";
import { until } from "../../support/until.ts";

Deno.test("unread: counts, title, icon and divider follow what was on the screen, on all devices", (t) =>
  withServer(async (origin, browser) => {
    const grace = await register(browser, origin, "grace", "Grace Hopper");
    const ada = await register(browser, origin, "ada", "Ada Lovelace");
    const phone = await openPage(browser, { storageState: await ada.page.context().storageState() });
    await phone.page.goto(`${origin}/rooms`);
    await live(phone.page);
    const badge = (page: Page) => page.locator(".room-link", { hasText: "general" }).locator(".badge");
    const unreadOnServer = async () => {
      const { rooms } = await (await ada.page.request.get(`${origin}/api/rooms`)).json();
      const [room] = rooms.filter((one: { id: string }) => one.id === "general");
      return room.messages - room.read_messages;
    };
    const after = () =>
      ada.page.evaluate<string>(
        `document.querySelector(".unread")?.nextElementSibling?.querySelector(".prose").textContent`,
      );
    const icon = (page: Page) => page.locator("link[rel=icon]").getAttribute("href");

    await t.step("messages are marked read only while the tab is visible", async () => {
      await showTab(ada.page, false);
      await post(grace.page, origin, "Said to a hidden tab");
      await settled(ada.page, "Said to a hidden tab");
      await badge(phone.page).getByText("1").waitFor();
      assertEquals(await unreadOnServer(), 1);
    });
    await t.step("the title and the icon show the unread count", async () => {
      await until(async () => await ada.page.title() === "(1) general · Parley");
      await until(async () => await icon(ada.page) === "/favicon-unread.svg");
      await until(async () => await phone.page.title() === "(1) Rooms · Parley");
    });
    await t.step("reading on one device clears the badge on the others", async () => {
      await showTab(ada.page, true);
      await badge(phone.page).waitFor({ state: "detached" }); // in how long: tests/socket/mentions_test.ts
      await until(async () => await phone.page.title() === "Rooms · Parley");
      await until(async () => await icon(ada.page) === "/favicon.svg");
      await until(async () => await unreadOnServer() === 0);
    });
    await t.step("the divider is before the first unread message, and stays there during the visit", async () => {
      await phone.page.getByRole("button", { name: "Create a room" }).first().click();
      await phone.page.getByRole("dialog").getByLabel("Name", { exact: true }).fill("attic");
      await phone.page.keyboard.press("Enter");
      await phone.page.getByRole("heading", { name: "attic", level: 1 }).waitFor();
      await ada.page.locator(".room-link", { hasText: "attic" }).click();
      await ada.page.getByRole("heading", { name: "attic", level: 1 }).waitFor();
      for (const text of ["First unread", "Second unread"]) await post(grace.page, origin, text);
      await badge(ada.page).getByText("2").waitFor();
      await ada.page.locator(".room-link", { hasText: "general" }).click();
      await settled(ada.page, "Second unread");
      assertEquals(await after(), "First unread");
      await until(async () => await unreadOnServer() === 0);
      await post(grace.page, origin, "Read as it came");
      await settled(ada.page, "Read as it came");
      await until(async () => await unreadOnServer() === 0);
      assertEquals(await ada.page.locator(".unread").count(), 1);
      assertEquals(await after(), "First unread");
    });
    await t.step("only messages on the screen are marked read", async () => {
      for (let n = 0; n < 30; n++) await post(grace.page, origin, `Filler ${n}`);
      await settled(ada.page, "Filler 29");
      await until(async () => await unreadOnServer() === 0);
      await ada.page.evaluate("document.querySelector('.timeline').scrollTop = -900");
      await ada.page.getByRole("button", { name: "Jump to latest" }).waitFor();
      await post(grace.page, origin, "Below the edge");
      await ada.page.getByRole("button", { name: "1 new" }).waitFor();
      assertEquals(await unreadOnServer(), 1);
      await ada.page.getByRole("button", { name: "1 new" }).click();
      await until(async () => await unreadOnServer() === 0);
    });
    await t.step("Mark unread holds over a reload and later messages", async () => {
      await act(ada.page, "Filler 28", "More");
      await ada.page.getByRole("menuitem", { name: "Mark unread" }).click();
      await badge(phone.page).getByText("3").waitFor();
      await badge(ada.page).getByText("3").waitFor();
      await ada.page.reload();
      await live(ada.page);
      await badge(ada.page).getByText("3").waitFor();
      await badge(phone.page).getByText("3").waitFor();
      await ada.page.locator(".unread").waitFor();
      assertEquals(await after(), "Filler 28");
      // the next message, seen as it comes, does not end it
      await post(grace.page, origin, "After the mark");
      await settled(ada.page, "After the mark");
      await badge(ada.page).getByText("4").waitFor();
      await badge(phone.page).getByText("4").waitFor();
      await post(grace.page, origin, "And after that");
      await badge(phone.page).getByText("5").waitFor();
      assertEquals(await unreadOnServer(), 5);
      // it is read again when one comes back to it
      await ada.page.locator(".room-link", { hasText: "attic" }).click();
      await ada.page.getByRole("heading", { name: "attic", level: 1 }).waitFor();
      await ada.page.locator(".room-link", { hasText: "general" }).click();
      await message(ada.page, "Below the edge").waitFor();
      await badge(phone.page).waitFor({ state: "detached" });
      await until(async () => await unreadOnServer() === 0);
    });
    await t.step("a message that one device marked unread stays unread on another that shows its room", async () => {
      const desk = await openPage(browser, { storageState: await ada.page.context().storageState() });
      await desk.page.goto(`${origin}/rooms/general`);
      await live(desk.page);
      await settled(desk.page, "And after that");
      await act(ada.page, "And after that", "More");
      await ada.page.getByRole("menuitem", { name: "Mark unread" }).click();
      for (const { page } of [ada, desk]) await badge(page).getByText("1").waitFor();
      await post(grace.page, origin, "Shown on both");
      for (const { page } of [ada, desk]) {
        await settled(page, "Shown on both");
        await badge(page).getByText("2").waitFor();
      }
      await post(grace.page, origin, "And this");
      for (const { page } of [ada, desk]) await badge(page).getByText("3").waitFor();
      assertEquals(await unreadOnServer(), 3);
      // one that comes back to it reads it for both
      await ada.page.locator(".room-link", { hasText: "attic" }).click();
      await ada.page.getByRole("heading", { name: "attic", level: 1 }).waitFor();
      await ada.page.locator(".room-link", { hasText: "general" }).click();
      for (const { page } of [ada, desk]) await badge(page).waitFor({ state: "detached" });
      assertEquals(desk.problems, []);
    });
    assertEquals([...ada.problems, ...grace.problems, ...phone.problems], []);
  }));
