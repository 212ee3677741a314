/**
 * What the interface looks like in its states: `deno task screenshots` paints each at both widths and in both themes into
 * _fresh/screenshots/, to be looked at. The pictures of the README are made by screenshots.ts.
 */
import type { Browser, BrowserContext, Page } from "playwright-core";
import { live, openPage } from "./support/browser.ts";
import { until } from "./support/until.ts";

const SIZES = [[1280, 800], [375, 812]] as const;
const THEMES = ["light", "dark"] as const;
const PICTURE = "static/screenshots/chat.png";

export interface States {
  url: string;
  busyRoom: string;
  emptyRoom: string;
  out: URL;
  /** Makes a context that of whoever looks. */
  addCookie(context: BrowserContext): Promise<void>;
  /** Nobody answers any more. */
  stop(): Promise<void>;
}

type State = readonly [name: string, show: (page: Page, states: States) => Promise<void>];

const STATES: readonly State[] = [
  ["empty-room", (page, { url, emptyRoom }) => openRoom(page, url, emptyRoom)],
  ["busy-room", (page, { url, busyRoom }) => openRoom(page, url, busyRoom)],
  ["settings", async (page, { url }) => void await page.goto(`${url}/settings`)],
  ["search", async (page, { url, busyRoom }) => {
    await openRoom(page, url, busyRoom);
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: "Go to a room" }).fill("ferry");
    await page.getByText(/^Search messages for/).click();
    await page.getByRole("status").getByText(/messages?$/).waitFor();
  }],
  ["image", async (page, { url, busyRoom }) => {
    await openRoom(page, url, busyRoom);
    await page.getByRole("link", { name: "chat.png" }).last().click();
    await page.getByRole("dialog").waitFor();
  }],
];

export async function paintStates(browser: Browser, states: States): Promise<void> {
  await Deno.mkdir(states.out, { recursive: true });
  await sharePicture(browser, states);
  const offline: { page: Page; name: string }[] = [];
  for (const [width, height] of SIZES) {
    for (const colorScheme of THEMES) {
      const options = { viewport: { width, height }, colorScheme, timezoneId: "UTC", reducedMotion: "reduce" } as const;
      const suffix = `${width}-${colorScheme}`;
      const stranger = await openPage(browser, options);
      await stranger.page.goto(`${states.url}/login`);
      await shoot(stranger.page, states, `sign-in-${suffix}`);
      await stranger.page.context().close();
      const { page } = await openPage(browser, { ...options, serviceWorkers: "allow" });
      await states.addCookie(page.context());
      for (const [name, show] of STATES) {
        await show(page, states);
        await shoot(page, states, `${name}-${suffix}`);
      }
      await openRoom(page, states.url, states.busyRoom);
      await until(async () => await page.evaluate("navigator.serviceWorker.controller !== null"), 15_000);
      offline.push({ page, name: `offline-${suffix}` });
    }
  }
  // what is held for later is written every few seconds
  for (const { page } of offline) await page.waitForTimeout(6_000);
  await states.stop();
  for (const { page, name } of offline) {
    await page.reload();
    await page.locator(".banner").waitFor();
    await shoot(page, states, name);
    await page.context().close();
  }
}

async function openRoom(page: Page, url: string, room: string): Promise<void> {
  await page.goto(`${url}/rooms/${room}`);
  await live(page);
}

async function shoot(page: Page, { out }: States, name: string): Promise<void> {
  await page.evaluate("document.fonts.ready");
  const path = new URL(`${name}.png`, out).pathname;
  await page.screenshot({ path });
  console.log(path);
}

async function sharePicture(browser: Browser, states: States): Promise<void> {
  const { page } = await openPage(browser);
  await states.addCookie(page.context());
  await openRoom(page, states.url, states.busyRoom);
  const chosen = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Attach files" }).click();
  await (await chosen).setFiles(new URL(`../${PICTURE}`, import.meta.url).pathname);
  await page.locator(".attachment[data-status=done]").waitFor();
  await page.getByRole("button", { name: "Send" }).click();
  await page.locator(".message[data-state=sent] img").last().waitFor();
  await page.context().close();
}
