/** Reports, and the audit log. */
import * as v from "valibot";
import { readAudit } from "../../chat/moderation/audit.ts";
import type { Chat } from "../../chat/chat.ts";
import { handleReport, listReports, reportMessage, type ReportView } from "../../chat/moderation/reports.ts";
import { answer, route } from "../route.ts";
import { bodies, queries } from "../schemas.ts";
import * as views from "../views.ts";

export const moderationRoutes = [
  route({
    method: "POST",
    path: "/api/rooms/:room_id/messages/:message_id/reports",
    id: "reportMessage",
    tag: "Moderation",
    summary: "Report a message to the moderators",
    about:
      "The room's moderators and the administrators see it. There is one open report for each message and person: " +
      "repeating it changes nothing.",
    sends: true,
    body: bodies.report,
    responses: { 204: null },
    errors: ["forbidden", "no_such_message", "limit_reached"],
    async run({ chat, actor, params, body }) {
      await reportMessage(chat, actor, { ...params, ...body });
      return answer(204, null);
    },
  }),
  route({
    method: "GET",
    path: "/api/reports",
    id: "listReports",
    tag: "Moderation",
    summary: "The open reports",
    about:
      "The oldest first. With room_id a room's, for its moderators; without it all, for administrators. Give the last " +
      "one's id as after while has_more is true.",
    query: queries.reports,
    responses: { 200: v.object({ reports: v.array(views.report), has_more: v.boolean() }) },
    errors: ["forbidden"],
    async run({ chat, actor, query }) {
      const { reports, has_more } = await listReports(chat, actor, query);
      return answer(200, { reports: await reportViews(chat, reports), has_more });
    },
  }),
  route({
    method: "POST",
    path: "/api/reports/:report_id",
    id: "handleReport",
    tag: "Moderation",
    summary: "Handle a report",
    about: "removed deletes the message, muted mutes its author for a day, banned bans them from the room. All open " +
      "reports of the message are closed.",
    body: bodies.handleReport,
    responses: { 204: null },
    errors: ["forbidden", "not_found", "no_such_user"],
    async run({ chat, actor, params, body }) {
      await handleReport(chat, actor, params.report_id, body.outcome);
      return answer(204, null);
    },
  }),
  route({
    method: "GET",
    path: "/api/audit",
    id: "readAudit",
    tag: "Moderation",
    summary: "The audit log",
    about:
      "For administrators. The newest first: give the last one's id as before while has_more is true. No request " +
      "changes or deletes an entry.",
    query: queries.audit,
    responses: { 200: v.object({ entries: v.array(views.auditEntry), has_more: v.boolean() }) },
    errors: ["forbidden"],
    async run({ chat, actor, query }) {
      const { entries, has_more } = await readAudit(chat, actor, query);
      return answer(200, {
        entries: entries.map((entry) => ({ ...entry, at: new Date(entry.at).toISOString() })),
        has_more,
      });
    },
  }),
];

async function reportViews(chat: Chat, reports: ReportView[]) {
  const people = await chat.directory.many(reports.flatMap(({ report }) => [report.author, report.reporter]));
  return reports.flatMap(({ report: { id, at, room_id, message_id, author, reporter, reason }, message }) => {
    const [wrote, told] = [people.get(author), people.get(reporter)];
    if (wrote === undefined || told === undefined) return [];
    return [{
      id,
      room_id,
      message_id,
      author: wrote,
      reporter: told,
      reason,
      reported_at: new Date(at).toISOString(),
      content: message?.content ?? null,
    }];
  });
}
