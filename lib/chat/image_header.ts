/**
 * An image's size from its header, without decoding anything: so that a small file which would unfold to gigapixels is
 * refused, and the place of an image is known before it is there. Each format's loop ends with the bytes it was given.
 */

export type ImageType = "image/png" | "image/jpeg" | "image/gif" | "image/webp" | "image/avif";

export interface ImageSize {
  /** As browsers show it: turned as its Exif data says. */
  width: number;
  height: number;
}

/** null: not one of these formats, or its size is not to be found. */
export function imageSize(bytes: Uint8Array): (ImageSize & { type: ImageType }) | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (const [type, read] of READERS) {
    try {
      const size = read(view);
      if (size !== null && size.width > 0 && size.height > 0) return { ...size, type };
    } catch (error) {
      if (!(error instanceof RangeError)) throw error; // it ends before its header does
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

function png(view: DataView): ImageSize | null {
  if (text(view, 0, 8) !== "\x89PNG\r\n\x1a\n" || text(view, 12, 4) !== "IHDR") return null;
  return { width: view.getUint32(16), height: view.getUint32(20) };
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

/** https://developers.google.com/speed/webp/docs/riff_container */
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

function jpeg(view: DataView): ImageSize | null {
  if (view.getUint16(0) !== 0xffd8) return null;
  let turned = false;
  for (let at = 2;;) {
    if (view.getUint8(at) !== 0xff) return null;
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) at++; // filling
    else if (marker >= 0xd0 && marker <= 0xd8) at += 2; // without a length
    else if (marker === 0xd9 || marker === 0xda) return null; // the image itself, without a frame before it
    else {
      const length = view.getUint16(at + 2);
      if (length < 2) return null;
      if (isFrame(marker)) {
        const [height, width] = [view.getUint16(at + 5), view.getUint16(at + 7)];
        return turned ? { width: height, height: width } : { width, height };
      }
      if (marker === 0xe1 && length >= 16 && text(view, at + 4, 6) === "Exif\0\0") {
        turned = orientation(new DataView(view.buffer, view.byteOffset + at + 10, length - 8)) >= 5;
      }
      at += 2 + length;
    }
  }
}

/** SOF0 to SOF15, without the three numbers in between that mean something else. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

/** Exif 2.3, 4.6.4: 5 to 8 lie on their side. */
function orientation(tiff: DataView): number {
  try {
    const little = tiff.getUint16(0) === 0x4949;
    const directory = tiff.getUint32(4, little);
    const entries = tiff.getUint16(directory, little);
    for (let i = 0; i < entries; i++) {
      const at = directory + 2 + i * 12;
      if (tiff.getUint16(at, little) === 0x0112) return tiff.getUint16(at + 8, little);
    }
  } catch {
    // damaged: browsers show the image as it lies
  }
  return 1;
}

// ---- AVIF: ISO boxes; the size of the largest item, which is the image where others are its tiles

const INNER: Record<string, number> = { meta: 4, iprp: 0, ipco: 0 };

function avif(view: DataView): ImageSize | null {
  if (text(view, 4, 4) !== "ftyp") return null;
  const brands = text(view, 8, Math.min(view.getUint32(0) - 8, 64));
  if (!/avi[fs]/.test(brands)) return null;
  const found = { width: 0, height: 0, turned: false };
  readBoxes(view, 0, view.byteLength, found);
  const { width, height, turned } = found;
  return turned ? { width: height, height: width } : { width, height };
}

function readBoxes(
  view: DataView,
  start: number,
  end: number,
  found: ImageSize & { turned: boolean },
): void {
  for (let at = start; at + 8 <= end;) {
    const size = view.getUint32(at);
    const type = text(view, at + 4, 4);
    if (size < 8) return; // to the end of the file, or a 64-bit size: no header is so large
    const inner = INNER[type];
    if (inner !== undefined) readBoxes(view, at + 8 + inner, Math.min(at + size, end), found);
    else if (type === "ispe" && view.getUint32(at + 12) * view.getUint32(at + 16) > found.width * found.height) {
      found.width = view.getUint32(at + 12);
      found.height = view.getUint32(at + 16);
    } else if (type === "irot" && (view.getUint8(at + 8) & 1) === 1) found.turned = true;
    at += size;
  }
}
