import { redirect } from "../../lib/http/redirect.ts";
import { define } from "../../lib/pages/define.ts";
import { administrator } from "../../lib/pages/admin.ts";

export const handler = define.handlers({
  GET(ctx) {
    administrator(ctx.state);
    return redirect("/admin/overview");
  },
});
