import { assertEquals, assertMatch } from "@std/assert";
import {
  composer,
  live,
  message,
  openPage,
  PASSWORD,
  register,
  say,
  settled,
  withServer,
} from "../../support/browser.ts";
import { until } from "../../support/until.ts";

Deno.test("settings: a change takes effect on all devices at once, and drafts and shown messages stay", () =>
  withServer(async (origin, browser) => {
    const { page, problems } = await register(browser, origin, "ada", "Ada");
    await say(page, "at this hour");
    await settled(page, "at this hour");
    await composer(page).fill("half a thought");
    const box = await composer(page).elementHandle();

    const other = await page.context().newPage();
    await other.goto(`${origin}/settings`);
    await other.locator("html[data-hydrated]").waitFor();
    await other.getByLabel("Dark").check();
    await page.locator("html[data-theme=dark]").waitFor();
    assertEquals(await other.locator("html").getAttribute("data-theme"), "dark");
    await other.getByLabel("Compact").check();
    await page.locator("html[data-density=compact]").waitFor();
    const time = message(page, "at this hour").locator(".message-head time");
    assertMatch(await time.innerText(), /^\d\d:\d\d$/);
    await other.getByLabel("Times").selectOption("12");
    await until(async () => /^\d{1,2}:\d\d\s?[ap]m$/i.test(await time.innerText()));
    await other.getByLabel("Language").selectOption("pt");
    await other.getByRole("heading", { name: "Configurações" }).waitFor();
    await page.getByRole("heading", { name: "Salas" }).waitFor();
    await page.locator("html[lang=pt-BR]").waitFor();
    assertEquals(await composer(page).inputValue(), "half a thought");
    assertEquals(await page.evaluate((known) => known?.isConnected, box), true, "the page is the same one");

    // no flash: what the server renders has it already
    const html = await (await page.request.get(`${origin}/rooms/general`)).text();
    assertMatch(html, /<html lang="pt-BR" data-theme="dark" data-density="compact"/);
    assertMatch(html, /Mensagens diretas/);
    assertEquals(problems, []); // after it the page may ask once more, and hear that its session ended
    // and so has the sign-in page of this browser
    await other.getByRole("button", { name: "Sair deste navegador" }).click();
    await other.waitForURL("**/login");
    assertEquals(await other.locator("html").getAttribute("lang"), "pt-BR");
    assertEquals(await other.locator("html").getAttribute("data-theme"), "dark");
  }));

Deno.test("settings without scripts: they are a form; without a choice the page has the browser's language", () =>
  withServer(async (origin, browser) => {
    const { page } = await openPage(browser, { javaScriptEnabled: false, locale: "pt-PT" });
    await page.goto(`${origin}/register`);
    assertEquals(await page.locator("html").getAttribute("lang"), "pt-BR");
    await page.locator("[name=username]").fill("bea");
    await page.locator("[name=password]").fill(PASSWORD);
    await page.locator("button[type=submit]").click();
    await page.waitForURL("**/rooms/general");
    await page.goto(`${origin}/settings`);
    await page.locator("[name=theme][value=light]").check();
    await page.locator("[name=language]").selectOption("en");
    await page.getByRole("button", { name: "Salvar aparência" }).click();
    await page.getByRole("heading", { name: "Settings" }).waitFor();
    assertEquals(await page.locator("html").getAttribute("data-theme"), "light");
    assertEquals(await page.locator("[name=theme][value=light]").isChecked(), true);

    const { page: reader, problems } = await openPage(browser, { locale: "pt-PT" });
    await reader.goto(`${origin}/login`);
    await reader.locator("[name=username]").fill("bea");
    await reader.locator("[name=password]").fill(PASSWORD);
    await reader.locator("button[type=submit]").click();
    await reader.waitForURL("**/rooms/general");
    await live(reader);
    await reader.getByRole("heading", { name: "Rooms" }).waitFor();
    assertEquals(problems, []);
  }));
