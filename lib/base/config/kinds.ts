/** How one setting's text is read, and what to tell an operator who got it wrong. */
import { isIP } from "node:net";
import { isLoopbackHost } from "./loopback.ts";
import { isPostgresUrl, parsePostgresUrl } from "./postgres_url.ts";

/** Token buckets: `burst` at once, refilled at `perMinute`. */
export interface Rate {
  burst: number;
  perMinute: number;
}

export interface Kind<T> {
  /** Completes "PORT must be …". */
  allowed: string;
  /** undefined: the text is not allowed. */
  parse(text: string): T | undefined;
}

/** A whole number in decimal digits; `scale` turns the operator's unit into the config's. */
export function integer(least: number, most: number, scale = 1): Kind<number> {
  return {
    allowed: `a whole number from ${least} to ${most}`,
    parse(text) {
      if (!/^\d{1,15}$/.test(text)) return undefined;
      const value = Number(text);
      return value >= least && value <= most ? value * scale : undefined;
    },
  };
}

export function oneOf<const T extends string>(...values: T[]): Kind<T> {
  return { allowed: `one of ${values.join(", ")}`, parse: (text) => values.find((value) => value === text) };
}

export const onOff: Kind<boolean> = {
  allowed: "on or off",
  parse: (text) => text === "on" ? true : text === "off" ? false : undefined,
};

/** `burst/perMinute`. */
export const rate: Kind<Rate> = {
  allowed: "two whole numbers from 1 to 1000000, how many at once and how many a minute, such as 20/600",
  parse(text) {
    const [, burst, perMinute] = /^(\d{1,7})\/(\d{1,7})$/.exec(text) ?? [];
    const value = { burst: Number(burst), perMinute: Number(perMinute) };
    const fits = (n: number) => n >= 1 && n <= 1_000_000;
    return fits(value.burst) && fits(value.perMinute) ? value : undefined;
  },
};

export const host: Kind<string> = {
  allowed: "an IP address or a host name to listen on, such as 127.0.0.1 or 0.0.0.0",
  parse: (text) => isIP(text) > 0 || /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/i.test(text) ? text : undefined,
};

export const path: Kind<string> = {
  allowed: "a path of the file system",
  // deno-lint-ignore no-control-regex -- a path with control characters is a mistake
  parse: (text) => /^[^\u0000-\u001f\u007f]{1,1024}$/.test(text) ? text : undefined,
};

/** 32 bytes are what HS256 wants (RFC 7518, 3.2). */
export const secret: Kind<string> = {
  allowed: "at least 32 bytes, such as the output of: openssl rand -base64 32",
  parse: (text) => new TextEncoder().encode(text).length >= 32 ? text : undefined,
};

/** scheme://host[:port] and nothing else; a closing slash is forgiven. */
export const origin: Kind<string> = {
  allowed: "an origin without a path, such as https://chat.example.org",
  parse(text) {
    const url = httpUrl(text);
    return url !== undefined && url.href === `${url.origin}/` ? url.origin : undefined;
  },
};

/** `auto` is one a core. */
export const isolates: Kind<number> = {
  allowed: "a whole number from 1 to 64, or auto: one for each core of this machine",
  parse: (text) => text === "auto" ? Math.min(navigator.hardwareConcurrency, 64) : integer(1, 64).parse(text),
};

/** The access token of KV Connect goes with every request, so that plain http must not leave the machine. */
export const kvUrl: Kind<string> = {
  allowed:
    "a PostgreSQL URL, such as postgres://user@host1,host2/database, or an https:// URL of a KV Connect server " +
    "(http:// only on this machine's loopback address)",
  parse(text) {
    if (isPostgresUrl(text)) return postgresUrl.parse(text);
    const url = httpUrl(text);
    if (url === undefined || url.username !== "" || url.password !== "") return undefined;
    return url.protocol === "https:" || isLoopbackHost(url.hostname) ? text : undefined;
  },
};

export const postgresUrl: Kind<string> = {
  allowed:
    "a PostgreSQL URL, such as postgres://user@host1,host2/database?sslmode=verify-full; sslmode may be disable, " +
    "require, verify-ca or verify-full, target_session_attrs read-write or primary",
  parse: (text) => typeof parsePostgresUrl(text) === "string" ? undefined : text,
};

export const s3Endpoint: Kind<string> = {
  allowed: "an http:// or https:// URL without a query or a password",
  parse(text) {
    const url = httpUrl(text);
    if (url === undefined || url.username !== "" || url.password !== "" || url.search !== "") return undefined;
    return url.href.replace(/\/+$/, "");
  },
};

export const bucket: Kind<string> = {
  allowed: "a bucket's name of 3-63 characters out of a-z 0-9 . -",
  parse: (text) => /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(text) ? text : undefined,
};

export const word: Kind<string> = {
  allowed: "at most 256 printable characters without spaces",
  parse: (text) => /^[\x21-\x7e]{1,256}$/.test(text) ? text : undefined,
};

export const network: Kind<string> = {
  allowed: "an IP address or a network, such as 10.0.0.0/8",
  parse(text) {
    const [, address = "", bits] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
    const version = isIP(address);
    if (version === 0) return undefined;
    return bits === undefined || Number(bits) <= (version === 4 ? 32 : 128) ? text : undefined;
  },
};

/** Separated by commas. */
export function listOf<T>(kind: Kind<T>, most = 100): Kind<T[]> {
  return {
    allowed: `at most ${most} values with commas between them, each ${kind.allowed}`,
    parse(text) {
      const parts = text.split(",").map((part) => part.trim()).filter((part) => part !== "");
      const values = parts.map((part) => kind.parse(part)).filter((value) => value !== undefined);
      return values.length === parts.length && values.length <= most ? values : undefined;
    },
  };
}

export { isLoopbackHost };

function httpUrl(text: string): URL | undefined {
  const url = URL.parse(text);
  return url !== null && (url.protocol === "http:" || url.protocol === "https:") ? url : undefined;
}
