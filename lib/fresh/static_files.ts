import { acceptsEncodings } from "@std/http/negotiation";
import { type ServerSentEventMessage, ServerSentEventStream } from "@std/http/server-sent-event-stream";
import type { Build, BuiltFile } from "./build_cache.ts";
import { type Context, FRAME } from "./context.ts";
import type { Middleware } from "./types.ts";

const FOREVER = "public, max-age=31536000, immutable";
/** Files up to this size are kept in memory once read; the build bounds their number. */
const KEEP_BYTES = 1024 * 1024;

/**
 * Serves `static/` and the client bundle from the build's manifest: what it does not name does not exist, so there is no
 * path to traverse. Source: https://fresh.deno.dev/docs/concepts/static-files
 */
export function staticFiles<State>(): Middleware<State> {
  const kept = new Map<string, Uint8Array<ArrayBuffer>>();
  const run = crypto.randomUUID();
  return async (ctx) => {
    const { build } = ctx[FRAME];
    if (build === null) return await ctx.next();
    const { pathname } = ctx.url;
    if (build.dev && pathname === "/_fresh/reload") return reloadStream(run);
    const file = build.manifest.get(pathname) ?? build.manifest.get(decodePath(pathname));
    if (file === undefined) return await ctx.next();
    const { method } = ctx.req;
    if (method !== "GET" && method !== "HEAD") {
      return new Response("Method not allowed", { status: 405, headers: { allow: "GET, HEAD" } });
    }
    return await serve(ctx, build, file, kept);
  };
}

async function serve<State>(
  { req, url }: Context<State>,
  build: Build,
  file: BuiltFile,
  kept: Map<string, Uint8Array<ArrayBuffer>>,
): Promise<Response> {
  const gzip = file.gzip && acceptsGzip(req);
  const etag = `"${file.hash}${gzip ? "-gz" : ""}"`;
  const fixed = file.immutable || url.searchParams.get("__frsh_c") === file.hash;
  const headers = new Headers({ etag, "cache-control": fixed ? FOREVER : "no-cache" });
  if (file.gzip) headers.set("vary", "accept-encoding");
  if (matches(req.headers.get("if-none-match"), etag)) return new Response(null, { status: 304, headers });
  headers.set("content-type", file.type);
  headers.set("x-content-type-options", "nosniff");
  if (gzip) headers.set("content-encoding", "gzip");
  else headers.set("content-length", String(file.size));
  if (req.method === "HEAD") return new Response(null, { headers });
  return new Response(await read(new URL(gzip ? `${file.name}.gz` : file.name, build.files), file.size, kept), {
    headers,
  });
}

async function read(
  url: URL,
  size: number,
  kept: Map<string, Uint8Array<ArrayBuffer>>,
): Promise<ReadableStream | Uint8Array<ArrayBuffer>> {
  if (size > KEEP_BYTES) return (await Deno.open(url)).readable;
  let bytes = kept.get(url.href);
  if (bytes === undefined) kept.set(url.href, bytes = await Deno.readFile(url));
  return bytes;
}

/** Who says nothing could read it, but perhaps was not made to. */
function acceptsGzip(request: Request): boolean {
  return Boolean(request.headers.get("accept-encoding")) && acceptsEncodings(request, "gzip", "identity") === "gzip";
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

/** Tells the dev client which server runs; it reloads the page when a reconnect shows another one. */
function reloadStream(run: string): Response {
  let timer: ReturnType<typeof setInterval> | undefined;
  const body = new ReadableStream<ServerSentEventMessage>({
    start(controller) {
      controller.enqueue({ retry: 300, data: run });
      timer = setInterval(() => controller.enqueue({ comment: "" }), 15_000);
    },
    cancel: () => clearInterval(timer),
  }).pipeThrough(new ServerSentEventStream());
  return new Response(body, { headers: { "content-type": "text/event-stream", "cache-control": "no-store" } });
}
