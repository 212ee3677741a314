/** Images as small as they can be; headers that promise any size. */

function bytes(...parts: (string | number[] | Uint8Array)[]): Uint8Array<ArrayBuffer> {
  const flat = parts.flatMap((part) => typeof part === "string" ? [...part].map((c) => c.charCodeAt(0)) : [...part]);
  return new Uint8Array(flat);
}

const be16 = (n: number) => [n >> 8 & 255, n & 255];
const be32 = (n: number) => [n >>> 24, n >> 16 & 255, n >> 8 & 255, n & 255];
const le16 = (n: number) => [n & 255, n >> 8 & 255];
const le24 = (n: number) => [...le16(n), n >> 16 & 255];
const le32 = (n: number) => [...le16(n), n >> 16 & 255, n >>> 24];

export const header = {
  png: (width: number, height: number) =>
    bytes("\x89PNG\r\n\x1a\n", be32(13), "IHDR", be32(width), be32(height), [8, 6, 0, 0, 0], be32(0)),
  gif: (width: number, height: number, frame = [width, height]) =>
    bytes(
      "GIF89a",
      [...le16(width), ...le16(height), 0x80, 0, 0],
      [0, 0, 0, 255, 255, 255],
      [0x21, 0xf9, 4, 0, 0, 0, 0, 0],
      [0x2c, 0, 0, 0, 0, ...le16(frame[0] ?? 0), ...le16(frame[1] ?? 0), 0],
    ),
  jpeg(width: number, height: number, orientation?: number) {
    const tiff = [..."MM"].map((c) => c.charCodeAt(0)).concat(
      [0, 42, ...be32(8), ...be16(1)],
      [...be16(0x0112), ...be16(3), ...be32(1), ...be16(orientation ?? 1), 0, 0, ...be32(0)],
    );
    const exif = orientation === undefined ? [] : [0xff, 0xe1, ...be16(8 + tiff.length)];
    return bytes(
      [0xff, 0xd8, 0xff, 0xe0, ...be16(16)],
      "JFIF\0",
      new Array(9).fill(0),
      exif,
      orientation === undefined ? [] : bytes("Exif\0\0", tiff),
      [0xff, 0xc4, ...be16(4), 0, 0],
      [0xff, 0xc2, ...be16(17), 8, ...be16(height), ...be16(width), 3, ...new Array(9).fill(0)],
    );
  },
  webp: (width: number, height: number) =>
    bytes("RIFF", le32(100), "WEBPVP8X", le32(10), [0, 0, 0, 0], le24(width - 1), le24(height - 1)),
  webpLossy: (width: number, height: number) =>
    bytes("RIFF", le32(100), "WEBPVP8 ", le32(50), [0, 0, 0, 0x9d, 0x01, 0x2a], le16(width), le16(height)),
  webpLossless: (width: number, height: number) =>
    bytes("RIFF", le32(100), "WEBPVP8L", le32(50), [0x2f], le32((width - 1) | (height - 1) << 14)),
  avif(width: number, height: number, turn = 0) {
    const box = (type: string, ...inner: (string | number[] | Uint8Array)[]) => {
      const content = bytes(...inner);
      return bytes(be32(content.length + 8), type, content);
    };
    const sizes = [box("ispe", be32(0), be32(64), be32(64)), box("ispe", be32(0), be32(width), be32(height))];
    const ipco = box("ipco", ...sizes, box("irot", [turn]));
    return bytes(box("ftyp", "avif", be32(0), "mif1avif"), box("meta", be32(0), box("iprp", ipco)));
  },
};

/** A red pixel that every browser shows. */
export const PIXEL: Uint8Array<ArrayBuffer> = Uint8Array.fromBase64(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==",
);
