/** The browser's one cookie that matters: opaque, unreadable to scripts, stored hashed on the server. */
import type { Config } from "./config.ts";

/** Whether people reach this server by https, as far as it can know. */
export function isHttps(request: Request, config: Pick<Config, "publicUrl">): boolean {
  return new URL(config.publicUrl ?? request.url).protocol === "https:";
}

/** `__Host-` makes browsers refuse it from a sibling domain or over http. */
export function sessionCookieName(https: boolean): string {
  return https ? "__Host-parley" : "parley";
}

/** The session's secret, or undefined. */
export function readSessionCookie(request: Request, config: Pick<Config, "publicUrl">): string | undefined {
  return readCookie(request, sessionCookieName(isHttps(request, config)));
}

/** A `Set-Cookie` value. `expiresAt` in milliseconds since the epoch. */
export function sessionCookie(
  request: Request,
  config: Pick<Config, "publicUrl">,
  secret: string,
  expiresAt: number,
): string {
  const https = isHttps(request, config);
  return `${sessionCookieName(https)}=${secret}; Path=/; HttpOnly; SameSite=Lax; Expires=${
    new Date(expiresAt).toUTCString()
  }${https ? "; Secure" : ""}`;
}

/** A `Set-Cookie` value that ends it. */
export function endedSessionCookie(request: Request, config: Pick<Config, "publicUrl">): string {
  return sessionCookie(request, config, "", 0);
}

export function readCookie(request: Request, name: string): string | undefined {
  for (const pair of (request.headers.get("cookie") ?? "").split(";")) {
    const at = pair.indexOf("=");
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim();
  }
  return undefined;
}
