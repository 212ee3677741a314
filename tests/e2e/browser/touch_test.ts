/** What fingers do, with a keyboard on the screen or beside it. */
import { Buffer } from "node:buffer";
import { assert, assertEquals } from "@std/assert";
import type { Page } from "playwright-core";
import {
  act,
  composer,
  live,
  message,
  openPage,
  post,
  register,
  say,
  settled,
  withServer,
} from "../../support/browser.ts";
import { until } from "../../support/until.ts";

const PHONE = { viewport: { width: 375, height: 812 }, hasTouch: true, isMobile: true };

Deno.test("composer: on a landscape phone with its keyboard the caret and the send button stay on the screen", () =>
  withServer(async (origin, browser) => {
    const { page, problems } = await register(browser, origin, "ada", "Ada Lovelace", {
      ...PHONE,
      viewport: { width: 844, height: 390 },
    });
    await post(page, origin, "What is it?");
    await settled(page, "What is it?");
    const lines = Array.from({ length: 14 }, (_, n) => `line ${n + 1}`).join("\n");
    const bottom = async (selector: string) => {
      const box = await page.locator(selector).boundingBox();
      return (box?.y ?? Infinity) + (box?.height ?? Infinity);
    };
    const inSight = async (height: number) => {
      await until(async () => await bottom(".send") <= height && await bottom(".composer-input") <= height);
      const top = (await page.locator(".composer-input").boundingBox())?.y ?? -1;
      assert(top >= 0, `the box begins at ${top}`);
      for (const above of [".composer-context", ".attachments"]) {
        if (await page.locator(above).count() === 0) continue;
        assert(await bottom(above) <= top + 1, `${above} ends at ${await bottom(above)}, the text begins at ${top}`);
      }
      // the caret is in the last line
      await until(() =>
        page.evaluate<boolean>(`(() => {
          const { scrollTop, clientHeight, scrollHeight } = document.querySelector(".composer-input");
          return scrollTop + clientHeight >= scrollHeight - 16;
        })()`)
      );
    };
    // a browser that makes the page smaller
    await composer(page).fill(lines);
    await page.setViewportSize({ width: 844, height: 190 });
    await inSight(190);
    // one that lays the keyboard over the page, and says so
    await page.setViewportSize({ width: 844, height: 390 });
    await page.evaluate(`(() => {
      Object.defineProperty(visualViewport, "height", { configurable: true, get: () => 190 });
      visualViewport.dispatchEvent(new Event("resize"));
    })()`);
    await inSight(190);
    // with what it answers above it
    await composer(page).fill("");
    await page.locator(".message", { hasText: "What is it?" }).focus();
    await page.getByRole("button", { name: "Reply" }).press("Enter");
    await page.locator(".composer-context").waitFor();
    await composer(page).fill(lines);
    await inSight(190);
    // with files that wait, and a text that is too long
    await page.locator("input[type=file]").setInputFiles(
      ["one", "two", "three"].map((name) => ({
        name: `${name}.txt`,
        mimeType: "text/plain",
        buffer: Buffer.from(name),
      })),
    );
    await page.locator(".attachment").nth(2).waitFor();
    await inSight(190);
    await composer(page).fill(`${lines}\n`.repeat(50));
    await page.locator(".composer-error").waitFor();
    await inSight(190);
    await page.locator(".send").click();
    await page.locator(".composer-error[role=alert]", { hasText: "too long" }).waitFor();
    assertEquals(await page.locator(".composer-error").count(), 1, "it says so once");
    await inSight(190);
    await page.evaluate(`(() => {
      delete visualViewport.height;
      visualViewport.dispatchEvent(new Event("resize"));
    })()`);
    await until(async () => await bottom(".composer-box") > 300);
    // where there is room it is eight lines at most
    await page.setViewportSize({ width: 844, height: 2_000 });
    await until(async () => await bottom(".composer-input") > 1_900);
    const { height = 0 } = await page.locator(".composer-input").boundingBox() ?? {};
    assert(height > 150 && height < 260, `${height} px of text`);
    assert(await bottom(".attachments") >= await bottom(".composer-box") - height - 4, "nothing is between");
    assertEquals(problems, []);
  }));

Deno.test("messages: on a touch device a keyboard reaches all actions, and long press and text selection both work", (t) =>
  withServer(async (origin, browser) => {
    const { page, problems } = await register(browser, origin, "ada", "Ada Lovelace", PHONE);
    await post(page, origin, "Some words to select https://example.org/");
    await settled(page, "Some words");
    const row = message(page, "Some words");
    assertEquals(await page.evaluate(`matchMedia("(hover: none)").matches`), true);

    await t.step("by keyboard: the toolbar is shown, and its menu has every action", async () => {
      await composer(page).focus();
      await page.keyboard.press("Shift+Tab");
      for (let n = 0; n < 20 && !(await row.evaluate((element) => element.matches(":focus"))); n++) {
        await page.keyboard.press("Shift+Tab");
      }
      await row.getByRole("toolbar", { name: "Message actions" }).waitFor();
      const more = row.getByRole("button", { name: "More" });
      for (let n = 0; n < 10 && !(await more.evaluate((element) => element.matches(":focus"))); n++) {
        await page.keyboard.press("Tab");
      }
      const toolbar = row.locator(".message-actions");
      assertEquals(await toolbar.evaluate((element) => getComputedStyle(element).opacity), "1");
      await page.keyboard.press("Enter");
      const menu = row.getByRole("menu");
      await menu.getByRole("menuitem", { name: "Copy text" }).waitFor();
      await page.keyboard.press("Escape");
      await menu.waitFor({ state: "detached" });
    });
    await t.step("by touch: no toolbar is shown, a long press opens the menu and selects no text", async () => {
      await composer(page).tap();
      const press = await page.context().newCDPSession(page);
      const box = await row.locator(".prose p").boundingBox();
      assert(box !== null);
      await press.send("Input.dispatchTouchEvent", {
        type: "touchStart",
        touchPoints: [{ x: box.x + 20, y: box.y + 5 }],
      });
      await row.getByRole("menu").waitFor();
      await press.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
      assertEquals(await page.evaluate("getSelection().toString()"), "");
      const toolbar = row.locator(".message-actions");
      assertEquals(await toolbar.evaluate((element) => getComputedStyle(element).opacity), "0");
    });
    await t.step("Select text in the menu selects the whole message", async () => {
      await row.getByRole("menuitem", { name: "Select text" }).tap();
      await until(async () =>
        String(await page.evaluate("getSelection().toString()")).trim() === "Some words to select https://example.org/"
      );
      assertEquals(await row.evaluate((element) => getComputedStyle(element).userSelect), "text");
      await page.evaluate("getSelection().removeAllRanges()");
      await page.locator(".message:not([data-selecting])", { hasText: "Some words" }).waitFor();
      assertEquals(await row.evaluate((element) => getComputedStyle(element).userSelect), "none");
    });
    await t.step("a long press on a link opens the system's menu", async () => {
      assertEquals(await row.locator("a").evaluate((element) => getComputedStyle(element).userSelect), "auto");
    });
    await t.step("Enter makes a new line on a touch keyboard, and Ctrl+Enter sends", async () => {
      await composer(page).fill("");
      await composer(page).pressSequentially("one");
      assertEquals(await composer(page).getAttribute("enterkeyhint"), "enter");
      await composer(page).press("Enter");
      await composer(page).pressSequentially("two");
      assertEquals(await composer(page).inputValue(), "one\ntwo");
      await composer(page).press("Control+Enter");
      await settled(page, "two");
    });
    assertEquals(problems, []);
  }));

Deno.test("wide screen: the keyboard hint is send, and a closed list of people stays closed after a reload", () =>
  withServer(async (origin, browser) => {
    const { page, problems } = await register(browser, origin, "ada", "Ada Lovelace");
    await composer(page).focus();
    assertEquals(await composer(page).getAttribute("enterkeyhint"), "send");
    await page.locator(".pane-people").waitFor();
    await page.getByRole("button", { name: "Close people" }).click();
    await page.locator(".pane-people").waitFor({ state: "hidden" });
    await page.reload();
    await page.locator(".chat[data-people=closed]").waitFor();
    await live(page);
    assertEquals(await page.locator(".pane-people").isVisible(), false);
    await page.locator(".people-toggle").click();
    await page.reload();
    await page.locator(".pane-people").waitFor();
    assertEquals(problems, []);
  }));

Deno.test("links: one to this server opens in the same tab, with scripts and without; any other opens a new tab", () =>
  withServer(async (origin, browser) => {
    const { page, problems } = await register(browser, origin, "ada", "Ada Lovelace");
    await say(page, "The first");
    await settled(page, "The first");
    const id = await message(page, "The first").getAttribute("data-id");
    await say(page, `Here: ${origin}/rooms/general?at=${id}`);
    await settled(page, "Here:");
    await page.waitForLoadState("networkidle");
    await until(async () => {
      await message(page, "Here:").locator("a").click();
      return page.url().endsWith(`?at=${id}`);
    });
    const pages = page.context().pages().length;
    await message(page, "Here:").locator("a").click();
    await page.locator(".message[data-highlight]", { hasText: "The first" }).waitFor();
    assertEquals(page.context().pages().length, pages);
    await say(page, "Outside: https://example.org/ and a program's answer: " + `${origin}/api/docs`);
    await settled(page, "Outside");
    const targets = (of: Page, text: string) =>
      of.locator(".prose", { hasText: text }).locator("a").evaluateAll((links) =>
        links.map((link) => link.getAttribute("target"))
      );
    // without scripts too, as the server rendered them
    const still = await openPage(browser, {
      javaScriptEnabled: false,
      storageState: await page.context().storageState(),
    });
    await still.page.goto(`${origin}/rooms/general`);
    for (const one of [page, still.page]) {
      assertEquals(await targets(one, "Here:"), [null]);
      assertEquals(await targets(one, "Outside:"), ["_blank", "_blank"]);
    }
    await still.page.locator(".prose", { hasText: "Here:" }).locator("a").click();
    await still.page.waitForURL((url) => url.search.includes("at=") || url.search.includes("around="));
    assertEquals(still.page.context().pages().length, 1);
    await still.page.context().close();
    await act(page, "The first", "Reply");
    await page.locator(".composer-context").waitFor();
    assertEquals(problems, []);
  }));
