/** Debian's Chromium, driven by playwright-core, and the things people do in it. */
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { chromiumPath } from "./chromium.ts";

const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export const PASSWORD = "a long enough secret";

export async function openBrowser(): Promise<{ browser: Browser } & AsyncDisposable> {
  const browser = await chromium.launch({ executablePath: chromiumPath(), args: FLAGS });
  return { browser, [Symbol.asyncDispose]: () => browser.close() };
}

/** One person in a browser of their own. */
export interface Person {
  page: Page;
  /** What the console complained about; a connection that was refused is not counted. */
  problems: string[];
}

export async function openPage(browser: Browser, options: BrowserContextOptions = {}): Promise<Person> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const problems: string[] = [];
  page.on("console", (message) => {
    const text = message.text();
    if (message.type() !== "error" && message.type() !== "warning") return;
    if (!/ERR_CONNECTION|WebSocket connection/.test(text)) problems.push(text);
  });
  page.on("pageerror", (error) => problems.push(String(error)));
  return { page, problems };
}

/** Registers through the form and waits for the chat page. */
export async function register(
  browser: Browser,
  origin: string,
  username: string,
  displayName: string,
  options: BrowserContextOptions = {},
): Promise<Person> {
  const person = await openPage(browser, options);
  const { page } = person;
  await page.goto(`${origin}/register?next=/rooms/general`);
  await page.getByLabel("Username").fill(username);
  await page.getByLabel("Display name").fill(displayName);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Create account" }).click();
  await page.waitForURL("**/rooms/general");
  if (options.javaScriptEnabled !== false) await live(page);
  return person;
}

/** The page is interactive and hears the server: its person is shown as online. */
export async function live(page: Page): Promise<void> {
  await page.locator("html[data-hydrated] .self [data-online=true]").waitFor({ state: "attached" });
}

export async function say(page: Page, text: string): Promise<void> {
  await composer(page).fill(text);
  await composer(page).press("Enter");
}

export function composer(page: Page) {
  return page.locator(".composer-input");
}

/** The messages with that text. */
export function message(page: Page, text: string) {
  return page.locator(".message", { hasText: text });
}

/** Opens a message's actions by pointer and presses one. */
export async function act(page: Page, text: string, action: string): Promise<void> {
  await message(page, text).hover();
  await message(page, text).getByRole("button", { name: action, exact: true }).click();
}
