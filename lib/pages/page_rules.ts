/** Rules of every page: which pages need no account, and the security headers. */
import { getCookies } from "@std/http/cookie";

const PUBLIC = new Set(["/login", "/setup", "/register", "/manifest.webmanifest", "/logout", "/recover", "/offline"]);

export function isPublicPage(pathname: string): boolean {
  return PUBLIC.has(pathname);
}

/** Where Fresh puts the nonce of the inline module that starts the islands. */
const NONCE = Symbol.for("__freshNonce");

/** The nonce of a rendered page's inline script, if it has one. */
export function nonceOf(response: Response): string | null {
  const nonce: unknown = Reflect.get(response, NONCE);
  return typeof nonce === "string" && /^[\w+/=-]+$/.test(nonce) ? nonce : null;
}

/**
 * The security headers of a page: nothing from other origins runs or loads, nothing inline runs without the nonce, and
 * no other site may frame the page.
 */
export function pageHeaders(url: URL, nonce: string | null = null): [string, string][] {
  // In older Safari 'self' does not include ws: on the same host.
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
    // Pages contain private data: back and forward must not show them after a sign-out.
    ["cache-control", "no-store"],
  ];
}

/** The longest value of a preference (a room's id, a time zone, a theme). */
const MAX_COOKIE = 200;

/** A cookie that scripts can set too: a preference, never a proof of identity. Undefined if it is too long. */
export function namedCookie(request: Request, name: string): string | undefined {
  const encoded = getCookies(request.headers)[name];
  try {
    const value = encoded === undefined ? undefined : decodeURIComponent(encoded);
    return value === undefined || value.length > MAX_COOKIE ? undefined : value;
  } catch {
    return undefined;
  }
}

/** The best guess of a server: the client hint if there is one, else the user agent. */
export function isPhone(request: Request): boolean {
  const hint = request.headers.get("sec-ch-ua-mobile");
  return hint === null ? /iPhone|Android.*Mobile/.test(request.headers.get("user-agent") ?? "") : hint === "?1";
}
