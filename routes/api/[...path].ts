import { define } from "../../lib/pages/define.ts";
import { isSocketPath } from "../../lib/socket/transport/transport.ts";

/** Passes requests to the REST API's own router (lib/api). The socket can be opened under this path too. */
export const handler = define.handlers((ctx) =>
  isSocketPath(ctx.url.pathname) ? ctx.state.upgrade(ctx.req, ctx.info) : ctx.state.api(ctx.req, ctx.info)
);
