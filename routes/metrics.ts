import { define } from "../lib/pages/define.ts";

/** Metrics for a collector; answered by the API. */
export const handler = define.handlers((ctx) => ctx.state.api(ctx.req, ctx.info));
