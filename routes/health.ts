import { define } from "../lib/pages/define.ts";

/** Whether the process lives; answered by the API. */
export const handler = define.handlers((ctx) => ctx.state.api(ctx.req, ctx.info));
