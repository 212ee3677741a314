/** An image's size is the one that a browser draws, in every format that can be turned. */
import { assertEquals } from "@std/assert";
import { imageSize } from "../../../lib/chat/files/image_header.ts";
import { openBrowser } from "../../support/browser.ts";
import { app1, avif, box, exif, jpeg, png, pngChunk, webp } from "../../support/turned_images.ts";

const ORIENTATIONS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
const eXIf = (orientation: number, isBroken = false) => pngChunk("eXIf", exif(orientation), isBroken);
/** What is not as the standard says, and what browsers make of it. */
const ODD = [{ little: true }, { long: true }, { long: true, little: true }, { count: 2 }, { magic: 43 }, { gap: 10 }];

async function images(): Promise<[what: string, bytes: Uint8Array][]> {
  const clap = box("clap", [20, 1, 10, 1, 0, 1, 0, 1].flatMap((n) => [0, 0, 0, n]));
  return [
    ["png", await png()],
    ...await Promise.all(
      ORIENTATIONS.map(async (n): Promise<[string, Uint8Array]> => [`png ${n}`, await png([eXIf(n)])]),
    ),
    ...await Promise.all(ODD.map(async (options): Promise<[string, Uint8Array]> => [
      `png ${JSON.stringify(options)}`,
      await png([pngChunk("eXIf", exif(6, options))]),
    ])),
    ["png behind its data", await png([], [eXIf(6)])],
    ["png, two", await png([eXIf(6), eXIf(1)])],
    ["png, two the other way", await png([eXIf(1), eXIf(6)])],
    ["png with a wrong checksum", await png([eXIf(6, true)])],
    ["jpeg", jpeg()],
    ...ORIENTATIONS.map((n): [string, Uint8Array] => [`jpeg ${n}`, jpeg([app1(exif(n))])]),
    ...ODD.map((options): [string, Uint8Array] => [`jpeg ${JSON.stringify(options)}`, jpeg([app1(exif(6, options))])]),
    ["jpeg behind the frame's header", jpeg([], [app1(exif(6))])],
    ["jpeg, two", jpeg([app1(exif(6)), app1(exif(1))])],
    ["jpeg, two the other way", jpeg([app1(exif(1)), app1(exif(6))])],
    ["webp", webp(exif(1))],
    ["webp 6", webp(exif(6))],
    ["avif", avif([])],
    ...[0, 1, 2, 3].map((n): [string, Uint8Array] => [`avif irot ${n}`, avif([box("irot", [n])])]),
    ...[0, 1].map((n): [string, Uint8Array] => [`avif imir ${n}`, avif([box("imir", [n])])]),
    ["avif irot and imir", avif([box("irot", [1]), box("imir", [1])])],
    ["avif with an irot of nobody", avif([box("irot", [1])], false)],
    ["avif clap", avif([clap])],
    ["avif clap and irot", avif([clap, box("irot", [3])])],
  ];
}

Deno.test("imageSize: the size read from a file's header is the size that Chromium draws, in each orientation", async () => {
  await using chromium = await openBrowser();
  const page = await chromium.browser.newPage();
  for (const [what, bytes] of await images()) {
    const [type] = what.split(/[ ,]/);
    const drawn = await page.evaluate(async (src) => {
      const image = new Image();
      image.src = src;
      await image.decode();
      return [image.naturalWidth, image.naturalHeight];
    }, `data:image/${type};base64,${bytes.toBase64()}`);
    const size = imageSize(bytes);
    assertEquals([size?.width, size?.height], drawn, what);
  }
});
