/**
 * Reads an image's size from its header, without decoding the image. So a small file that would unfold to gigapixels is
 * refused (a decompression bomb), and the page reserves an image's space before it loads. Each loop ends with its bytes.
 */

export type ImageType = "image/png" | "image/jpeg" | "image/gif" | "image/webp" | "image/avif";

export interface ImageSize {
  /** As browsers show it: turned as its Exif data says. */
  width: number;
  height: number;
}

/** null: not one of these formats, or its size was not found. */
export function imageSize(bytes: Uint8Array): (ImageSize & { type: ImageType }) | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (const [type, read] of READERS) {
    try {
      const size = read(view);
      if (size !== null && size.width > 0 && size.height > 0) return { ...size, type };
    } catch (error) {
      if (!(error instanceof RangeError)) throw error; // the bytes end before the header does
    }
  }
  return null;
}

type Reader = (view: DataView) => ImageSize | null;

const READERS: readonly [ImageType, Reader][] = [
  ["image/png", png],
  ["image/jpeg", jpeg],
  ["image/gif", gif],
  ["image/webp", webp],
  ["image/avif", avif],
];

function text(view: DataView, at: number, length: number): string {
  let found = "";
  for (let i = 0; i < length; i++) found += String.fromCharCode(view.getUint8(at + i));
  return found;
}

/** Of eXIf chunks, only the first one before the image's data with a right checksum counts. */
function png(view: DataView): ImageSize | null {
  if (text(view, 0, 8) !== "\x89PNG\r\n\x1a\n" || text(view, 12, 4) !== "IHDR") return null;
  const size = { width: view.getUint32(16), height: view.getUint32(20) };
  for (let at = 8; at + 12 <= view.byteLength;) {
    const [length, type] = [view.getUint32(at), text(view, at + 4, 4)];
    if (type === "IDAT") break;
    if (type === "eXIf" && at + 12 + length <= view.byteLength && hasChecksum(view, at + 4, length + 4)) {
      return turned(size, orientation(part(view, at + 8, length)));
    }
    at += 12 + length;
  }
  return size;
}

/** CRC-32 of a chunk's type and data stands behind them (PNG, 5.5). */
function hasChecksum(view: DataView, at: number, length: number): boolean {
  let crc = -1;
  for (let i = at; i < at + length; i++) {
    crc ^= view.getUint8(i);
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? crc >>> 1 ^ 0xedb88320 : crc >>> 1;
  }
  return ~crc >>> 0 === view.getUint32(at + length);
}

function part(view: DataView, at: number, length: number): DataView {
  return new DataView(view.buffer, view.byteOffset + at, Math.min(length, view.byteLength - at));
}

function turned({ width, height }: ImageSize, orientation: number): ImageSize {
  return orientation >= 5 ? { width: height, height: width } : { width, height };
}

/** Browsers make the canvas as large as the first frame where that is larger. */
function gif(view: DataView): ImageSize | null {
  if (!/^GIF8[79]a$/.test(text(view, 0, 6))) return null;
  const size = { width: view.getUint16(6, true), height: view.getUint16(8, true) };
  const flags = view.getUint8(10);
  let at = 13 + (flags & 0x80 ? 3 << ((flags & 7) + 1) : 0);
  while (view.getUint8(at) === 0x21) {
    for (at += 2; view.getUint8(at) !== 0;) at += 1 + view.getUint8(at);
    at++;
  }
  if (view.getUint8(at) !== 0x2c) return null;
  return {
    width: Math.max(size.width, view.getUint16(at + 1, true) + view.getUint16(at + 5, true)),
    height: Math.max(size.height, view.getUint16(at + 3, true) + view.getUint16(at + 7, true)),
  };
}

/** https://developers.google.com/speed/webp/docs/riff_container; browsers do not turn it as its Exif data says. */
function webp(view: DataView): ImageSize | null {
  if (text(view, 0, 4) !== "RIFF" || text(view, 8, 4) !== "WEBP") return null;
  const uint24 = (at: number) => view.getUint16(at, true) | view.getUint8(at + 2) << 16;
  switch (text(view, 12, 4)) {
    case "VP8X":
      return { width: uint24(24) + 1, height: uint24(27) + 1 };
    case "VP8 ":
      if (uint24(23) !== 0x2a019d) return null;
      return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
    case "VP8L": {
      if (view.getUint8(20) !== 0x2f) return null;
      const bits = view.getUint32(21, true);
      return { width: (bits & 0x3fff) + 1, height: (bits >>> 14 & 0x3fff) + 1 };
    }
  }
  return null;
}

// ---- JPEG (ITU T.81, annex B) and its Exif data

/** The first Exif data before the image's data counts, also where it comes after the frame's header. */
function jpeg(view: DataView): ImageSize | null {
  if (view.getUint16(0) !== 0xffd8) return null;
  let size: ImageSize | undefined;
  let exif: number | undefined;
  for (let at = 2; size === undefined || at + 4 <= view.byteLength;) {
    if (view.getUint8(at) !== 0xff) break;
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) at++; // filling
    else if (marker >= 0xd0 && marker <= 0xd8) at += 2; // without a length
    else if (marker === 0xd9 || marker === 0xda) break;
    else {
      const length = view.getUint16(at + 2);
      if (length < 2) break;
      if (isFrame(marker)) size ??= { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
      else if (marker === 0xe1 && length >= 16 && text(view, at + 4, 5) === "Exif\0") {
        exif ??= orientation(part(view, at + 10, length - 8));
      }
      at += 2 + length;
    }
  }
  return size === undefined ? null : turned(size, exif ?? 1);
}

/** SOF0 to SOF15, without the three numbers in between that mean something else. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

/** Exif 2.3, 4.6.4: 5 to 8 lie on their side. Damaged data gives 1: browsers show such an image without turning it. */
function orientation(tiff: DataView): number {
  try {
    const order = tiff.getUint16(0);
    const little = order === 0x4949;
    if (!little && order !== 0x4d4d || tiff.getUint16(2, little) !== 42) return 1;
    const directory = tiff.getUint32(4, little);
    const entries = tiff.getUint16(directory, little);
    for (let i = 0; i < entries; i++) {
      const at = directory + 2 + i * 12;
      if (tiff.getUint16(at, little) !== 0x0112) continue;
      // one SHORT
      const isValid = tiff.getUint16(at + 2, little) === 3 && tiff.getUint32(at + 4, little) === 1;
      const value = tiff.getUint16(at + 8, little);
      return isValid && value <= 8 ? value : 1;
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return 1;
}

// ---- AVIF: ISO boxes; the size of the largest item, which is the image where others are its tiles

const INNER: Record<string, number> = { meta: 4, iprp: 0, ipco: 0 };

/** What the boxes say, as far as it is needed (ISO/IEC 23008-12). */
interface Boxes extends ImageSize {
  /** For each property, counted from 1: whether it turns the image by a quarter or by three. */
  turns: boolean[];
  primary?: number;
  /** Which properties an item has, by its id. */
  has: Map<number, number[]>;
}

function avif(view: DataView): ImageSize | null {
  if (text(view, 4, 4) !== "ftyp") return null;
  const brands = text(view, 8, Math.min(view.getUint32(0) - 8, 64));
  if (!/avi[fs]/.test(brands)) return null;
  const boxes: Boxes = { width: 0, height: 0, turns: [], has: new Map() };
  readBoxes(view, 0, view.byteLength, boxes);
  const { width, height, turns, primary, has } = boxes;
  const own = primary === undefined ? undefined : has.get(primary);
  const isTurned = own === undefined ? turns.includes(true) : own.some((index) => turns[index - 1] === true);
  return isTurned ? { width: height, height: width } : { width, height };
}

function readBoxes(view: DataView, start: number, end: number, boxes: Boxes, isProperties = false): void {
  for (let at = start; at + 8 <= end;) {
    const size = view.getUint32(at);
    const type = text(view, at + 4, 4);
    if (size < 8) return; // to the end of the file, or a 64-bit size: no header is so large
    const inner = INNER[type];
    if (isProperties) boxes.turns.push(type === "irot" && (view.getUint8(at + 8) & 1) === 1);
    if (inner !== undefined) readBoxes(view, at + 8 + inner, Math.min(at + size, end), boxes, type === "ipco");
    else if (type === "ispe") readSize(view, at, boxes);
    else if (type === "pitm") {
      boxes.primary = view.getUint8(at + 8) === 0 ? view.getUint16(at + 12) : view.getUint32(at + 12);
    } else if (type === "ipma") readAssociations(view, at, Math.min(at + size, end), boxes);
    at += size;
  }
}

function readSize(view: DataView, at: number, boxes: Boxes): void {
  const [width, height] = [view.getUint32(at + 12), view.getUint32(at + 16)];
  if (width * height <= boxes.width * boxes.height) return;
  boxes.width = width;
  boxes.height = height;
}

function readAssociations(view: DataView, box: number, end: number, { has }: Boxes): void {
  const [isLongId, isLongIndex] = [view.getUint8(box + 8) > 0, (view.getUint8(box + 11) & 1) === 1];
  const items = view.getUint32(box + 12);
  let at = box + 16;
  for (let item = 0; item < items && at < end; item++) {
    const id = isLongId ? view.getUint32(at) : view.getUint16(at);
    at += isLongId ? 4 : 2;
    const count = view.getUint8(at++);
    const indices = has.get(id) ?? [];
    for (let i = 0; i < count; i++, at += isLongIndex ? 2 : 1) {
      indices.push(isLongIndex ? view.getUint16(at) & 0x7fff : view.getUint8(at) & 0x7f);
    }
    has.set(id, indices);
  }
}
