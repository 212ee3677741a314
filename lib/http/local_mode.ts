/**
 * Local mode serves this machine alone (config.isLocalMode). It refuses every request with a sign that it came through
 * a foreign site or a proxy.
 */
import { type Config, isLocalMode, isLoopbackHost } from "../base/config/config.ts";
import { ChatError } from "../base/errors.ts";

/**
 * The error to answer with, or null. It protects against DNS rebinding (a foreign Host on our loopback address) and
 * against a proxy on this machine that brings the internet in without the operator having said so.
 */
export function refuseNonLocal(request: Request, config: Config): ChatError | null {
  if (!isLocalMode(config)) return null;
  const host = request.headers.get("host") ?? new URL(request.url).host;
  if (!isLoopbackHost(hostname(`http://${host}`))) return refusal(`the host ${JSON.stringify(host.slice(0, 100))}`);
  const origin = request.headers.get("origin");
  if (origin !== null && !config.allowedOrigins.includes(origin) && !isLoopbackHost(hostname(origin))) {
    return refusal(`the origin ${JSON.stringify(origin.slice(0, 100))}`);
  }
  for (const name of request.headers.keys()) {
    if (name === "forwarded" || name.startsWith("x-forwarded-")) return refusal(`the header ${name.slice(0, 100)}`);
  }
  return null;
}

function hostname(url: string): string {
  return URL.parse(url)?.hostname ?? "";
}

function refusal(what: string): ChatError {
  return new ChatError(
    "bad_host",
    `This server runs for its own machine only, and this request has ${what}. To let others in, set PUBLIC_URL to the ` +
      "address that people type (and TRUSTED_PROXIES to the proxy's address, if there is one), then start it again.",
  );
}
