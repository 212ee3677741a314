/** Real images of 40 x 20 that every browser decodes, with whatever Exif data and turns a test gives them. */

type Bytes = Uint8Array<ArrayBuffer>;

function bytes(...parts: (string | number[] | Uint8Array)[]): Bytes {
  return new Uint8Array(
    parts.flatMap((part) => typeof part === "string" ? [...part].map((c) => c.charCodeAt(0)) : [...part]),
  );
}

const be16 = (n: number) => [n >> 8 & 255, n & 255];
const be32 = (n: number) => [n >>> 24, n >> 16 & 255, n >> 8 & 255, n & 255];
const le16 = (n: number) => be16(n).reverse();
const le32 = (n: number) => be32(n).reverse();

export interface ExifOptions {
  little?: boolean;
  /** The value as a LONG, which is not what the standard says. */
  long?: boolean;
  count?: number;
  magic?: number;
  /** Bytes before the directory. */
  gap?: number;
}

/** A TIFF header with one entry: the orientation. */
export function exif(orientation: number, options: ExifOptions = {}): Bytes {
  const { little = false, long = false, count = 1, magic = 42, gap = 0 } = options;
  const [u16, u32] = little ? [le16, le32] : [be16, be32];
  const value = long ? u32(orientation) : [...u16(orientation), 0, 0];
  const entry = [...u16(0x112), ...u16(long ? 4 : 3), ...u32(count), ...value];
  return bytes(little ? "II" : "MM", u16(magic), u32(8 + gap), new Array(gap).fill(0), u16(1), entry, u32(0));
}

// ---- PNG

/** With its checksum, or a wrong one. */
export function pngChunk(type: string, data: Uint8Array, isBroken = false): Bytes {
  let crc = -1;
  for (const byte of bytes(type, data)) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? crc >>> 1 ^ 0xedb88320 : crc >>> 1;
  }
  return bytes(be32(data.length), type, data, be32(~crc ^ (isBroken ? 1 : 0)));
}

export async function png(before: Uint8Array[] = [], after: Uint8Array[] = []): Promise<Bytes> {
  const rows = new Blob([new Uint8Array(41 * 20)]).stream().pipeThrough(new CompressionStream("deflate"));
  const data = new Uint8Array(await new Response(rows).arrayBuffer());
  const header = pngChunk("IHDR", bytes(be32(40), be32(20), [8, 0, 0, 0, 0]));
  const end = pngChunk("IEND", new Uint8Array());
  return bytes("\x89PNG\r\n\x1a\n", header, ...before, pngChunk("IDAT", data), ...after, end);
}

/** A grey one of any size. */
export async function greyPng(width: number, height: number): Promise<Bytes> {
  const rows = new Blob([new Uint8Array((width + 1) * height).fill(0)]).stream()
    .pipeThrough(new CompressionStream("deflate"));
  const data = new Uint8Array(await new Response(rows).arrayBuffer());
  const header = pngChunk("IHDR", bytes(be32(width), be32(height), [8, 0, 0, 0, 0]));
  return bytes("\x89PNG\r\n\x1a\n", header, pngChunk("IDAT", data), pngChunk("IEND", new Uint8Array()));
}

// ---- JPEG

const JPEG = Uint8Array.fromBase64(
  "/9j/2wBDAAYEBQYFBAYGBQYHBwYIChAKCgkJChQODwwQFxQYGBcUFhYaHSUfGhsjHBYWICwgIyYnKSopGR8tMC0oMCUoKSj/2wBDAQcHBwoICh" +
    "MKChMoGhYaKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCj/wAARCAAUACgDASIAAhEBAxEB/8QAFQAB" +
    "AQAAAAAAAAAAAAAAAAAAAAf/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/8QAFgEBAQEAAAAAAAAAAAAAAAAAAAYI/8QAFBEBAAAAAAAAAAAAAAAAAA" +
    "AAAP/aAAwDAQACEQMRAD8AnQCOaRAAAAAAAAAAf//Z",
);

export function app1(data: Uint8Array): Bytes {
  return bytes([0xff, 0xe1], be16(data.length + 8), "Exif\0\0", data);
}

/** `late` stands behind the frame's header, right before the image's data. */
export function jpeg(early: Uint8Array[] = [], late: Uint8Array[] = []): Bytes {
  const data = JPEG.findIndex((byte, at) => byte === 0xff && JPEG[at + 1] === 0xda);
  return bytes([0xff, 0xd8], ...early, JPEG.slice(2, data), ...late, JPEG.slice(data));
}

// ---- WebP

const WEBP = Uint8Array.fromBase64(
  "UklGRk4AAABXRUJQVlA4IEIAAACQAwCdASooABQAPm02l0ikIyIhJWgAgA2JZwDPkoB+AAAr98NwAP7wm0P/5BcsLrka//yA/5Af8gP/498Ql1" +
    "80AAA=",
);

/** In its extended form, with Exif data. */
export function webp(data: Uint8Array): Bytes {
  const size = [...le32(39).slice(0, 3), ...le32(19).slice(0, 3)];
  const inner = bytes("WEBPVP8X", le32(10), [8, 0, 0, 0], size, WEBP.slice(12), "EXIF", le32(data.length), data);
  return bytes("RIFF", le32(inner.length), inner);
}

// ---- AVIF

const AVIF = Uint8Array.fromBase64(
  "AAAAHGZ0eXBhdmlmAAAAAG1pZjFhdmlmbWlhZgAAANZtZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAAAA5waXRtAA" +
    "AAAAABAAAAImlsb2MAAAAAREAAAQABAAAAAAD6AAEAAAAAAAAAHgAAACNpaW5mAAAAAAABAAAAFWluZmUCAAAAAAEAAGF2MDEAAAAAVmlwcnAA" +
    "AAA4aXBjbwAAAAxhdjFDgSACAAAAABRpc3BlAAAAAAAAACgAAAAUAAAAEHBpeGkAAAAAAwgICAAAABZpcG1hAAAAAAAAAAEAAQOBAgMAAAAmbW" +
    "RhdBIACgk4FSebCAhoNIAyDxsAAABACz0L3/ip4A83iQ==",
);
/** It has three properties. */
const PROPERTIES = 3;

export function box(type: string, data: number[]): Bytes {
  return bytes(be32(data.length + 8), type, data);
}

/** With further properties, which the image has, or which are there for nobody. */
export function avif(properties: Uint8Array[], isAssociated = true): Bytes {
  const added = properties.reduce((sum, one) => sum + one.length + (isAssociated ? 1 : 0), 0);
  const rewrite = (start: number, end: number): Bytes => {
    const out: Uint8Array[] = [];
    for (let at = start; at < end;) {
      const view = new DataView(AVIF.buffer, at);
      const size = view.getUint32(0);
      const type = String.fromCharCode(...AVIF.slice(at + 4, at + 8));
      let inner: Bytes = AVIF.slice(at + 8, at + size);
      if (type === "meta") inner = bytes(inner.slice(0, 4), rewrite(at + 12, at + size));
      else if (type === "iprp") inner = rewrite(at + 8, at + size);
      else if (type === "ipco") inner = bytes(inner, ...properties);
      else if (type === "iloc") new DataView(inner.buffer).setUint32(12, view.getUint32(20) + added);
      else if (type === "ipma" && isAssociated) {
        inner = bytes(inner, properties.map((_, i) => 0x80 | PROPERTIES + 1 + i));
        inner[10] = PROPERTIES + properties.length;
      }
      out.push(bytes(be32(inner.length + 8), type, inner));
      at += size;
    }
    return bytes(...out);
  };
  return rewrite(0, AVIF.length);
}
