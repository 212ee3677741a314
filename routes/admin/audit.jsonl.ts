import { define } from "../../lib/pages/define.ts";
import { administrator, auditLines } from "../../lib/pages/admin.ts";

export const handler = define.handlers({
  GET(ctx) {
    const lines = ReadableStream.from(auditLines(ctx.state.chat, administrator(ctx.state)));
    return new Response(lines.pipeThrough(new TextEncoderStream()), {
      headers: {
        "content-type": "application/jsonl; charset=utf-8",
        "content-disposition": 'attachment; filename="audit.jsonl"',
      },
    });
  },
});
