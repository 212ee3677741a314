/** Whether a request that changes something comes from our own pages. Used by forms, the REST API and sockets. */
import type { Config } from "../base/config/config.ts";

/**
 * True where a browser says that the request was made by this site (or typed by the user), or by one of
 * `config.allowedOrigins`. Without both headers it is no browser, and nothing but a browser sends cookies unasked.
 * Source: Fetch Metadata, https://www.w3.org/TR/fetch-metadata/, and RFC 6454.
 */
export function isSameOrigin(request: Request, config: Pick<Config, "publicUrl" | "allowedOrigins">): boolean {
  const origin = request.headers.get("origin");
  if (origin !== null && config.allowedOrigins.includes(origin)) return true;
  const site = request.headers.get("sec-fetch-site");
  if (site !== null) return site === "same-origin" || site === "none";
  return origin === null || isOwnOrigin(origin, request, config);
}

/**
 * Whether the request has a header in which browsers say where it comes from. One without may come from any site, or
 * from no browser.
 */
export function saysWhere(request: Request): boolean {
  return request.headers.has("origin") || request.headers.has("sec-fetch-site");
}

/** Compares hosts where PUBLIC_URL does not say more: behind a proxy that ends TLS our own URL says http where the browser says https. */
export function isOwnOrigin(origin: string, request: Request, config: Pick<Config, "publicUrl">): boolean {
  const { host } = new URL(request.url);
  const known = config.publicUrl === undefined ? undefined : new URL(config.publicUrl);
  // under the public name the scheme has to match as well: anybody between browser and server can forge a page of
  // http://
  if (known !== undefined && (origin === known.origin || host === known.host)) return origin === known.origin;
  const url = URL.parse(origin); // "null" (a sandboxed page) does not parse
  return url !== null && url.host === host;
}

const MAX_PATH = 2_000;

/** A path on this site to go to after signing in, as a header carries it; anything else becomes `/`. */
export function localPath(next: string | null): string {
  // `//host` and `/\host` leave the site, and a control character may hide either from a check like this one
  if (next === null || !/^\/(?![/\\])[^\\\p{Cc}]*$/u.test(next)) return "/";
  // parsing has encoded its characters and resolved its dots, so the result has to be checked again
  const url = URL.parse(next, "http://site.invalid");
  const path = url === null ? "" : url.pathname + url.search + url.hash;
  return path.startsWith("/") && !path.startsWith("//") && path.length <= MAX_PATH ? path : "/";
}

/** The address of a page that leads on to `next`. */
export function withNext(path: string, next: string): string {
  return next === "/" ? path : `${path}?next=${encodeURIComponent(next)}`;
}
