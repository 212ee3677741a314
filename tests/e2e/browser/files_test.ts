/** Files: paste, drop or choose, then what the others see. */
import { assert, assertEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { composer, live, message, register, settled, withServer } from "../../support/browser.ts";
import { PIXEL } from "../../support/images.ts";
import { until } from "../../support/until.ts";

/** A picture that a browser made, as large as it says. */
async function picture(page: Page, width: number, height: number): Promise<Uint8Array> {
  const base64 = await page.evaluate(`(() => {
    const canvas = document.createElement("canvas");
    canvas.width = ${width};
    canvas.height = ${height};
    const context = canvas.getContext("2d");
    context.fillStyle = "teal";
    context.fillRect(0, 0, ${width}, ${height});
    return canvas.toDataURL("image/png").split(",")[1];
  })()`);
  return Uint8Array.fromBase64(String(base64));
}

/** Through the file dialog: playwright takes paths. */
async function choose(dir: string, page: Page, ...files: { name: string; content: Uint8Array }[]): Promise<void> {
  const paths = files.map(({ name }) => `${dir}/${name}`);
  for (const [i, { content }] of files.entries()) await Deno.writeFile(paths[i] ?? "", content);
  const dialog = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Attach files" }).click();
  await (await dialog).setFiles(paths);
  await page.locator(".attachment", { hasText: files.at(-1)?.name ?? "" }).waitFor();
}

/** What a person drags or pastes, as the browser would say it. */
async function transfer(page: Page, type: "paste" | "drop" | "dragenter", target: string, name: string) {
  await page.evaluate(`(() => {
    const data = new DataTransfer();
    const bytes = Uint8Array.from(atob(${JSON.stringify(PIXEL.toBase64())}), (c) => c.charCodeAt(0));
    data.items.add(new File([bytes], ${JSON.stringify(name)}, { type: "image/png" }));
    const init = { bubbles: true, cancelable: true };
    document.querySelector(${JSON.stringify(target)}).dispatchEvent(
      ${JSON.stringify(type)} === "paste"
        ? new ClipboardEvent("paste", { ...init, clipboardData: data })
        : new DragEvent(${JSON.stringify(type)}, { ...init, dataTransfer: data }),
    );
  })()`);
}

/** From the second frame after this on; what follows a key is asked for, and not counted. */
const WATCH_SHIFTS = `new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => {
  globalThis.shifts = [];
  const since = performance.now();
  new PerformanceObserver((list) => {
    for (const { startTime, hadRecentInput, value } of list.getEntries()) {
      if (startTime > since && !hadRecentInput) globalThis.shifts.push(value);
    }
  }).observe({ type: "layout-shift" });
  resolve();
})))`;
/** Once the last frame was told of. */
const SHIFTS = `new Promise((resolve) => requestAnimationFrame(() => setTimeout(() => resolve(globalThis.shifts))))`;

const attachment = (page: Page, name: string) => page.locator(".attachment", { hasText: name });
const there = (page: Page, name: string) => attachment(page, name).and(page.locator('[data-status="done"]')).waitFor();

Deno.test("files: previews, upload, download, the lightbox, limits, deletion and profile pictures", (t) =>
  withServer(async (origin, browser) => {
    const grace = await register(browser, origin, "grace", "Grace Hopper");
    const { page, gate, problems } = await register(browser, origin, "ada", "Ada Lovelace");

    const dir = await Deno.makeTempDir({ prefix: "parley-files-" });
    await t.step("a file that is pasted, dropped or chosen shows a preview, which can be removed", async () => {
      await composer(page).focus();
      await transfer(page, "paste", ".composer-input", "pasted.png");
      await there(page, "pasted.png");
      await transfer(page, "dragenter", ".timeline", "dropped.png");
      await page.getByText("Drop files to send them here").waitFor();
      await transfer(page, "drop", ".timeline", "dropped.png");
      await page.getByText("Drop files to send them here").waitFor({ state: "detached" });
      await choose(dir, page, { name: "notes.txt", content: new TextEncoder().encode("Hello") });
      for (const name of ["dropped.png", "notes.txt"]) await there(page, name);
      assertEquals(await page.locator(".attachment img").count(), 2);
      await page.getByRole("button", { name: "Remove pasted.png" }).click();
      await page.getByRole("button", { name: "Remove dropped.png" }).click();
      assertEquals(await page.locator(".attachment").count(), 1);
    });
    await t.step("an acknowledged message of files alone keeps its element; others download the files", async () => {
      await page.getByRole("button", { name: "Send" }).click();
      const row = message(page, "notes.txt").and(page.locator("[data-state=sent][data-id]"));
      await row.waitFor();
      assertEquals(await page.locator(".attachment").count(), 0);
      const seen = message(grace.page, "notes.txt");
      const coming = grace.page.waitForEvent("download");
      await seen.getByRole("link", { name: /notes\.txt/ }).click();
      const download = await coming;
      assertEquals(download.suggestedFilename(), "notes.txt");
      assertEquals(await Deno.readTextFile(await download.path()), "Hello");
    });
    await t.step("a picture's box has its size before the picture loads, so nothing moves", async () => {
      let release = () => {};
      const held = new Promise<void>((resolve) => release = resolve);
      await grace.page.route("**/api/files/*", async (route) => {
        await held;
        await route.continue();
      });
      await choose(dir, page, { name: "wide.png", content: await picture(page, 1_600, 800) });
      await there(page, "wide.png");
      await composer(page).fill("Look at this");
      await page.evaluate(WATCH_SHIFTS);
      await composer(page).press("Enter");
      await settled(page, "Look at this");
      const image = message(grace.page, "Look at this").locator("img");
      await image.waitFor();
      await grace.page.evaluate(WATCH_SHIFTS);
      const before = await image.boundingBox();
      assertEquals([before?.width, before?.height], [420, 210]);
      release();
      await image.evaluate((image: HTMLImageElement) => image.decode());
      assertEquals(await image.boundingBox(), before);
      for (const one of [page, grace.page]) assertEquals(await one.evaluate(SHIFTS), []);
      await grace.page.unroute("**/api/files/*");
      // and after a reload, where it comes from the server
      await page.reload();
      await live(page);
      assertEquals(
        await message(page, "Look at this").locator("img").evaluate(({ naturalWidth }: HTMLImageElement) =>
          naturalWidth
        ),
        1_600,
      );
    });
    await t.step("the lightbox: arrows show the next picture, Escape closes, and the focus returns", async () => {
      await choose(
        dir,
        page,
        { name: "one.png", content: await picture(page, 300, 200) },
        { name: "two.png", content: await picture(page, 200, 300) },
      );
      for (const name of ["one.png", "two.png"]) await there(page, name);
      await composer(page).press("Enter");
      const last = page.locator(".message[data-state=sent]", { has: page.getByAltText("two.png") });
      await last.waitFor();
      await last.getByRole("link", { name: "one.png" }).click();
      const box = page.getByRole("dialog");
      await box.getByText("2 of 3").waitFor();
      await page.keyboard.press("ArrowRight");
      await box.getByText("3 of 3").waitFor();
      await page.keyboard.press("ArrowRight");
      await page.keyboard.press("Home");
      await box.getByText("1 of 3").waitFor();
      await box.locator('img[alt="wide.png"]').waitFor();
      await page.keyboard.press("Escape");
      await box.waitFor({ state: "detached" });
      assertEquals(await page.evaluate("document.activeElement.querySelector('img')?.alt"), "one.png");
    });
    await t.step("too large a file is refused at once; Enter during an upload sends after it", async () => {
      await choose(dir, page, { name: "huge.bin", content: new Uint8Array(10 * 1024 * 1024 + 1) });
      await attachment(page, "huge.bin").getByText("Too large").waitFor();
      await composer(page).fill("Not like this");
      await composer(page).press("Enter");
      await page.getByRole("alert").filter({ hasText: "could not be uploaded" }).waitFor();
      assertEquals(await message(page, "Not like this").count(), 0);
      await page.getByRole("button", { name: "Remove huge.bin" }).click();
      const made = await page.request.post(`${origin}/api/rooms`, { data: { name: "attic" }, headers: { origin } });
      const attic = String((await made.json()).id);
      let release = () => {};
      const held = new Promise<void>((resolve) => release = resolve);
      await page.route("**/api/files?*", async (route) => {
        await held;
        await route.continue();
      });
      await choose(dir, page, { name: "slow.txt", content: new TextEncoder().encode("slow") });
      await attachment(page, "slow.txt").getByRole("progressbar").waitFor();
      await composer(page).fill("Wait for it");
      await composer(page).press("Enter");
      await page.getByText("Sent as soon as the upload is done.").waitFor();
      assertEquals(await message(page, "Wait for it").count(), 0);
      // another room and back: it still stands there
      await page.getByRole("link", { name: "attic" }).click();
      await page.waitForURL(`**/rooms/${attic}`);
      assertEquals(await composer(page).inputValue(), "");
      await page.getByRole("link", { name: "general" }).click();
      await page.getByText("Sent as soon as the upload is done.").waitFor();
      assertEquals(await composer(page).inputValue(), "Wait for it");
      release();
      await settled(page, "Wait for it");
      assertEquals(await composer(page).inputValue(), "");
      await page.unroute("**/api/files?*");
      assert(await message(page, "Wait for it").getByText("slow.txt").isVisible());
    });
    await t.step("an upload waits without a connection, and goes on when the connection is back", async () => {
      await page.route("**/api/files?*", (route) => route.abort());
      gate.refusing = true;
      gate.drop();
      await choose(dir, page, { name: "later.txt", content: new TextEncoder().encode("later") });
      await attachment(page, "later.txt").getByText("Waiting for the connection").waitFor();
      await page.unroute("**/api/files?*");
      gate.refusing = false;
      await there(page, "later.txt");
      await composer(page).press("Enter");
      await message(page, "later.txt").and(page.locator("[data-state=sent][data-id]")).waitFor();
    });
    await t.step("a deleted message's files can be fetched by nobody", async () => {
      const href = await message(page, "later.txt").locator("a.file-row").getAttribute("href");
      const id = await message(page, "later.txt").getAttribute("data-id");
      assertEquals((await grace.page.request.get(`${origin}${href}`)).status(), 200);
      await page.request.delete(`${origin}/api/rooms/general/messages/${id}`, { headers: { origin } });
      await message(grace.page, "later.txt").waitFor({ state: "detached" });
      assertEquals((await grace.page.request.get(`${origin}${href}`)).status(), 404);
    });
    await t.step("a profile picture is cut to a square, shown to everybody at once, and removed", async () => {
      const shown = grace.page.locator(".person", { hasText: "Ada Lovelace" }).locator("img");
      assertEquals(await shown.count(), 0);
      const path = `${dir}/me.png`;
      await Deno.writeFile(path, await picture(page, 900, 300));
      const settings = await page.context().newPage();
      await settings.goto(`${origin}/settings`);
      await settings.locator("html[data-hydrated]").waitFor({ state: "attached" });
      const dialog = settings.waitForEvent("filechooser");
      await settings.getByRole("button", { name: "Choose a picture…" }).click();
      await (await dialog).setFiles([path]);
      await settings.locator(".profile-preview img").waitFor();
      await shown.waitFor();
      await shown.evaluate((image: HTMLImageElement) => image.decode());
      assertEquals(
        await shown.evaluate(({ naturalWidth, naturalHeight }: HTMLImageElement) => [naturalWidth, naturalHeight]),
        [128, 128],
      );
      await grace.page.locator(".message-side img").first().waitFor();
      await settings.getByRole("button", { name: "Remove picture" }).click();
      await shown.waitFor({ state: "detached" });
      await until(async () => await grace.page.locator(".message-side img").count() === 0);
      await settings.close();
    });
    await Deno.remove(dir, { recursive: true });
    assertEquals(problems.filter((text) => !text.includes("ERR_FAILED")), []);
  }));
