/** Debian's Chromium, driven by playwright-core, and the things people do in it. */
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
  /** What the console complained about; a connection that was refused is not counted. */
  problems: string[];
}

export async function openPage(browser: Browser, options: BrowserContextOptions = {}): Promise<Person> {
  // what is not about them is quicker without, and sees every request
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

/** The page is interactive and hears the server. */
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

/** The message with that text, once the server has it and the page knows. */
export async function settled(page: Page, text: string): Promise<void> {
  await page.locator(".message[data-state=sent][data-id]", { hasText: text }).waitFor();
}

/** Says something without a page: as the person whose browser this is. Returns the message's id. */
export async function post(page: Page, origin: string, content: string, room = "general"): Promise<string> {
  const answer = await page.request.post(`${origin}/api/rooms/${room}/messages`, {
    data: { content },
    headers: { origin },
  });
  if (answer.status() !== 201) throw new Error(await answer.text());
  return String((await answer.json()).id);
}

/** What the server has of a room: the texts of its last messages. */
export async function saidIn(page: Page, origin: string, room = "general"): Promise<string[]> {
  const { messages } = await (await page.request.get(`${origin}/api/rooms/${room}/messages?limit=100`)).json();
  return messages.map((one: { content: string }) => one.content);
}

/** Whatever the page is told of a tab that is shown or hidden. */
export async function showTab(page: Page, visible: boolean): Promise<void> {
  await page.evaluate(`
    Object.defineProperty(document, "visibilityState", { configurable: true, get: () => "${
    visible ? "visible" : "hidden"
  }" });
    document.dispatchEvent(new Event("visibilitychange"));
  `);
}
