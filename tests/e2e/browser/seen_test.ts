/** "Seen" is: on the screen, with a height, on a visible page. Loading, marks, badges and titles go by it alone. */
import { assert, assertEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { live, message, openPage, post, register, settled, showTab, withServer } from "../../support/browser.ts";
import { type Session, signUp } from "../../support/client.ts";
import { post as call } from "../../support/client.ts";
import { until } from "../../support/until.ts";

const PHONE = { viewport: { width: 375, height: 812 }, hasTouch: true, isMobile: true } as const;

async function fill(origin: string, by: Session, count: number, text = "Line"): Promise<void> {
  for (let n = 1; n <= count; n++) {
    const answer = await call(origin, "/api/rooms/general/messages", { content: `${text} ${n}` }, by);
    assertEquals(answer.status, 201);
    await answer.body?.cancel();
  }
}

/** The pages of history that were asked for, as `before` and `after`. */
function historyOf(page: Page): string[] {
  const asked: string[] = [];
  page.on("request", (request) => {
    const range = /\/api\/rooms\/[^/]+\/messages\?.*?\b(before|after)=/.exec(request.url())?.[1];
    if (range !== undefined) asked.push(range);
  });
  return asked;
}

const badge = (page: Page) => page.locator(".room-link", { hasText: "general" }).locator(".badge");

async function unreadOnServer(page: Page, origin: string): Promise<number> {
  const { rooms } = await (await page.request.get(`${origin}/api/rooms`)).json();
  const [room] = rooms.filter((one: { id: string }) => one.id === "general");
  return room.messages - room.read_messages;
}

Deno.test("read marks: with a phone on the list of rooms nothing is loaded, and new messages stay unread", (t) =>
  withServer(async (origin, browser) => {
    const { page, problems } = await register(browser, origin, "ada", "Ada", PHONE);
    const grace = await signUp(origin, "grace");
    await fill(origin, grace, 360);
    // a page that has not read all of them yet would open at the first unread one
    await until(async () => await unreadOnServer(page, origin) === 0);
    await page.clock.install();
    await page.reload();
    await live(page);
    await message(page, "Line 360").waitFor();
    const say = async (content: string) => {
      const answer = await call(origin, "/api/rooms/general/messages", { content }, grace);
      await answer.body?.cancel();
    };
    const back = () => page.getByRole("link", { name: "All rooms" }).click();
    const reopen = () => page.locator(".room-link", { hasText: "general" }).click();
    const inView = (text: string) =>
      page.evaluate<boolean>(`(() => {
        const box = document.querySelector(".timeline").getBoundingClientRect();
        const row = [...document.querySelectorAll(".message")].find((one) => one.textContent.includes("${text}"));
        const at = row?.getBoundingClientRect();
        return at !== undefined && at.height > 0 && at.bottom > box.top && at.top < box.bottom;
      })()`);
    const asked = historyOf(page);

    await t.step("at the end: the list shows a badge, nothing is requested or marked read", async () => {
      await until(() => inView("Line 360"));
      await until(async () => await unreadOnServer(page, origin) === 0);
      asked.length = 0;
      await back();
      await badge(page).waitFor({ state: "detached" });
      await say("Said meanwhile");
      await badge(page).getByText("1").waitFor();
      await until(async () => await page.title() === "(1) general · Parley");
      await page.clock.runFor(5_000);
      assertEquals(await unreadOnServer(page, origin), 1);
      assertEquals(asked, []);
    });
    await t.step("back in the room the new message is shown below the divider", async () => {
      await reopen();
      await until(() => inView("Said meanwhile"));
      await page.locator(".unread").waitFor();
      await page.clock.runFor(1_000);
      await until(async () => await unreadOnServer(page, origin) === 0);
      await until(async () => await page.title() === "general · Parley");
    });
    await t.step("in older history: back in the room the same lines are shown", async () => {
      await page.evaluate("document.querySelector('.timeline').scrollTop = -3000");
      await page.getByRole("button", { name: "Jump to latest" }).waitFor();
      const top = () =>
        page.evaluate<string>(`(() => {
          const top = document.querySelector(".timeline").getBoundingClientRect().top;
          return [...document.querySelectorAll(".message")].find((one) => one.getBoundingClientRect().bottom > top)
            .querySelector(".prose").textContent;
        })()`);
      await page.locator(".older", { hasText: "Loading" }).waitFor({ state: "detached" });
      const before = await top();
      asked.length = 0;
      await back();
      await say("Far below");
      await badge(page).getByText("1").waitFor();
      await page.clock.runFor(5_000);
      assertEquals(asked, []);
      await reopen();
      await page.getByRole("button", { name: "1 new" }).waitFor();
      assertEquals(await top(), before);
      assertEquals(await unreadOnServer(page, origin), 1);
    });
    assertEquals(problems, []);
  }));

Deno.test("history: three hundred messages that fold into one line are loaded once", (t) =>
  withServer(async (origin, browser) => {
    const { page, problems } = await register(browser, origin, "ada", "Ada");
    const [grace, bob] = [await signUp(origin, "grace"), await signUp(origin, "bob")];
    await fill(origin, grace, 40, "Early");
    await fill(origin, bob, 330, "Shout");
    await fill(origin, grace, 3, "Late");
    await settled(page, "Late 3");
    const blocked = await page.request.put(`${origin}/api/me/blocks/${bob.user.id}`, { headers: { origin } });
    assert(blocked.ok());
    const asked = historyOf(page);
    await page.reload();
    await live(page);
    await t.step("pages are loaded until a line above the folded one is shown", async () => {
      await message(page, "Early 40").waitFor({ state: "attached" });
      await message(page, "Early 1").first().waitFor({ state: "attached" });
      await message(page, "Late 3").waitFor();
    });
    await t.step("after that no page is loaded", async () => {
      await page.locator(".room-beginning, .beginning").first().waitFor({ state: "attached" });
      const before = asked.length;
      assert(before <= 8, asked.join(" "));
      await page.evaluate(
        "new Promise((done) => { let n = 0; const next = () => ++n > 60 ? done() : requestAnimationFrame(next); next(); })",
      );
      assertEquals(asked.length, before);
      assertEquals(asked.includes("after"), false);
    });
    assertEquals(problems, []);
  }));

Deno.test("read marks: a message that is read on arrival does not change the title; a hidden page counts it", () =>
  withServer(async (origin, browser) => {
    const grace = await register(browser, origin, "grace", "Grace");
    const { page } = await register(browser, origin, "ada", "Ada");
    await page.evaluate(`
      globalThis.titles = new Set();
      new MutationObserver(() => titles.add(document.title))
        .observe(document.querySelector("title"), { childList: true, characterData: true, subtree: true })`);
    for (const text of ["One", "Two", "Three"]) {
      await post(grace.page, origin, text);
      await settled(page, text);
    }
    await until(async () => await unreadOnServer(page, origin) === 0);
    assertEquals(await page.evaluate<string[]>("[...titles]"), []);
    // but a tab that is hidden tells of them
    await showTab(page, false);
    await post(grace.page, origin, "Four");
    await until(async () => await page.title() === "(1) general · Parley");
    const { page: other } = await openPage(browser, { storageState: await page.context().storageState() });
    await other.goto(`${origin}/rooms/general`);
    await live(other);
    await until(async () => await page.title() === "general · Parley");
  }));
