import { define } from "../lib/pages/define.ts";

/** Numbers for a collector; the API answers it. */
export const handler = define.handlers((ctx) => ctx.state.api(ctx.req, ctx.info));
