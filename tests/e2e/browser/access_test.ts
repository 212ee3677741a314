/** Everybody can use it: by keyboard, by screen reader, on a narrow screen, without scripts. */
import { assert, assertEquals } from "@std/assert";
import type { Request } from "playwright-core";
import { LANGUAGES } from "../../../lib/protocol/settings.ts";
import { composer, live, message, openPage, PASSWORD, register, say, withServer } from "../../support/browser.ts";

Deno.test("pages without scripts: sending, paging, settings, sign-out and sign-in work by links and forms", () =>
  withServer(async (origin, browser) => {
    const { page } = await register(browser, origin, "quiet", "Quiet Reader", { javaScriptEnabled: false });
    await composer(page).fill("Said by a form");
    await page.getByRole("button", { name: "Send" }).click();
    await message(page, "Said by a form").waitFor();
    for (let n = 1; n <= 60; n++) {
      // the form's own request, without rendering each answer
      const answer = await page.request.post(`${origin}/rooms/general`, {
        form: { content: `Line ${n}` },
        headers: { origin },
        maxRedirects: 0,
      });
      assertEquals(answer.status(), 303);
    }
    await page.reload();
    assertEquals(await page.getByText("Said by a form").count(), 0);
    await page.getByRole("link", { name: "Older messages" }).click();
    await message(page, "Said by a form").waitFor();
    await page.getByRole("link", { name: "To the latest messages" }).first().click();
    await message(page, "Line 60").waitFor();

    const all = await (await page.request.get(`${origin}/api/rooms/general/messages?limit=100`)).json();
    const third = all.messages.find(({ content }: { content: string }) => content === "Line 3");
    await page.goto(`${origin}/rooms/general?at=${third.id}`);
    await page.waitForURL((url) => url.searchParams.get("around") === third.id);
    await page.locator(".message:target", { hasText: /^.*Line 3$/ }).waitFor();
    await message(page, "Line 28").waitFor();
    assertEquals(await message(page, "Line 29").count(), 0);
    await page.getByRole("link", { name: "Newer messages" }).click();
    await message(page, "Line 29").waitFor();
    await message(page, "Line 60").waitFor();
    await page.getByRole("link", { name: "To the latest messages" }).first().click();

    await page.getByRole("link", { name: "Settings" }).click();
    await page.getByLabel("Display name").fill("Loud Writer");
    await page.getByRole("button", { name: "Save profile" }).click();
    await page.getByText("Saved. This is how others see you now.").waitFor();
    await page.locator("#password").getByLabel("Current password").fill("not this one");
    await page.locator("#password").getByLabel("New password").fill("another long secret");
    await page.getByRole("button", { name: "Change password" }).click();
    await page.locator("#field-current_password[aria-invalid=true], .notice-error").first().waitFor();
    await page.getByLabel("Dark").check();
    await page.getByRole("button", { name: "Save appearance" }).click();
    await page.locator("html[data-theme=dark]").waitFor();
    await page.getByRole("button", { name: "Sign out of this browser" }).click();
    await page.waitForURL("**/login");

    await page.goto(`${origin}/rooms/general`);
    await page.getByLabel("Username").fill("quiet");
    await page.getByLabel("Password").fill("wrong");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.locator("#field-password[aria-invalid=true]").waitFor();
    assertEquals(await page.getByLabel("Username").inputValue(), "quiet");
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.waitForURL("**/rooms/general");
  }));

Deno.test("forms: one that another site sends is refused and changes nothing", () =>
  withServer(async (origin, browser) => {
    const { page } = await register(browser, origin, "careful", "Careful");
    for (
      const headers of [{ origin: "https://evil.example" }, { origin: "null" }, { "sec-fetch-site": "cross-site" }]
    ) {
      const answer = await page.request.post(`${origin}/rooms/general`, { form: { content: "Forged" }, headers });
      assertEquals(answer.status(), 403);
    }
    await page.goto(`${origin}/login?next=//evil.example/`);
    assertEquals(new URL(page.url()).origin, origin);
    await page.reload();
    assertEquals(await page.getByText("Forged").count(), 0);
  }));

Deno.test("keyboard: Tab and the arrows reach rooms, messages and the composer", () =>
  withServer(async (origin, browser) => {
    const { page, problems } = await register(browser, origin, "keys", "Keys Only");
    await page.getByRole("button", { name: "Create a room" }).press("Enter");
    await page.getByRole("dialog").getByLabel("Name", { exact: true }).fill("attic");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "attic", level: 1 }).waitFor();
    await composer(page).fill("kept for the attic");

    await page.keyboard.press("Meta+k");
    await page.getByRole("combobox", { name: "Go to a room" }).waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: "Go to a room" }).fill("gen");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "general", level: 1 }).waitFor();
    assertEquals(new URL(page.url()).pathname, "/rooms/general");
    assertEquals(await composer(page).inputValue(), "");

    await say(page, "First");
    await message(page, "First").waitFor();
    await say(page, "Second");
    await page.locator(".message[data-state=sent]", { hasText: "Second" }).waitFor();
    await message(page, "Second").focus();
    await page.keyboard.press("ArrowUp");
    assertEquals(await page.evaluate("document.activeElement.textContent.includes('First')"), true);
    await message(page, "First").getByRole("toolbar").waitFor();
    await page.keyboard.press("Tab");
    assertEquals(await page.evaluate("document.activeElement.getAttribute('aria-label')"), "React");
    await page.keyboard.press("Escape");
    assertEquals(await page.evaluate("document.activeElement.className"), "composer-input");

    await page.keyboard.press("Shift+Enter");
    assertEquals(await composer(page).inputValue(), "\n");
    await composer(page).fill("");
    await page.keyboard.press("ArrowUp");
    assertEquals(await composer(page).inputValue(), "Second");
    await page.keyboard.press("Escape");
    assertEquals(await composer(page).inputValue(), "");

    for (let n = 0; n < 2; n++) await page.keyboard.press("Alt+ArrowUp");
    await page.getByRole("heading", { name: "general", level: 1 }).waitFor();
    await page.keyboard.press("Alt+ArrowUp");
    await page.getByRole("heading", { name: "attic", level: 1 }).waitFor();
    assertEquals(await composer(page).inputValue(), "kept for the attic");
    await page.keyboard.press("Alt+ArrowDown");
    await page.getByRole("heading", { name: "general", level: 1 }).waitFor();
    await page.goBack();
    await page.getByRole("heading", { name: "attic", level: 1 }).waitFor();
    assertEquals(problems, []);
  }));

Deno.test("narrow screen: nothing is wider than the window, and the list of rooms is a screen of its own", () =>
  withServer(async (origin, browser) => {
    const { page } = await register(browser, origin, "thumb", "Thumb", { viewport: { width: 320, height: 568 } });
    await say(page, `${"unbroken".repeat(30)} and a [link](https://example.org/${"x".repeat(200)})`);
    await page.locator(".message[data-state=sent]").waitFor();
    const sticksOut = () => page.evaluate("document.documentElement.scrollWidth > innerWidth");
    assertEquals(await sticksOut(), false);
    assertEquals(await page.getByRole("navigation", { name: "Rooms" }).isVisible(), false);
    await page.getByRole("link", { name: "All rooms" }).click();
    await page.getByRole("navigation", { name: "Rooms" }).waitFor();
    assertEquals(await sticksOut(), false);
    await page.getByRole("link", { name: "general" }).click();
    await composer(page).waitFor();
    for (const path of ["/settings", "/nowhere"]) {
      await page.goto(`${origin}${path}`);
      assertEquals(await sticksOut(), false, path);
    }
    await page.setViewportSize({ width: 2560, height: 1200 });
    await page.goto(`${origin}/rooms/general`);
    assertEquals(await sticksOut(), false);
    for (const pane of [".pane-rooms", ".timeline", ".pane-people"]) await page.locator(pane).waitFor();
    // a line stays short enough to be read: 72 of its digits
    const longest = await page.locator(".prose").first().evaluate((element) =>
      element.getBoundingClientRect().width / 15
    );
    assert(longest <= 72, `a line of ${longest} em`);
  }));

Deno.test("first load: at most 60 KB of script in each language, and the content security policy blocks nothing", () =>
  withServer(async (origin, browser) => {
    const { page: first } = await register(browser, origin, "scale", "Scale");
    const storageState = await first.context().storageState();
    for (const language of LANGUAGES) {
      const set = await first.request.patch(`${origin}/api/me/settings`, { data: { language }, headers: { origin } });
      assertEquals(set.status(), 200);
      // a browser with the cookie and nothing in its cache
      const { page, gate, problems } = await openPage(browser, { storageState });
      const scripts: Request[] = [];
      page.on("response", (response) => {
        if (response.request().resourceType() === "script") scripts.push(response.request());
      });
      // what is fetched once the page hears the server is in nobody's way
      gate.refusing = true;
      await page.goto(`${origin}/rooms/general`, { waitUntil: "load" });
      await page.locator("html[data-hydrated] .chat").waitFor({ state: "attached" });
      const sizes = await Promise.all(scripts.map((script) => script.sizes()));
      const total = sizes.reduce((sum, { responseBodySize }) => sum + responseBodySize, 0);
      console.log(`first load in ${language}: ${total} bytes of script`);
      assert(total > 10_000 && total <= 60 * 1024, `${total} bytes of script in ${language}`);
      gate.refusing = false;
      await live(page);
      assertEquals(await page.locator("html").getAttribute("lang"), language === "en" ? "en-GB" : "pt-BR");
      assertEquals(problems, []);
      await page.context().close();
    }
    const policy = (await first.request.get(`${origin}/rooms/general`)).headers()["content-security-policy"] ?? "";
    assert(/script-src 'self' 'nonce-[0-9a-f]{32}';/.test(policy) && !policy.includes("unsafe"), policy);
  }));
