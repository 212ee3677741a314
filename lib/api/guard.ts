/** Who asks, and whether it was them: credentials, cross-site requests, rates. */
import { authenticate, type Authenticated } from "../chat/sign_in/sessions.ts";
import { readCookie } from "../chat/sign_in/cookies.ts";
import type { ClientInfo } from "../chat/sign_in/client.ts";
import type { Chat } from "../chat/chat.ts";
import { ChatError } from "../base/errors.ts";
import { isSameOrigin, saysWhere } from "../http/origin.ts";
import { type Route, unauthorized } from "./route.ts";

/** Throws `unauthorized`, `bad_origin` or `rate_limited`. */
export async function admit(
  chat: Chat,
  route: Pick<Route, "method" | "auth" | "sends" | "rate" | "tag">,
  request: Request,
  client: ClientInfo,
): Promise<Authenticated | null> {
  const changes = route.method !== "GET";
  if (route.auth === "none") {
    if (changes && !isSameOrigin(request, chat.config)) throw badOrigin();
    // a monitor's probe must not be refused
    if (route.tag !== "Server") chat.rates.checkCommand(null, client.address);
    return null;
  }
  const bearer = bearerOf(request);
  const cookie = readCookie(chat.config, request.headers);
  const actor = await authenticate(chat, { bearer, cookie, address: client.address });
  if (actor === null) {
    chat.rates.checkCommand(null, client.address);
    if (route.auth === "required") throw bearer === undefined ? unauthorized() : badToken();
  }
  // CSRF: a browser adds cookies to requests that other sites cause; a token is only sent by its owner
  if (
    changes && actor?.by !== "bearer" && !(isSameOrigin(request, chat.config) && (actor === null || saysWhere(request)))
  ) {
    throw badOrigin();
  }
  if (actor !== null) {
    if (route.rate === undefined) chat.rates.checkCommand(actor.user_id, client.address);
    else chat.rates.check(route.rate, actor.user_id);
    if (route.sends === true) chat.rates.check("sends", actor.user_id);
  }
  return actor;
}

/** The bearer token. Other schemes are ignored: they may be for a proxy in front of this server. */
export function bearerOf(request: Request): string | undefined {
  return /^bearer +(\S+) *$/i.exec(request.headers.get("authorization") ?? "")?.[1];
}

function badOrigin(): ChatError {
  return new ChatError(
    "bad_origin",
    "A request that changes something by cookie must come from this site: it needs an Origin header with this " +
      'server\'s address. Programs send a token instead: POST /api/users/login with "tokens": true.',
  );
}

function badToken(): ChatError {
  return new ChatError(
    "unauthorized",
    'The access token is not valid or has expired: get a new one with POST /api/auth/refresh {"refresh_token"}.',
  );
}
