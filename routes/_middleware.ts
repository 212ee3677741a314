import { HttpError } from "fresh";
import { authenticate } from "../lib/chat/sessions.ts";
import { define } from "../lib/define.ts";
import { isSameOrigin } from "../lib/origin.ts";
import { readCookie, readSessionCookie } from "../lib/session_cookie.ts";
import { isPublicPage, pageHeaders, themeOf } from "../lib/ui/page_rules.ts";
import { knownZone } from "../lib/ui/time.ts";

/** Who asks, whether they may, and what every page is sent with. The API and the socket have rules of their own. */
export default define.middleware(async (ctx) => {
  const { pathname } = ctx.url;
  if (pathname === "/ws" || pathname.startsWith("/api/")) return await ctx.next();
  const { chat } = ctx.state;
  const cookie = readSessionCookie(ctx.req, chat.config);
  ctx.state.actor = cookie === undefined ? null : await authenticate(chat, { cookie });
  ctx.state.theme = themeOf(readCookie(ctx.req, "theme"));
  ctx.state.zone = knownZone(decode(readCookie(ctx.req, "zone")));

  if (ctx.req.method !== "GET" && ctx.req.method !== "HEAD" && !isSameOrigin(ctx.req, chat.config)) {
    throw new HttpError(403, "This form was sent from another site");
  }
  if (ctx.state.actor === null && !isPublicPage(pathname)) {
    const next = ctx.req.method === "GET" ? ctx.url.pathname + ctx.url.search : "/";
    return ctx.redirect(next === "/" ? "/login" : `/login?next=${encodeURIComponent(next)}`, 303);
  }
  const response = await ctx.next();
  for (const [name, value] of pageHeaders(ctx.url)) response.headers.set(name, value);
  return response;
});

function decode(value: string | undefined): string | undefined {
  try {
    return value && decodeURIComponent(value);
  } catch {
    return undefined;
  }
}
