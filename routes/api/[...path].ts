import { define } from "../../lib/pages/define.ts";
import { isSocketPath } from "../../lib/socket/transport/transport.ts";

/** The REST API has a router of its own (lib/api); sockets have an alias here. */
export const handler = define.handlers((ctx) =>
  isSocketPath(ctx.url.pathname) ? ctx.state.upgrade(ctx.req, ctx.info) : ctx.state.api(ctx.req, ctx.info)
);
