/** A file's type, decided by its first bytes. Its name and the sender's media type do not count. */
import { isBlank } from "../../protocol/text/visible.ts";
import { type ImageSize, imageSize, type ImageType } from "./image_header.ts";

/** How many bytes are looked at. An image whose size is not among them is kept as a download. */
export const HEAD_BYTES = 240 * 1024;

export interface FileType {
  /** One of FILE_TYPES. */
  type: string;
  /** The size of an image that browsers show. */
  image?: ImageSize;
}

/** Images that every browser shows, and that cannot run anything. SVG is none of them: it is text to us. */
export const INLINE_TYPES: ReadonlySet<string> = new Set<ImageType>([
  "image/png",
  "image/jpeg",
  "image/gif",
  "image/webp",
  "image/avif",
]);

/** From https://mimesniff.spec.whatwg.org and the formats' own specifications. */
const SIGNATURES: readonly [type: string, offset: number, bytes: string][] = [
  ["application/pdf", 0, "%PDF-"],
  ["application/zip", 0, "PK\x03\x04"],
  ["application/gzip", 0, "\x1f\x8b\x08"],
  ["application/x-7z-compressed", 0, "7z\xbc\xaf\x27\x1c"],
  ["application/zstd", 0, "\x28\xb5\x2f\xfd"],
  ["audio/mpeg", 0, "ID3"],
  ["audio/mpeg", 0, "\xff\xfb"],
  ["audio/flac", 0, "fLaC"],
  ["audio/wav", 8, "WAVE"],
  ["application/ogg", 0, "OggS"],
  ["video/webm", 0, "\x1a\x45\xdf\xa3"],
  ["image/heic", 4, "ftyphei"],
  ["image/heic", 4, "ftypmif1"],
  ["audio/mp4", 4, "ftypM4A"],
  ["video/quicktime", 4, "ftypqt"],
  ["video/mp4", 4, "ftyp"],
];

/** Every media type that a file may have here. */
export const FILE_TYPES: readonly string[] = [
  ...new Set([...INLINE_TYPES, ...SIGNATURES.map(([type]) => type), "text/plain", "application/octet-stream"]),
];

export function fileTypeOf(head: Uint8Array): FileType {
  const image = imageSize(head);
  if (image !== null) return { type: image.type, image: { width: image.width, height: image.height } };
  const known = SIGNATURES.find(([, offset, bytes]) => startsWith(head, offset, bytes));
  if (known !== undefined) return { type: known[0] };
  return { type: isText(head) ? "text/plain" : "application/octet-stream" };
}

export function startsWith(head: Uint8Array, offset: number, bytes: string): boolean {
  for (let i = 0; i < bytes.length; i++) if (head[offset + i] !== bytes.charCodeAt(i)) return false;
  return true;
}

/** UTF-8 without control characters other than white space. */
function isText(head: Uint8Array): boolean {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(head, { stream: true });
    // deno-lint-ignore no-control-regex -- just those are looked for
    return !/[\x00-\x08\x0e-\x1a\x1c-\x1f]/.test(text);
  } catch {
    return false;
  }
}

/** Characters that could make a name look like another one, or mean more than a name: controls, line ends, directions. */
const DANGEROUS = /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}\ufeff\ufff9-\ufffb]/gu;

/**
 * The last part of a name that may be a path, without DANGEROUS characters; joiners and a leading dot stay. Long runs of
 * spaces are shortened, because they push the extension out of sight. At most `most` long; a cut keeps the extension.
 */
export function cleanFileName(given: string, most: number): string {
  const last = given.toWellFormed().normalize("NFC").split(/[/\\]/).at(-1) ?? "";
  const name = last.replace(DANGEROUS, "").replace(/(\s)\s+/gu, "$1").trim();
  if (isBlank(name) || /^\.+$/.test(name)) return "file";
  if (name.length <= most) return name;
  const ending = /\.[A-Za-z0-9]{1,12}$/.exec(name)?.[0] ?? "";
  return name.slice(0, most - ending.length).toWellFormed().replace(/\ufffd$/u, "") + ending;
}
