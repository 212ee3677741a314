/** What holds for every page: who may see it without an account, and the headers it is sent with. */
import { getCookies } from "@std/http/cookie";

const PUBLIC = new Set(["/login", "/register", "/logout", "/recover", "/offline"]);

export function isPublicPage(pathname: string): boolean {
  return PUBLIC.has(pathname);
}

/** Where Fresh leaves the nonce of the inline module that starts the islands. */
const NONCE = Symbol.for("__freshNonce");

/** Of the inline script in a rendered page, if it has one. */
export function nonceOf(response: Response): string | null {
  const nonce: unknown = Reflect.get(response, NONCE);
  return typeof nonce === "string" && /^[\w+/=-]+$/.test(nonce) ? nonce : null;
}

/** Nothing from elsewhere runs or loads, nothing inline but what the nonce names, and nobody frames us. */
export function pageHeaders(url: URL, nonce: string | null = null): [string, string][] {
  // older Safari does not count ws: on the same host as 'self'
  const sockets = `${url.protocol === "https:" ? "wss" : "ws"}://${url.host}`;
  const policy = [
    "default-src 'self'",
    nonce === null ? "script-src 'self'" : `script-src 'self' 'nonce-${nonce}'`,
    "style-src 'self'",
    "img-src 'self' data: blob:",
    `connect-src 'self' ${sockets}${sockets.startsWith("ws:") ? ` wss://${url.host}` : ""}`,
    "object-src 'none'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'self'",
  ];
  return [
    ["content-security-policy", policy.join("; ")],
    ["x-content-type-options", "nosniff"],
    ["referrer-policy", "same-origin"],
    ["cross-origin-opener-policy", "same-origin"],
    ["cross-origin-resource-policy", "same-origin"],
    ["permissions-policy", "camera=(), microphone=(), geolocation=()"],
    // pages hold what only this person may read; back and forward must not show it after signing out
    ["cache-control", "no-store"],
  ];
}

/** A preference is short: a room's id, a zone, a theme. */
const MAX_COOKIE = 200;

/** A cookie that scripts may set too: a preference, never proof of anything. Absent where it is long. */
export function namedCookie(request: Request, name: string): string | undefined {
  const encoded = getCookies(request.headers)[name];
  try {
    const value = encoded === undefined ? undefined : decodeURIComponent(encoded);
    return value === undefined || value.length > MAX_COOKIE ? undefined : value;
  } catch {
    return undefined;
  }
}

/** As far as a server can tell: the client hint where there is one, else the user agent. */
export function isPhone(request: Request): boolean {
  const hint = request.headers.get("sec-ch-ua-mobile");
  return hint === null ? /iPhone|Android.*Mobile/.test(request.headers.get("user-agent") ?? "") : hint === "?1";
}
