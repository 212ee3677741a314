/** The people of a room: who they are there, and what a moderator may do. And the same on a phone. */
import { assertEquals } from "@std/assert";
import { message, openBrowser, post, register, settled, withServer } from "../../support/browser.ts";
import { openTestChat } from "../../support/chat.ts";
import { signUp } from "../../support/client.ts";
import { addPerson } from "../../support/people.ts";
import { startProcess } from "../../support/server_process.ts";
import { until } from "../../support/until.ts";
import { withDir } from "../../support/with_dir.ts";

Deno.test("people: a room's list shows its members and their roles, and bans, joins and additions are confirmed", (t) =>
  withServer(async (origin, browser) => {
    const { page, problems } = await register(browser, origin, "ada", "Ada Lovelace");
    const grace = await register(browser, origin, "grace", "Grace Hopper");
    const pane = page.getByRole("complementary", { name: "People" });

    await t.step("all members are listed, those online first, and the reader is one of them", async () => {
      await pane.getByText("Online · 2").waitFor();
      assertEquals(await pane.locator(".person strong").allTextContents(), ["Ada Lovelace", "Grace Hopper"]);
    });
    await t.step("an owner gives a member a role, which everybody sees", async () => {
      await pane.getByRole("button", { name: "Grace Hopper" }).click();
      await page.getByRole("dialog").getByLabel("Moderator").check();
      await pane.getByText("@grace · moderator").waitFor();
      await page.keyboard.press("Escape");
      await grace.page.getByRole("complementary").getByText("@grace · moderator").waitFor();
      await grace.page.locator(".system", { hasText: "Grace Hopper is now a moderator" }).waitFor();
    });
    await t.step("a moderator bans a member, whose page says so", async () => {
      const linus = await register(browser, origin, "linus", "Linus T");
      await grace.page.getByRole("complementary").getByRole("button", { name: "Linus T" }).click();
      await grace.page.getByRole("dialog").getByRole("button", { name: "Ban from room" }).click();
      await linus.page.getByText('You were removed from "general".').waitFor();
      await page.locator(".system", { hasText: "Linus T was banned" }).waitFor();
      await linus.page.context().close();
    });
    await t.step("a former member who goes back to a room is asked before joining again", async () => {
      const api = `${origin}/api`;
      const made = await grace.page.request.post(`${api}/rooms`, { data: { name: "porch" }, headers: { origin } });
      const { id } = await made.json();
      await page.request.post(`${api}/rooms/${id}/members`, { data: {}, headers: { origin } });
      for (const name of ["porch", "general"]) {
        await page.locator(".room-link", { hasText: name }).click();
        await page.getByRole("heading", { name, level: 1 }).waitFor();
      }
      const me = await (await page.request.get(`${api}/me`)).json();
      await page.request.delete(`${api}/rooms/${id}/members/${me.id}`, { headers: { origin } });
      await page.locator(".room-link", { hasText: "porch" }).waitFor({ state: "detached" });
      await page.goBack();
      await page.getByRole("button", { name: /^Join/ }).waitFor();
      await page.goto(`${origin}/rooms/general`);
      await page.locator("html[data-hydrated] .chat[data-connection=open]").waitFor();
    });
    await t.step("a person whom another added is asked in the room whether to stay", async () => {
      const api = `${origin}/api`;
      const made = await page.request.post(`${api}/rooms`, {
        data: { name: "attic", kind: "private" },
        headers: { origin },
      });
      const { id } = await made.json();
      const { id: user_id } = await (await grace.page.request.get(`${api}/me`)).json();
      await page.request.post(`${api}/rooms/${id}/members`, { data: { user_id }, headers: { origin } });
      // an administrator's room is one's own at once
      await grace.page.locator(".room-link", { hasText: "attic" }).click();
      await grace.page.getByRole("heading", { name: "attic", level: 1 }).waitFor();
      assertEquals(await grace.page.getByText("added you to this room").count(), 0);
      const other = await grace.page.request.post(`${api}/rooms`, {
        data: { name: "cellar", kind: "private" },
        headers: { origin },
      });
      const cellar = await other.json();
      const me = await (await page.request.get(`${api}/me`)).json();
      await grace.page.request.post(`${api}/rooms/${cellar.id}/members`, {
        data: { user_id: me.id },
        headers: { origin },
      });
      await page.locator(".room-link", { hasText: "cellar" }).click();
      const hint = page.locator(".composer-hint", { hasText: "Grace Hopper added you to this room." });
      await hint.getByRole("button", { name: "Stay" }).click();
      await hint.waitFor({ state: "detached" });
      await page.goto(`${origin}/rooms/general`);
      await page.locator("html[data-hydrated] .chat[data-connection=open]").waitFor();
    });
    await t.step("on a phone a long press opens a message's menu, and lifting chooses no item", async () => {
      const phone = await browser.newContext({
        viewport: { width: 375, height: 700 },
        hasTouch: true,
        isMobile: true,
        storageState: await page.context().storageState(),
      });
      const touch = await phone.newPage();
      await post(grace.page, origin, "Rest a finger here");
      await touch.goto(`${origin}/rooms/general`);
      await touch.locator("html[data-hydrated] .chat[data-connection=open]").waitFor();
      await settled(touch, "Rest a finger here");
      const { x, y, height } = await message(touch, "Rest a finger here").boundingBox() ??
        { x: 0, y: 0, height: 0 };
      const devtools = await phone.newCDPSession(touch);
      const touchPoints = [{ x: x + 120, y: y + height - 8 }];
      await devtools.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints });
      const menu = touch.getByRole("menu", { name: "Message" });
      await menu.waitFor();
      await devtools.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
      await menu.getByRole("menuitem", { name: "Reply" }).tap();
      await touch.getByRole("button", { name: "Cancel reply" }).waitFor();
      assertEquals(await touch.locator(".reaction").count(), 0);
      await phone.close();
    });
    assertEquals([...problems, ...grace.problems], []);
  }));

Deno.test("people: a large room's list opens by pages, at most four, and a join keeps them open", () =>
  withDir(async (dir) => {
    const chat = await openTestChat({ config: { kvPath: `${dir}/parley.db` } });
    const names = Array.from({ length: 510 }, (_, n) => `p${String(n).padStart(3, "0")}`);
    for (const name of names) await addPerson(chat, name);
    await chat[Symbol.asyncDispose]();
    await using server = await startProcess(dir);
    await using chromium = await openBrowser();
    const { page, problems } = await register(chromium.browser, server.origin, "ada", "Ada");
    const pane = page.getByRole("complementary", { name: "People" });
    const people = pane.locator(".person");
    const more = pane.getByRole("button", { name: "Show more" });
    const earlier = pane.getByRole("button", { name: "Show the people before" });
    const shows = (count: number) => until(async () => await people.count() === count);
    // one of a page is who looks, where it has them
    for (const pages of [1, 2, 3, 4]) {
      await until(async () => await people.count() >= pages * 100 && await people.count() <= pages * 100 + 1);
      await more.click();
    }
    await earlier.waitFor();
    await until(async () => await people.count() <= 401);
    const shown = await people.count();
    const again = page.waitForResponse((answer) => answer.url().includes("/general/members"));
    await signUp(server.origin, "ben");
    await again;
    await page.waitForLoadState("networkidle");
    await shows(shown);
    await earlier.click();
    await earlier.waitFor({ state: "detached" });
    await until(async () => await people.count() >= 400 && await people.count() <= 401);
    assertEquals(problems, []);
  }));
