/** Stores files to serve under the hash of their contents, and a gzip variant if that is smaller. */
import { join } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { replaceFile } from "./files.ts";
import type { BuiltFile } from "./manifest.ts";

const compress = promisify(gzip);

const TYPES: Record<string, string> = {
  css: "text/css; charset=utf-8",
  gif: "image/gif",
  html: "text/html; charset=utf-8",
  ico: "image/x-icon",
  jpeg: "image/jpeg",
  jpg: "image/jpeg",
  js: "text/javascript; charset=utf-8",
  json: "application/json",
  map: "application/json",
  mp3: "audio/mpeg",
  ogg: "audio/ogg",
  png: "image/png",
  svg: "image/svg+xml",
  txt: "text/plain; charset=utf-8",
  wasm: "application/wasm",
  wav: "audio/wav",
  webmanifest: "application/manifest+json",
  webp: "image/webp",
  woff2: "font/woff2",
};
const COMPRESSIBLE = /^(?:text\/|application\/(?:json|manifest\+json|wasm)|image\/(?:svg\+xml|x-icon))/;

/** Stores one file under its content hash, unless it is there already. */
export async function store(
  dir: string,
  urlPath: string,
  contents: Uint8Array<ArrayBuffer>,
  immutable: boolean,
): Promise<BuiltFile> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", contents));
  const hash = digest.toHex().slice(0, 16);
  const extension = /\.([a-z0-9]+)$/i.exec(urlPath)?.[1]?.toLowerCase() ?? "";
  const type = TYPES[extension] ?? "application/octet-stream";
  const zipped = COMPRESSIBLE.test(type) && contents.length > 512 ? await compress(contents, { level: 9 }) : null;
  const useful = zipped !== null && zipped.length < contents.length * 0.95;
  await writeOnce(join(dir, hash), contents);
  if (useful) await writeOnce(join(dir, `${hash}.gz`), zipped);
  return { name: hash, type, hash, size: contents.length, gzip: useful, immutable };
}

async function writeOnce(path: string, contents: Uint8Array): Promise<void> {
  try {
    if ((await Deno.stat(path)).size === contents.length) return;
  } catch {
    // not there yet
  }
  await replaceFile(path, contents);
}
