/** Pictures of any shape, as they are drawn: their boxes are measured. */
import { Buffer } from "node:buffer";
import { assert, assertEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { shownSize } from "../../../lib/ui/message/files.tsx";
import { register, settled, withServer } from "../../support/browser.ts";
import { exif, greyPng, png, pngChunk } from "../../support/turned_images.ts";

type Bytes = Uint8Array<ArrayBuffer>;

async function upload(page: Page, origin: string, name: string, data: Bytes): Promise<string> {
  const answer = await page.request.post(`${origin}/api/files?name=${name}`, {
    data: Buffer.from(data),
    headers: { origin, "content-type": "application/octet-stream" },
  });
  return String((await answer.json()).id);
}

async function send(page: Page, origin: string, content: string, files: string[]): Promise<void> {
  const answer = await page.request.post(`${origin}/api/rooms/general/messages`, {
    data: { content, files },
    headers: { origin },
  });
  assertEquals(answer.status(), 201);
  await settled(page, content);
}

/** Once it is loaded. */
async function boxes(page: Page, selector: string): Promise<{ width: number; height: number }[]> {
  return await page.locator(selector).evaluateAll(async (images) => {
    for (const image of images) if (image instanceof HTMLImageElement) await image.decode();
    return images.map((image) => {
      const { width, height } = image.getBoundingClientRect();
      return { width: Math.round(width), height: Math.round(height) };
    });
  });
}

Deno.test("shownSize: a picture's box is bounded, at least 48 a side, and at most three times as long as wide", () => {
  const sizes: [width: number, height: number, box: [number, number], marks: string][] = [
    [20, 2_000, [48, 144], "cropped small"],
    [2_000, 20, [144, 48], "cropped small"],
    [1, 16_384, [48, 144], "cropped small"],
    [400, 200, [400, 200], ""],
    [4_000, 3_000, [420, 315], ""],
    [900, 9_000, [107, 320], "cropped"],
    [10, 10, [48, 48], "small"],
    [30, 40, [48, 64], "small"],
    [48, 48, [48, 48], ""],
  ];
  for (const [width, height, box, expected] of sizes) {
    const info = { id: "x", name: "x", type: "image/png", size: 1, width, height };
    const shown = shownSize(info, 1);
    const marks = ["cropped", "small"].filter((mark) => `data-${mark}` in shown).join(" ");
    assertEquals([shown.width, shown.height, marks], [...box, expected], `${width}x${height}`);
    const shared = shownSize(info, 2);
    assert(shared.width <= 220 && shared.height <= 180 && Math.min(shared.width, shared.height) >= 48);
  }
});

Deno.test("pictures: one of 20x2000 is cropped in a small box, and whole in the lightbox", () =>
  withServer(async (origin, browser) => {
    const { page } = await register(browser, origin, "ada", "Ada");
    const files = [await upload(page, origin, "tall.png", await greyPng(20, 2_000))];
    await send(page, origin, "a tall one", files);
    assertEquals(await boxes(page, ".image > img"), [{ width: 48, height: 144 }]);
    await page.locator(".image").click();
    await page.locator(".lightbox-stage > img").waitFor();
    const [whole] = await boxes(page, ".lightbox-stage > img");
    assert(whole !== undefined && whole.height > 400 && whole.height <= 800, JSON.stringify(whole));
    await page.keyboard.press("Escape");
    for (const size of [{ width: 375, height: 812 }, { width: 1280, height: 800 }]) {
      await page.setViewportSize(size);
      assertEquals(await boxes(page, ".image > img"), [{ width: 48, height: 144 }]);
    }
  }));

Deno.test("pictures: a small one is not enlarged", () =>
  withServer(async (origin, browser) => {
    const { page } = await register(browser, origin, "ada", "Ada");
    for (const [width, height] of [[20, 2_000], [2_000, 20], [10, 10], [30, 40], [60, 400], [300, 200]] as const) {
      const name = `${width}x${height}`;
      await send(page, origin, name, [await upload(page, origin, `${name}.png`, await greyPng(width, height))]);
      const selector = `.image > img[alt="${name}.png"]`;
      const [box] = await boxes(page, selector);
      const fit = await page.locator(selector).evaluate((image) => getComputedStyle(image).objectFit);
      assert(box !== undefined && Math.min(box.width, box.height) >= 48, name);
      const growth = fit === "none" ? 1 : Math.max(box.width / width, box.height / height);
      assert(["none", "cover"].includes(fit) && growth <= 1, `${name} is drawn ${growth} times as large, ${fit}`);
    }
  }));

Deno.test("pictures: a PNG that is turned by its Exif data keeps the box that it had before it was loaded", () =>
  withServer(async (origin, browser) => {
    const { page } = await register(browser, origin, "ada", "Ada");
    const turned = await png([pngChunk("eXIf", exif(6))]);
    await send(page, origin, "turned", [await upload(page, origin, "turned.png", turned)]);
    assertEquals(await boxes(page, ".image > img"), [{ width: 48, height: 96 }]);
    assertEquals(await page.locator(".image > img").getAttribute("height"), "96");
  }));

Deno.test("avatars: one of any shape is cropped to a circle everywhere", () =>
  withServer(async (origin, browser) => {
    const { page } = await register(browser, origin, "ada", "Ada");
    for (const [width, height] of [[100, 400], [400, 100]] as const) {
      const answer = await page.request.put(`${origin}/api/me/avatar`, {
        data: Buffer.from(await greyPng(width, height)),
        headers: { origin, "content-type": "application/octet-stream" },
      });
      assertEquals(answer.status(), 200);
      await page.request.post(`${origin}/api/rooms/general/messages`, { data: { content: "hi" }, headers: { origin } });
      for (const path of ["/rooms/general", "/settings"]) {
        await page.goto(origin + path);
        await page.locator(".avatar > img").first().waitFor();
        const [pictures, circles] = [await boxes(page, ".avatar > img"), await boxes(page, ".avatar:has(> img)")];
        assertEquals(pictures, circles, path);
        for (const { width, height } of pictures) assertEquals(width, height, path);
      }
    }
  }));

Deno.test("settings: each change of language or picture is shown, also the second", () =>
  withServer(async (origin, browser) => {
    const { page } = await register(browser, origin, "ada", "Ada", { locale: "en-GB" });
    await page.goto(`${origin}/settings`);
    for (const [language, title] of [["pt", "pt-BR"], ["en", "en"], ["pt", "pt-BR"]] as const) {
      await page.locator("html[data-hydrated]").waitFor();
      await page.locator("#field-language").selectOption(language);
      await page.locator(`html[lang^="${title.slice(0, 2)}"]`).waitFor();
    }
    let before = "";
    for (const shade of [10, 20, 30]) {
      await page.locator("html[data-hydrated]").waitFor();
      const picture = { name: "me.png", mimeType: "image/png", buffer: Buffer.from(await greyPng(shade, shade)) };
      await page.locator(".avatar-control input").setInputFiles(picture);
      await page.waitForFunction((old) => {
        const src = document.querySelector(".profile-preview img")?.getAttribute("src") ?? "";
        return src !== "" && src !== old;
      }, before);
      before = await page.locator(".profile-preview img").getAttribute("src") ?? "";
    }
  }));
