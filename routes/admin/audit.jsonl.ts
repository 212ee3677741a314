import { readAudit } from "../../lib/chat/audit.ts";
import { define } from "../../lib/define.ts";
import { administrator } from "../../lib/pages/admin.ts";

const PAGE = 500;

/** The whole audit log, the newest first, one entry a line; read as it is taken. */
export const handler = define.handlers({
  GET(ctx) {
    const { chat } = ctx.state;
    const actor = administrator(ctx.state);
    let before: string | undefined;
    let more = true;
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        if (!more) return controller.close();
        const { entries, has_more } = await readAudit(chat, actor, { before, limit: PAGE });
        before = entries.at(-1)?.id;
        more = has_more;
        const lines = entries.map((entry) => `${JSON.stringify({ ...entry, at: new Date(entry.at).toISOString() })}\n`);
        if (lines.length === 0) controller.close();
        else controller.enqueue(new TextEncoder().encode(lines.join("")));
      },
    });
    return new Response(body, {
      headers: {
        "content-type": "application/jsonl; charset=utf-8",
        "content-disposition": 'attachment; filename="audit.jsonl"',
      },
    });
  },
});
