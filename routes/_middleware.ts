import { HttpError } from "fresh";
import { Meter } from "../lib/chat/meter.ts";
import { authenticate, type Authenticated } from "../lib/chat/sign_in/sessions.ts";
import { readCookie, sessionCookie } from "../lib/chat/sign_in/cookies.ts";
import { ChatError, errorBody } from "../lib/base/errors.ts";
import { define } from "../lib/pages/define.ts";
import { isSameOrigin, saysWhere, withNext } from "../lib/http/origin.ts";
import { formToken, hasFormToken } from "../lib/pages/form.ts";
import { redirect } from "../lib/http/redirect.ts";
import { isPublicPage, namedCookie } from "../lib/pages/page_rules.ts";
import { brandOf } from "../lib/pages/brand.ts";
import { languageOf, settingsOf } from "../lib/pages/reader.ts";
import { sealPage } from "../lib/pages/seal_page.ts";
import { knownZone } from "../lib/ui/parts/time.ts";

/** Paths of the API and the socket, which have rules of their own. */
const NO_PAGES = new Set(["/ws", "/health", "/ready", "/metrics"]);

/** Finds out who asks and whether they may, and adds every page's headers. */
export default define.middleware(async (ctx) => {
  const { pathname } = ctx.url;
  if (NO_PAGES.has(pathname) || pathname.startsWith("/api/")) return await ctx.next();
  const { chat } = ctx.state;
  const cookie = readCookie(chat.config, ctx.req.headers);
  const { address } = ctx.state.client;
  let session: Authenticated | null = null;
  try {
    if (cookie !== undefined) session = await authenticate(chat, { cookie, address });
    chat.rates.checkCommand(session?.user_id ?? null, address);
  } catch (error) {
    if (!(error instanceof ChatError) || error.code !== "rate_limited") throw error;
    return sealPage(ctx, tooMany(error));
  }
  ctx.state.actor = session;
  ctx.state.renewal = session?.renewed && cookie !== undefined
    ? sessionCookie(chat.config, cookie, session.expires_at)
    : null;
  ctx.state.form_token = session === null || cookie === undefined ? "" : await formToken(cookie);
  ctx.state.brand = await brandOf(chat);
  ctx.state.settings = await settingsOf(chat, session, ctx.req);
  ctx.state.language = languageOf(ctx.state.settings, ctx.req);
  ctx.state.peopleClosed = namedCookie(ctx.req, "people") === "closed";
  ctx.state.zone = knownZone(namedCookie(ctx.req, "zone"));
  if (ctx.req.method !== "GET" && ctx.req.method !== "HEAD") {
    if (!isSameOrigin(ctx.req, chat.config)) throw new HttpError(403, "This form was sent from another site");
    // The API's rule for requests that change something by cookie. A browser that sends no Origin has to send the
    // form's token (against CSRF).
    if (session !== null && cookie !== undefined && !saysWhere(ctx.req) && !await hasFormToken(ctx.req, chat, cookie)) {
      throw new HttpError(403, "This form does not say which page it was sent from: load the page again");
    }
  }
  if (ctx.state.actor === null && !isPublicPage(pathname)) {
    const next = ctx.req.method === "GET" ? ctx.url.pathname + ctx.url.search : "/";
    const door = await chat.server.isSetUp() ? "/login" : "/setup";
    return sealPage(ctx, redirect(withNext(door, next), 303));
  }
  const meter = new Meter(chat);
  ctx.state.chat = meter.chat;
  return sealPage(ctx, await ctx.next().finally(() => meter.charge(session?.user_id ?? null, address)));
});

function tooMany(error: unknown): Response {
  const { message, retry_after } = errorBody(error);
  return new Response(message, { status: 429, headers: { "retry-after": String(retry_after ?? 1) } });
}
