import { define } from "../lib/pages/define.ts";

/** Whether the server should get traffic; answered by the API. */
export const handler = define.handlers((ctx) => ctx.state.api(ctx.req, ctx.info));
