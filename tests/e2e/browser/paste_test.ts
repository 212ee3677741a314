/** What is pasted into the composer: files, texts, and texts that are too long. */
import { assert, assertEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { LIMITS } from "../../../lib/protocol/limits.ts";
import { act, composer, message, register, say, settled, withServer } from "../../support/browser.ts";
import { until } from "../../support/until.ts";

/** Pastes what a program put on the clipboard: a text, and files of these names. Answers whether the page took it. */
function paste(page: Page, text: string, names: string[]): Promise<unknown> {
  return page.evaluate(`(() => {
    const data = new DataTransfer();
    if (${JSON.stringify(text)} !== "") data.setData("text/plain", ${JSON.stringify(text)});
    for (const name of ${JSON.stringify(names)}) data.items.add(new File(["x"], name, { type: "text/plain" }));
    return !document.querySelector(".composer-input").dispatchEvent(
      new ClipboardEvent("paste", { bubbles: true, cancelable: true, clipboardData: data }),
    );
  })()`);
}

Deno.test("paste: a file with a file manager's text beside it is attached; a text with a picture of itself is pasted as text", () =>
  withServer(async (origin, browser) => {
    const { page, problems } = await register(browser, origin, "ada", "Ada Lovelace");
    const cases: [text: string, names: string[], attached: boolean][] = [
      ["", ["shot.png"], true],
      ["report.pdf", ["report.pdf"], true],
      ["report", ["report.pdf"], true],
      ["/home/ada/My report.pdf", ["My report.pdf"], true],
      ["file:///home/ada/My%20report.pdf", ["My report.pdf"], true],
      ["C:\\Users\\ada\\a.txt\r\nC:\\Users\\ada\\b.txt", ["a.txt", "b.txt"], true],
      ["x-special/nautilus-clipboard\ncopy\nfile:///home/ada/a.txt", ["a.txt"], true],
      ["cafe\u0301.txt", ["caf\u00e9.txt"], true],
      [" \n\u200b", ["image.png"], true],
      ["1\t2\n3\t4", ["image.png"], false],
      ["See report.pdf", ["report.pdf"], false],
      ["report.pdf", [], false],
    ];
    for (const [text, names, attached] of cases) {
      assertEquals(await paste(page, text, names), attached, JSON.stringify(text));
      await until(async () =>
        await page.locator(".attachment[data-status=done]").count() === (attached ? names.length : 0)
      );
      for (const name of attached ? names : []) await page.getByRole("button", { name: `Remove ${name}` }).click();
    }
    assertEquals(problems, []);
  }));

Deno.test("paste: a text too long for a draft becomes a file at once, one too long for a message is offered as a file", (t) =>
  withServer(async (origin, browser) => {
    const { page, problems } = await register(browser, origin, "ada", "Ada Lovelace", {
      permissions: ["clipboard-read", "clipboard-write"],
    });
    const value = () => composer(page).inputValue();
    const offer = page.getByRole("button", { name: "Attach it as a text file" });
    const copy = (length: number) =>
      page.evaluate(`navigator.clipboard.writeText("line of text\\n".repeat(${length} / 13 + 1).slice(0, ${length}))`);
    await composer(page).fill("before ");
    // what was changed without a reader's key: the box was never given the text
    await page.evaluate(`document.querySelector(".composer-input").addEventListener("input", ({ target }) => {
      globalThis.longest = Math.max(globalThis.longest ?? 0, target.value.length);
    })`);

    await t.step("360,000 characters become a file, and are never put into the box", async () => {
      await copy(360_000);
      await composer(page).press("Control+v");
      await page.locator(".attachment[data-status=done]", { hasText: "text.txt" }).waitFor();
      assertEquals(await value(), "before ");
      assertEquals(await page.evaluate("globalThis.longest ?? 0"), 0);
      await composer(page).press("Enter");
      await settled(page, "before");
      const href = await message(page, "before").locator("a.file, a[href^='/api/files/']").first().getAttribute("href");
      const file = await page.request.get(new URL(String(href), origin).href);
      assertEquals((await file.text()).length, 360_000);
    });
    await t.step("more lines than the box can lay out at once become a file too", async () => {
      await page.evaluate(`navigator.clipboard.writeText("a\\n".repeat(1_500))`);
      await composer(page).press("Control+v");
      await page.locator(".attachment[data-status=done]", { hasText: "text.txt" }).waitFor();
      assertEquals(await value(), "");
      await page.getByRole("button", { name: "Remove text.txt" }).click();
    });
    await t.step("900 lines within a draft's length are put into the box by one change", async () => {
      await page.evaluate(`navigator.clipboard.writeText("twelve chars\\n".repeat(900)).then(() => {
        globalThis.changes = 0;
        document.querySelector(".composer-input").addEventListener("input", () => changes++);
      })`);
      await composer(page).press("Control+v");
      await until(async () => (await value()).length === 900 * 13);
      assertEquals(await page.evaluate("changes"), 1);
      assertEquals(await page.locator(".attachment").count(), 0);
      await composer(page).fill("");
    });
    await t.step("a text of a draft's length is pasted; the offered file takes the whole text", async () => {
      await copy(LIMITS.content + 500);
      await composer(page).press("Control+v");
      await offer.waitFor();
      assertEquals((await value()).length, LIMITS.content + 500);
      await offer.click();
      await page.locator(".attachment[data-status=done]", { hasText: "text.txt" }).waitFor();
      assertEquals(await value(), "");
      await offer.waitFor({ state: "detached" });
      await page.getByRole("button", { name: "Remove text.txt" }).click();
      await composer(page).press("Control+z");
      assertEquals((await value()).length, LIMITS.content + 500);
      await composer(page).fill("");
    });
    await t.step("an edit, which takes no files, says so and keeps its text", async () => {
      await say(page, "Mine");
      await settled(page, "Mine");
      await act(page, "Mine", "Edit");
      await copy(LIMITS.draft);
      await composer(page).press("Control+v");
      await page.locator(".toast", { hasText: "A message has at most" }).waitFor();
      assertEquals(await value(), "Mine");
    });
    assert(Number(await page.evaluate("globalThis.longest")) <= LIMITS.draft);
    assertEquals(problems, []);
  }));
