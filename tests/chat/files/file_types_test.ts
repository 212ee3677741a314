import { assertEquals } from "@std/assert";
import { cleanFileName, fileTypeOf } from "../../../lib/chat/files/file_types.ts";
import { imageSize } from "../../../lib/chat/files/image_header.ts";
import { header, PIXEL } from "../../support/images.ts";

const text = (content: string) => new TextEncoder().encode(content);

Deno.test("an image's size is read from its header, as browsers turn it", () => {
  const cases: [Uint8Array, string, number, number][] = [
    [header.png(640, 480), "image/png", 640, 480],
    [header.gif(640, 480), "image/gif", 640, 480],
    [header.gif(1, 1, [30_000, 20_000]), "image/gif", 30_000, 20_000],
    [header.jpeg(640, 480), "image/jpeg", 640, 480],
    [header.jpeg(640, 480, 3), "image/jpeg", 640, 480],
    [header.jpeg(640, 480, 6), "image/jpeg", 480, 640],
    [header.webp(640, 480), "image/webp", 640, 480],
    [header.webpLossy(640, 480), "image/webp", 640, 480],
    [header.webpLossless(640, 480), "image/webp", 640, 480],
    [header.avif(640, 480), "image/avif", 640, 480],
    [header.avif(640, 480, 1), "image/avif", 480, 640],
    [PIXEL, "image/png", 1, 1],
  ];
  for (const [bytes, type, width, height] of cases) assertEquals(imageSize(bytes), { type, width, height } as never);
});

Deno.test("a header that ends early, or is changed anywhere, is no image or another one, and never an error", () => {
  let seed = 7;
  const random = (below: number) => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) % below;
  for (const make of Object.values(header)) {
    const whole = make(640, 480);
    for (let length = 0; length < whole.length; length++) imageSize(whole.subarray(0, length));
    for (let round = 0; round < 2_000; round++) {
      const changed = whole.slice();
      for (let i = 0; i < 3; i++) changed[random(changed.length)] = random(256);
      imageSize(changed);
    }
  }
});

Deno.test("file types: a file's type is decided by its content", () => {
  const cases: [Uint8Array, string][] = [
    [text("%PDF-1.7\n"), "application/pdf"],
    [text("<!doctype html><script>alert(1)</script>"), "text/plain"],
    [text('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'), "text/plain"],
    [text("Grüße, 世界\r\n"), "text/plain"],
    [new Uint8Array([0xc3]), "text/plain"], // cut in the middle of a letter
    [new Uint8Array([0xff, 0xfe, 0x00]), "application/octet-stream"],
    [text("MZ\x00\x01"), "application/octet-stream"],
    [text("PK\x03\x04"), "application/zip"],
    [text("\x00\x00\x00\x18ftypisom"), "video/mp4"],
    [text("\x00\x00\x00\x18ftypheic"), "image/heic"],
    [text("\x89PNG\r\n\x1a\n and then nothing"), "application/octet-stream"],
    // a polyglot is what browsers would take it for
    [new Uint8Array([...header.gif(2, 2), ...text("<script>alert(1)</script>")]), "image/gif"],
  ];
  for (const [bytes, type] of cases) assertEquals(fileTypeOf(bytes).type, type);
});

Deno.test("cleanFileName: a file's name is its last part as it was given, without what is dangerous", () => {
  const cases: [string, string][] = [
    ["Holiday photo.JPG", "Holiday photo.JPG"],
    ["../../etc/passwd", "passwd"],
    ["C:\\Users\\ada\\notes.txt", "notes.txt"],
    ["invoice\u202efdp.exe", "invoicefdp.exe"],
    ["a\u0000b\nc.txt", "abc.txt"],
    ["a\u2066b\u2069\u200e.txt", "ab.txt"],
    [".gitignore", ".gitignore"],
    ["\u{1f468}\u200d\u{1f469}\u200d\u{1f467}.png", "\u{1f468}\u200d\u{1f469}\u200d\u{1f467}.png"],
    ["می\u200cخواهم.pdf", "می\u200cخواهم.pdf"],
    ["Donau\u00addampf.txt", "Donau\u00addampf.txt"],
    ["Screenshot at 1.00\u202fPM.png", "Screenshot at 1.00\u202fPM.png"],
    [`invoice.pdf${" ".repeat(90)}.exe`, "invoice.pdf .exe"],
    ["\u200b\u3164", "file"],
    ["...", "file"],
    ["  ", "file"],
    ["", "file"],
    ["..", "file"],
    ["日本語.png", "日本語.png"],
    [`${"x".repeat(300)}.tar.gz`, `${"x".repeat(197)}.gz`],
    ["\ud800.txt", "\ufffd.txt"],
  ];
  for (const [given, cleaned] of cases) assertEquals(cleanFileName(given, 200), cleaned);
});
