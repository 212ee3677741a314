import { signOut } from "../lib/chat/sign_in/sessions.ts";
import { clearedCookie } from "../lib/chat/sign_in/cookies.ts";
import { redirect } from "../lib/http/redirect.ts";
import { define } from "../lib/pages/define.ts";

export const handler = define.handlers({
  GET: () => redirect("/"),
  async POST(ctx) {
    const { chat, actor } = ctx.state;
    if (actor !== null) await signOut(chat, actor);
    const response = redirect("/login", 303);
    response.headers.append("set-cookie", clearedCookie(chat.config));
    // Pictures, drafts and unsent messages must not stay in the browser.
    response.headers.set("clear-site-data", '"cache", "storage"');
    return response;
  },
});
