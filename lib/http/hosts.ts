/**
 * The host names that this server answers to. It refuses others, because a page of a foreign name that resolves to this
 * server (DNS rebinding) must get nothing.
 */
import { type Config, isLoopbackHost } from "../base/config/config.ts";
import { ChatError } from "../base/errors.ts";
import { isIP } from "node:net";
import { refuseNonLocal } from "./local_mode.ts";

/** Probes and collectors call these by whatever name or address they know. */
const BY_ANY_NAME = new Set(["/health", "/ready", "/metrics"]);

/** The error to answer with, or null. Without PUBLIC_URL, outside local mode, the names are not known. */
export function refuseHost(request: Request, config: Config): ChatError | null {
  const nonLocal = refuseNonLocal(request, config);
  if (nonLocal !== null || config.publicUrl === undefined || config.hosted) return nonLocal;
  const url = new URL(request.url);
  if (BY_ANY_NAME.has(url.pathname)) return null;
  const given = request.headers.get("host");
  const known = [config.publicUrl, ...config.allowedOrigins].map((origin) => new URL(origin).host);
  const scheme = new URL(config.publicUrl).protocol;
  // an absolute request target may name another one than the header
  for (const host of given === null ? [url.host] : [url.host, given]) {
    const { host: name, hostname } = URL.parse(`${scheme}//${host}`) ?? { host: "", hostname: "" };
    const isAddress = isIP(hostname.replace(/^\[|\]$/g, "")) > 0;
    if (known.includes(name) || isLoopbackHost(hostname) || isAddress) continue;
    return new ChatError(
      "bad_host",
      `This server is ${config.publicUrl} (PUBLIC_URL), and the request is for ${
        JSON.stringify(host.slice(0, 100))
      }. A ` +
        "proxy has to pass the Host header on; origins besides PUBLIC_URL belong in ALLOWED_ORIGINS.",
    );
  }
  return null;
}
