/** The address of the socket (lib/socket). */
import { define } from "../lib/pages/define.ts";

export const handler = define.handlers((ctx) => ctx.state.upgrade(ctx.req, ctx.info));
