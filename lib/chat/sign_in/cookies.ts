/** The session cookie: opaque, out of scripts' reach, and bound to this host where it goes over https. */
import { type Cookie, getCookies, setCookie } from "@std/http/cookie";
import type { Config } from "../../base/config/config.ts";

type PublicUrl = Pick<Config, "publicUrl">;

function overHttps({ publicUrl }: PublicUrl): boolean {
  return publicUrl?.startsWith("https:") === true;
}

/** The __Host- prefix keeps other hosts of the domain from setting it (RFC 6265bis, 4.1.3.2). */
export function cookieName(config: PublicUrl): string {
  return overHttps(config) ? "__Host-parley_session" : "parley_session";
}

/** The Set-Cookie header's value. `expiresAt` in milliseconds since the epoch. */
export function sessionCookie(config: PublicUrl, secret: string, expiresAt: number): string {
  return cookieHeader({
    name: cookieName(config),
    value: secret,
    path: "/",
    // a Date: zero as a number would count as absent
    expires: new Date(expiresAt),
    httpOnly: true,
    sameSite: "Lax",
    secure: overHttps(config),
  });
}

export function cookieHeader(cookie: Cookie): string {
  const headers = new Headers();
  setCookie(headers, cookie);
  return headers.get("set-cookie") ?? "";
}

/** Makes the browser forget it. */
export function clearedCookie(config: PublicUrl): string {
  return sessionCookie(config, "", 0);
}

/** The secret that a request brings. */
export function readCookie(config: PublicUrl, headers: Headers): string | undefined {
  return getCookies(headers)[cookieName(config)];
}
