/** Being called: the badge and the list of mentions; what is kept at hand; drafts on two devices. */
import { assert, assertEquals } from "@std/assert";
import type { Browser, Page } from "playwright-core";
import {
  act,
  composer,
  live,
  message,
  openPage,
  PASSWORD,
  post,
  register,
  say,
  settled,
  withServer,
} from "../../support/browser.ts";
import { until } from "../../support/until.ts";

/** The same account in another browser. */
async function signInElsewhere(browser: Browser, origin: string, username: string): Promise<Page> {
  const { page } = await openPage(browser);
  await page.goto(`${origin}/login?next=/rooms/general`);
  await page.getByLabel("Username").fill(username);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL("**/rooms/general");
  await live(page);
  return page;
}

async function makeRoom(page: Page, origin: string, name: string): Promise<string> {
  const answer = await page.request.post(`${origin}/api/rooms`, { data: { name }, headers: { origin } });
  return String((await answer.json()).id);
}

async function joinRoom(page: Page, origin: string, id: string): Promise<void> {
  await page.request.post(`${origin}/api/rooms/${id}/members`, { data: {}, headers: { origin } });
}

Deno.test("mentions: a mention is highlighted, has its own count, is in the list, and reading it clears the count on all devices", async () => {
  await withServer(async (origin, browser) => {
    const ada = await register(browser, origin, "ada", "Ada");
    const bob = await register(browser, origin, "bob", "Bob");
    const room = await makeRoom(ada.page, origin, "plans");
    await joinRoom(bob.page, origin, room);
    const phone = await signInElsewhere(browser, origin, "bob");

    // completed in the composer, and marked in the text
    await composer(ada.page).fill("@bo");
    await ada.page.getByRole("option", { name: /Bob/ }).click();
    await composer(ada.page).pressSequentially("look, `@bob` is code");
    await composer(ada.page).press("Enter");
    await settled(ada.page, "look,");
    await message(bob.page, "look,").locator(".mention[data-me]").waitFor();
    assertEquals(await message(ada.page, "look,").locator(".mention:not([data-me])").count(), 1);
    await bob.page.locator(".message[data-calls-me]", { hasText: "look," }).waitFor();

    // in a room that is not open, by name and with everybody
    await post(ada.page, origin, "@bob here are the plans", room);
    await post(ada.page, origin, "@room all of you", room);
    for (const page of [bob.page, phone]) {
      const badge = page.getByRole("link", { name: /^plans/ }).locator(".badge-mention");
      await until(async () => (await badge.textContent().catch(() => ""))?.startsWith("@2") === true);
    }
    await bob.page.getByRole("button", { name: "Mentions" }).click();
    const list = bob.page.getByRole("dialog", { name: "Mentions" });
    await list.getByText("here are the plans").waitFor();
    assertEquals(await list.locator("li").count(), 3);
    await list.locator("li", { hasText: "here are the plans" }).getByRole("link", { name: "Go to message" }).click();
    await bob.page.locator(".message[data-highlight]", { hasText: "here are the plans" }).waitFor();

    // read here is read there
    await until(async () => await phone.locator(".badge-mention").count() === 0);
    assertEquals(bob.problems, []);
  });
});

Deno.test("bookmarks and drafts: a change on one device is shown on the owner's other device", async () => {
  await withServer(async (origin, browser) => {
    const ada = await register(browser, origin, "ada", "Ada");
    const phone = await signInElsewhere(browser, origin, "ada");
    await say(ada.page, "worth keeping");
    await settled(ada.page, "worth keeping");
    await act(ada.page, "worth keeping", "More");
    await ada.page.getByRole("menuitem", { name: "Bookmark" }).click();
    await until(async () => {
      await phone.getByRole("button", { name: "Bookmarks" }).click();
      const found = await phone.getByRole("dialog").getByText("worth keeping").waitFor({ timeout: 1_000 })
        .then(() => true, () => false);
      await phone.keyboard.press("Escape");
      await phone.getByRole("dialog").waitFor({ state: "detached" });
      return found;
    });
    await act(phone, "worth keeping", "More");
    await phone.getByRole("menuitem", { name: "Remove bookmark" }).click();
    await act(ada.page, "worth keeping", "More");
    await ada.page.getByRole("menuitem", { name: "Bookmark", exact: true }).waitFor();
    await ada.page.keyboard.press("Escape");

    await composer(ada.page).fill("half a thought");
    await until(async () => await composer(phone).inputValue() === "half a thought");
    // what is being written here is not taken away by what was written there
    await composer(phone).pressSequentially(" and a half");
    assert((await composer(phone).inputValue()).endsWith("and a half"));
    await until(async () => await composer(ada.page).inputValue() === "half a thought and a half");
    await composer(ada.page).press("Enter");
    await settled(phone, "half a thought and a half");
    await until(async () => await composer(phone).inputValue() === "");
    await phone.reload();
    await live(phone);
    assertEquals(await composer(phone).inputValue(), "");
    assertEquals(ada.problems, []);
  });
});
