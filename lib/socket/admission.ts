/** Checks a request for a socket (SPEC.md, U): everything that the request alone shows, without the store. */
import { ChatError, errorBody } from "../base/errors.ts";
import type { Config } from "../base/config/config.ts";
import { isOwnOrigin } from "../http/origin.ts";
import { SUBPROTOCOL } from "../protocol/limits.ts";

const HOW = "Connect a WebSocket to /ws with the session cookie of POST /api/users/login, " +
  'or with "Authorization: Bearer <access token>".';

/** Throws a ChatError where a request may not open a socket. */
export function checkUpgrade(request: Request, config: Pick<Config, "publicUrl" | "allowedOrigins">): void {
  const url = new URL(request.url);
  refuseIdentityInUrl(url);
  const { headers } = request;
  if (request.method !== "GET" || headers.get("upgrade")?.toLowerCase() !== "websocket") {
    throw new ChatError("bad_request", `This address takes WebSockets. ${HOW}`);
  }
  if (headers.get("sec-websocket-version") !== "13") {
    throw new ChatError("upgrade_required", "Only version 13 of the WebSocket protocol (RFC 6455) is spoken here.");
  }
  if (!/^[+/0-9A-Za-z]{22}==$/.test(headers.get("sec-websocket-key") ?? "")) {
    throw new ChatError("bad_request", "Sec-WebSocket-Key must be 16 bytes in base64.");
  }
  checkOrigin(request, config);
}

/** Refuses a name or an id in the URL: simple chats identify their users that way, and anybody can type one. */
function refuseIdentityInUrl(url: URL): void {
  const named = ["username", "user", "user_id", "userId", "token", "access_token"].find((name) =>
    url.searchParams.has(name)
  );
  const inPath = url.pathname !== "/ws" && url.pathname !== "/api/ws";
  if (named === undefined && !inPath) return;
  const what = named === undefined ? "a path" : `"?${named}="`;
  throw new ChatError(
    "identity_in_url",
    `Who you are cannot be given in the URL (${what}): sign in with POST /api/users/login first. ${HOW}`,
  );
}

/**
 * Prevents cross-site WebSocket hijacking: a browser sends our cookies with a socket that any site's script opens, and
 * names that site in Origin. So a socket with a cookie needs one of our Origins. A program with a token needs none.
 */
function checkOrigin(request: Request, config: Pick<Config, "publicUrl" | "allowedOrigins">): void {
  const origin = request.headers.get("origin");
  if (origin === null) {
    if (bearerOf(request) !== undefined) return;
    throw new ChatError("bad_origin", "A socket that signs in by cookie needs an Origin header: this site's address.");
  }
  if (config.allowedOrigins.includes(origin) || isOwnOrigin(origin, request, config)) return;
  throw new ChatError(
    "bad_origin",
    `Pages of ${JSON.stringify(origin.slice(0, 100))} may not open sockets here. ALLOWED_ORIGINS lists those that may.`,
  );
}

export function bearerOf(request: Request): string | undefined {
  return /^Bearer +(\S+)$/i.exec(request.headers.get("authorization") ?? "")?.[1];
}

/** The subprotocol to answer with, or "". */
export function subprotocolOf(request: Request): string {
  const offered = (request.headers.get("sec-websocket-protocol") ?? "").split(",").map((name) => name.trim());
  return offered.includes(SUBPROTOCOL) ? SUBPROTOCOL : "";
}

export function refusal(error: unknown): Response {
  const body = errorBody(error);
  const headers = new Headers({ "cache-control": "no-store" });
  if (body.retry_after !== undefined) headers.set("retry-after", String(Math.ceil(body.retry_after)));
  if (body.code === "upgrade_required") {
    headers.set("sec-websocket-version", "13");
    headers.set("upgrade", "websocket");
  }
  return Response.json({ error: body }, { status: error instanceof ChatError ? error.status : 500, headers });
}
