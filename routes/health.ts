import { define } from "../lib/define.ts";

/** For monitors and load balancers; the API answers it. */
export const handler = define.handlers((ctx) => ctx.state.api(ctx.req, ctx.info));
