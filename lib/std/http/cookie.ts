/** `@std/http/cookie`: the part of the published module that we use, under the same names and types. */

export interface Cookie {
  name: string;
  value: string;
  expires?: Date | number;
  /** In seconds. */
  maxAge?: number;
  domain?: string;
  path?: string;
  secure?: boolean;
  httpOnly?: boolean;
  sameSite?: "Strict" | "Lax" | "None";
}

/** The cookies that a request brings; of two with one name, the last. */
export function getCookies(headers: Headers): Record<string, string> {
  const found: Record<string, string> = {};
  for (const pair of headers.get("cookie")?.split(";") ?? []) {
    const at = pair.indexOf("=");
    if (at < 0) found[pair.trim()] = "";
    else found[pair.slice(0, at).trim()] = pair.slice(at + 1);
  }
  return found;
}

/** Adds a Set-Cookie header. Throws where the name or the value would break it (RFC 6265, 4.1.1). */
export function setCookie(headers: Headers, cookie: Cookie): void {
  if (cookie.name === "") return;
  if (!/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(cookie.name)) {
    throw new SyntaxError(`Invalid cookie name: "${cookie.name}"`);
  }
  if (!/^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*$/.test(cookie.value)) {
    throw new SyntaxError(`Cookie '${cookie.name}' has a character in its value that a cookie cannot hold`);
  }
  headers.append("set-cookie", [`${cookie.name}=${cookie.value}`, ...attributes(cookie)].join("; "));
}

function attributes({ name, expires, maxAge, domain, path, secure, httpOnly, sameSite }: Cookie): string[] {
  // browsers refuse these names without what they stand for (RFC 6265bis, 4.1.3)
  const isHost = name.startsWith("__Host-");
  const all = {
    Secure: secure === true || isHost || name.startsWith("__Secure-"),
    HttpOnly: httpOnly === true,
    "Max-Age": maxAge,
    Domain: isHost ? undefined : domain,
    SameSite: sameSite,
    Path: isHost ? "/" : path,
    Expires: expires ? new Date(expires).toUTCString() : undefined,
  };
  return Object.entries(all).flatMap(([attribute, value]) => {
    if (value === undefined || value === false) return [];
    return [value === true ? attribute : `${attribute}=${value}`];
  });
}
