/**
 * Keys as the store orders them: FoundationDB's tuple encoding
 * (https://github.com/apple/foundationdb/blob/main/design/tuple.md), for the parts that our keys have.
 */
const STRING = 0x02;
const NUMBER = 0x21;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Strings and numbers. Throws a TypeError for anything else. */
export function encodeKey(key: Deno.KvKey): Uint8Array<ArrayBuffer> {
  const bytes: number[] = [];
  for (const part of key) {
    if (typeof part === "string") encodeString(part, bytes);
    else if (typeof part === "number") encodeNumber(part, bytes);
    else throw new TypeError(`a key's part cannot be a ${typeof part}`);
  }
  return Uint8Array.from(bytes);
}

export function decodeKey(bytes: Uint8Array): Deno.KvKey {
  const key: Deno.KvKeyPart[] = [];
  for (let at = 0; at < bytes.length;) {
    const type = bytes[at++];
    if (type === NUMBER) {
      key.push(decodeNumber(bytes.slice(at, at + 8)));
      at += 8;
    } else if (type === STRING) {
      const text: number[] = [];
      for (; at < bytes.length; at++) {
        const byte = bytes[at] ?? 0;
        // a zero inside is followed by 255
        if (byte === 0 && bytes[++at] !== 0xff) break;
        text.push(byte);
      }
      key.push(decoder.decode(Uint8Array.from(text)));
    } else throw new Error(`the store has a key with a part of another type (${type})`);
  }
  return key;
}

function encodeString(text: string, bytes: number[]): void {
  bytes.push(STRING);
  for (const byte of encoder.encode(text)) {
    bytes.push(byte);
    if (byte === 0) bytes.push(0xff);
  }
  bytes.push(0);
}

/** Big-endian, so that negative ones come first: their bits turned round, of the others the sign alone. */
function encodeNumber(value: number, bytes: number[]): void {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const flip = view.getUint8(0) >= 0x80 ? 0xff : 0;
  bytes.push(NUMBER);
  for (let i = 0; i < 8; i++) bytes.push(view.getUint8(i) ^ (i === 0 && flip === 0 ? 0x80 : flip));
}

function decodeNumber(bytes: Uint8Array): number {
  const flip = (bytes[0] ?? 0) >= 0x80 ? 0 : 0xff;
  const view = new DataView(new ArrayBuffer(8));
  for (let i = 0; i < 8; i++) view.setUint8(i, (bytes[i] ?? 0) ^ (i === 0 && flip === 0 ? 0x80 : flip));
  return view.getFloat64(0);
}
