/** Debian's Chromium, driven by playwright-core, and the usual actions of a user in it. */
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { chromiumPath } from "./chromium.ts";
import { gateSockets, type SocketGate } from "./socket_gate.ts";
import { startProcess } from "./server_process.ts";
import { PATIENCE_MS } from "./until.ts";

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

/** A real server on a real file, and a browser; both are gone afterwards. */
export async function withServer(run: (origin: string, browser: Browser) => Promise<void>): Promise<void> {
  const dataDir = await Deno.makeTempDir({ prefix: "parley-browser-" });
  try {
    await using chromium = await openBrowser();
    await using server = await startProcess(dataDir);
    await run(server.origin, chromium.browser);
  } finally {
    await Deno.remove(dataDir, { recursive: true });
  }
}

/** One person in a browser of their own. */
export interface Person {
  page: Page;
  gate: SocketGate;
  /** The console's errors and warnings, except for refused connections. */
  problems: string[];
}

export async function openPage(browser: Browser, options: BrowserContextOptions = {}): Promise<Person> {
  // tests of other subjects are quicker without a service worker, and see every request
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    serviceWorkers: "block",
    ...options,
  });
  const gate = await gateSockets(context);
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  const problems: string[] = [];
  page.on("console", (message) => {
    const text = message.text();
    if (message.type() !== "error" && message.type() !== "warning") return;
    if (!/ERR_CONNECTION|WebSocket connection|blocked by Playwright/.test(text)) problems.push(text);
  });
  page.on("pageerror", (error) => problems.push(String(error)));
  return { page, gate, problems };
}

/** Registers through the form, or sets the server up where it is empty, and waits for the chat page. */
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
  await page.locator("[name=display_name]").fill(displayName);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: /^(Create account|Set up)$/ }).click();
  await page.waitForURL("**/rooms/general");
  if (options.javaScriptEnabled !== false) await live(page);
  return person;
}

/** Waits until the page is hydrated and connected. */
export async function live(page: Page): Promise<void> {
  await page.locator("html[data-hydrated] .chat[data-connection=open]").waitFor({ state: "attached" });
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

/** Waits until the message with that text is acknowledged. */
export async function settled(page: Page, text: string): Promise<void> {
  await page.locator(".message[data-state=sent][data-id]", { hasText: text }).waitFor();
}

/** Sends a message by REST as the browser's signed-in person. Returns the message's id. */
export async function post(page: Page, origin: string, content: string, room = "general"): Promise<string> {
  const answer = await page.request.post(`${origin}/api/rooms/${room}/messages`, {
    data: { content },
    headers: { origin },
  });
  if (answer.status() !== 201) throw new Error(await answer.text());
  return String((await answer.json()).id);
}

/** The texts of a room's last messages, from the server. */
export async function saidIn(page: Page, origin: string, room = "general"): Promise<string[]> {
  const { messages } = await (await page.request.get(`${origin}/api/rooms/${room}/messages?limit=100`)).json();
  return messages.map((one: { content: string }) => one.content);
}

/** Fires the events of a tab that is shown or hidden. */
export async function showTab(page: Page, visible: boolean): Promise<void> {
  await page.evaluate(`
    Object.defineProperty(document, "visibilityState", { configurable: true, get: () => "${
    visible ? "visible" : "hidden"
  }" });
    document.dispatchEvent(new Event("visibilitychange"));
  `);
}
