import { redirect } from "../lib/http/redirect.ts";
import { define } from "../lib/pages/define.ts";
import { firstRoom, signedIn } from "../lib/pages/chat_page_data.ts";
import { isPhone, namedCookie } from "../lib/pages/page_rules.ts";

export const handler = define.handlers({
  async GET(ctx) {
    // A phone shows one pane at a time, the room list first.
    if (isPhone(ctx.req)) return redirect("/rooms");
    const id = await firstRoom(ctx.state.chat, signedIn(ctx.state), namedCookie(ctx.req, "room"));
    return redirect(id === null ? "/rooms" : `/rooms/${encodeURIComponent(id)}`);
  },
});
