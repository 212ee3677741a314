/**
 * Serves the files of the build (lib/build/assets.ts). Only files that its manifest names exist, so path traversal is
 * impossible.
 */
import { acceptsEncodings } from "@std/http/negotiation";
import { type ServerSentEventMessage, ServerSentEventStream } from "@std/http/server-sent-event-stream";
import { type BuiltFile, FILES, filesOf, type Manifest, readManifest } from "../build/manifest.ts";

const FOREVER = "public, max-age=31536000, immutable";
/** Files up to this size stay in memory once read; the build bounds their number. */
const KEEP_BYTES = 1024 * 1024;
/** The path by which pages learn of a new server during development (lib/build/reload.ts). */
const RELOAD_STREAM = "/_fresh/reload";

export class Assets {
  /** Whether pages reload when a new server answers. */
  readonly dev: boolean;
  readonly #dir: URL;
  readonly #files: ReadonlyMap<string, BuiltFile>;
  readonly #modules: ReadonlyMap<string, string>;
  readonly #kept = new Map<string, Uint8Array<ArrayBuffer>>();
  readonly #run = crypto.randomUUID();

  constructor(dir: URL, { last, before, modules, dev }: Manifest) {
    this.#dir = dir;
    this.#files = filesOf({ last, before });
    this.#modules = new Map(modules);
    this.dev = dev;
  }

  /** @param buildDir the builder's `outDir`: `new URL("./_fresh/", import.meta.url)` */
  static async open(buildDir: URL): Promise<Assets> {
    return new Assets(new URL(`${FILES}/`, buildDir), await readManifest(buildDir));
  }

  /**
   * The path with the content's hash as its query, which is served as immutable. An unknown path is returned unchanged.
   */
  url(path: string): string {
    const file = this.#files.get(path);
    return file === undefined || file.immutable ? path : `${path}?__frsh_c=${file.hash}`;
  }

  /** The URL of a chunk that the shell holds, by its source; undefined where the builder made no such chunk. */
  module(source: string): string | undefined {
    return this.#modules.get(source);
  }

  /** Answers a request for a file; null: there is no such file. */
  async serve(request: Request): Promise<Response | null> {
    const { pathname, searchParams } = new URL(request.url);
    if (this.dev && pathname === RELOAD_STREAM) return reloadStream(this.#run);
    const file = this.#files.get(pathname) ?? this.#files.get(decodePath(pathname));
    if (file === undefined) return null;
    const { method } = request;
    if (method !== "GET" && method !== "HEAD") {
      return new Response("Method not allowed", { status: 405, headers: { allow: "GET, HEAD" } });
    }
    const gzip = file.gzip && acceptsGzip(request);
    const etag = `"${file.hash}${gzip ? "-gz" : ""}"`;
    const fixed = file.immutable || searchParams.get("__frsh_c") === file.hash;
    const headers = new Headers({ etag, "cache-control": fixed ? FOREVER : "no-cache" });
    if (file.gzip) headers.set("vary", "accept-encoding");
    if (matches(request.headers.get("if-none-match"), etag)) return new Response(null, { status: 304, headers });
    headers.set("content-type", file.type);
    headers.set("x-content-type-options", "nosniff");
    if (gzip) headers.set("content-encoding", "gzip");
    else headers.set("content-length", String(file.size));
    return new Response(method === "HEAD" ? null : await this.#read(gzip ? `${file.name}.gz` : file.name, file.size), {
      headers,
    });
  }

  async #read(name: string, size: number): Promise<ReadableStream | Uint8Array<ArrayBuffer>> {
    const url = new URL(name, this.#dir);
    if (size > KEEP_BYTES) return (await Deno.open(url)).readable;
    let bytes = this.#kept.get(name);
    if (bytes === undefined) this.#kept.set(name, bytes = await Deno.readFile(url));
    return bytes;
  }
}

/** Whether to send gzip. Clients without Accept-Encoding may read gzip, but get none: not all of them do. */
function acceptsGzip(request: Request): boolean {
  return Boolean(request.headers.get("accept-encoding")) &&
    acceptsEncodings(request, "gzip", "identity") === "gzip";
}

/** Weak comparison, as If-None-Match wants (RFC 9110, 13.1.2). */
function matches(header: string | null, etag: string): boolean {
  if (header === null) return false;
  return header.split(",").some((tag) => tag.trim().replace(/^W\//, "") === etag || tag.trim() === "*");
}

function decodePath(pathname: string): string {
  try {
    return decodeURIComponent(pathname);
  } catch {
    return pathname;
  }
}

/** Tells the dev client which server runs. It reloads the page when it finds another one after a reconnect. */
function reloadStream(run: string): Response {
  let timer: ReturnType<typeof setInterval> | undefined;
  const body = new ReadableStream<ServerSentEventMessage>({
    start(controller) {
      controller.enqueue({ retry: 300, data: run });
      timer = setInterval(() => controller.enqueue({ comment: "" }), 15_000);
    },
    cancel: () => clearInterval(timer),
  }).pipeThrough(new ServerSentEventStream());
  return new Response(body, {
    headers: {
      "content-type": "text/event-stream",
      "cache-control": "no-store",
    },
  });
}
