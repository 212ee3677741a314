import { define } from "../../lib/define.ts";

/** The REST API has a router of its own (lib/api). */
export const handler = define.handlers((ctx) => ctx.state.api(ctx.req, ctx.info));
