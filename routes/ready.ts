import { define } from "../lib/pages/define.ts";

/** Whether it should be sent traffic; the API answers it. */
export const handler = define.handlers((ctx) => ctx.state.api(ctx.req, ctx.info));
