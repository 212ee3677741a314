import { signOut } from "../lib/chat/sessions.ts";
import { define } from "../lib/define.ts";
import { endedSessionCookie } from "../lib/session_cookie.ts";

export const handler = define.handlers({
  GET: (ctx) => ctx.redirect("/"),
  async POST(ctx) {
    const { chat, actor } = ctx.state;
    if (actor !== null) await signOut(chat, actor);
    const response = ctx.redirect("/login", 303);
    response.headers.append("set-cookie", endedSessionCookie(ctx.req, chat.config));
    return response;
  },
});
