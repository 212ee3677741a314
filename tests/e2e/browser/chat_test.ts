/** Two people in two browsers, against a real server on a real file. */
import { assertEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { act, composer, live, message, openBrowser, register, say } from "../../support/browser.ts";
import { freePort } from "../../support/port.ts";
import { startProcess } from "../../support/server_process.ts";

Deno.test("chat: two people register, talk, edit, react, reply, delete and reload, and go on after the server was killed", async (t) => {
  const dataDir = await Deno.makeTempDir({ prefix: "parley-browser-" });
  await using chromium = await openBrowser();
  let server = await startProcess(dataDir, { PORT: String(freePort()) });
  try {
    const { origin, port } = server;
    const ada = await register(chromium.browser, origin, "ada", "Ada Lovelace");
    const grace = await register(chromium.browser, origin, "grace", "Grace Hopper");

    await t.step("a message that one sends is shown to the other", async () => {
      await say(ada.page, "Is the **compiler** awake?");
      await message(grace.page, "Is the compiler awake?").waitFor();
      assertEquals(await grace.page.locator(".prose strong").textContent(), "compiler");
      await say(grace.page, "It is.");
      await message(ada.page, "It is.").waitFor();
    });
    await t.step("an acknowledged message keeps its element in the page", async () => {
      await ada.page.evaluate(keepNode("Count me"));
      await say(ada.page, "Count me");
      await settled(ada.page, "Count me");
      assertEquals(await ada.page.evaluate("globalThis.firstNode === globalThis.lastNode()"), true);
    });
    await t.step("both see who is online and who types", async () => {
      await ada.page.getByRole("complementary").getByText("Online · 2").waitFor();
      await composer(grace.page).pressSequentially("Let me");
      await ada.page.getByText("Grace Hopper is typing").waitFor();
      assertEquals(await grace.page.getByText("is typing").count(), 0);
      await composer(grace.page).fill("");
    });
    await t.step("an edit is shown to both", async () => {
      await composer(ada.page).press("ArrowUp");
      assertEquals(await composer(ada.page).inputValue(), "Count me");
      await say(ada.page, "Count me in");
      await message(grace.page, "Count me in").getByText("edited").waitFor();
    });
    await t.step("a reaction counts once for each person, and a second click removes it", async () => {
      await act(grace.page, "Count me in", "React");
      await grace.page.getByRole("menuitemcheckbox", { name: "🎉" }).click();
      await ada.page.getByRole("button", { name: "🎉 1" }).click();
      await grace.page.getByRole("button", { name: "🎉 2, yours" }).click();
      await ada.page.getByRole("button", { name: "🎉 1, yours" }).waitFor();
    });
    await t.step("a reply shows a quote of its message", async () => {
      await act(grace.page, "Is the compiler awake?", "Reply");
      await say(grace.page, "Wide awake");
      await message(ada.page, "Wide awake").locator(".quote", { hasText: "Is the compiler awake?" }).waitFor();
    });
    await t.step("a deletion asks first, and is shown to both", async () => {
      await act(ada.page, "Count me in", "More");
      await ada.page.getByRole("menuitem", { name: "Delete" }).click();
      await ada.page.getByRole("dialog").getByRole("button", { name: "Delete message" }).click();
      await message(grace.page, "This message was deleted.").waitFor();
      await grace.page.getByText("Count me in").waitFor({ state: "detached" });
    });
    await t.step("a reload shows the same messages, and the draft is still there", async () => {
      await composer(ada.page).fill("half a thought");
      const before = await ada.page.locator(".message .prose").allTextContents();
      await ada.page.reload();
      assertEquals(await ada.page.locator(".message .prose").allTextContents(), before);
      await live(ada.page);
      assertEquals(await composer(ada.page).inputValue(), "half a thought");
      assertEquals(await ada.page.locator(".message .prose").allTextContents(), before);
    });
    await t.step("a message sent while the server is down arrives exactly once when it is back", async () => {
      await server.kill();
      await ada.page.locator(".self [data-online=false]").waitFor();
      await say(ada.page, "Written in the dark");
      await ada.page.locator(".message[data-state=pending]", { hasText: "Written in the dark" }).waitFor();
      server = await startProcess(dataDir, { PORT: String(port) });
      await settled(ada.page, "Written in the dark");
      await message(grace.page, "Written in the dark").waitFor();
      await grace.page.reload();
      await live(grace.page);
      assertEquals(await message(grace.page, "Written in the dark").count(), 1);
      assertEquals(await message(grace.page, "Is the compiler awake?").count(), 2); // itself and its quote
    });
    assertEquals([...ada.problems, ...grace.problems], []);
  } finally {
    await server[Symbol.asyncDispose]();
    await Deno.remove(dataDir, { recursive: true });
  }
});

async function settled(page: Page, text: string): Promise<void> {
  await page.locator(".message[data-state=sent][data-id]", { hasText: text }).waitFor();
}

/** Remembers the first element that shows this text, to be compared with what shows it later. */
function keepNode(text: string): string {
  const find = `[...document.querySelectorAll(".message")].findLast((e) => e.textContent.includes(${
    JSON.stringify(text)
  }))`;
  return `(() => {
    globalThis.lastNode = () => ${find};
    new MutationObserver(() => globalThis.firstNode ??= globalThis.lastNode())
      .observe(document.querySelector(".timeline"), { childList: true, subtree: true });
  })()`;
}
