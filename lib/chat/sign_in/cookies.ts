/** The session cookie: opaque, out of scripts' reach, and bound to this host where it goes over https. */
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
  const secure = overHttps(config) ? "; Secure" : "";
  const expires = new Date(expiresAt).toUTCString();
  return `${cookieName(config)}=${secret}; Path=/; Expires=${expires}; HttpOnly; SameSite=Lax${secure}`;
}

/** Makes the browser forget it. */
export function clearedCookie(config: PublicUrl): string {
  return sessionCookie(config, "", 0);
}

/** The secret out of a request's Cookie header. */
export function readCookie(config: PublicUrl, header: string | null | undefined): string | undefined {
  const start = `${cookieName(config)}=`;
  for (const part of (header ?? "").split(";", 200)) {
    const pair = part.trim();
    if (pair.startsWith(start)) return pair.slice(start.length);
  }
  return undefined;
}
