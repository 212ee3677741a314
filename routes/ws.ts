/** Where sockets come in (lib/socket). */
import { define } from "../lib/define.ts";

export const handler = define.handlers((ctx) => ctx.state.upgrade(ctx.req, ctx.info));
