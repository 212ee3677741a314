import type { MessageItem, ReportRecord, User } from "../../protocol/model.ts";
import { usePageStrings, useTimes } from "../strings/context.ts";
import { ActForm, Empty, More } from "./frame.tsx";

export interface ReportLine {
  report: ReportRecord;
  room: { id: string; name: string; kind: string };
  message: MessageItem | null;
}

interface ReportsProps {
  reports: ReportLine[];
  has_more: boolean;
  people: ReadonlyMap<string, User>;
  zone: string;
}

export function Reports({ reports, has_more, people, zone }: ReportsProps) {
  const { admin: t } = usePageStrings();
  return (
    <section class="card" aria-labelledby="reports">
      <h2 id="reports">{t.sections.reports}</h2>
      {reports.length === 0 ? <Empty text={t.noReports} /> : (
        <ul class="admin-list">
          {reports.map((line) => <ReportRow key={line.report.id} {...line} people={people} zone={zone} />)}
        </ul>
      )}
      {has_more && <More section="reports" query={`after=${reports.at(-1)?.report.id ?? ""}`} />}
    </section>
  );
}

function ReportRow({ report, room, message, people, zone }: ReportLine & Pick<ReportsProps, "people" | "zone">) {
  const { admin: t } = usePageStrings();
  const times = useTimes();
  const name = (id: string) => people.get(id)?.username ?? id;
  const act = { section: "reports", of: report.id } as const;
  return (
    <li class="admin-row admin-report">
      <div class="admin-what">
        <small>
          {t.reportedBy(name(report.reporter), times.full(new Date(report.at).toISOString(), zone))} ·{" "}
          <bdi>{room.kind === "direct" ? t.direct : room.name || room.id}</bdi>
        </small>
        <p dir="auto">{report.reason}</p>
        <blockquote class="reported">
          <small>@{name(report.author)}</small>
          <p dir="auto">{message === null ? t.gone : message.content}</p>
        </blockquote>
      </div>
      <div class="admin-buttons">
        <ActForm {...act} act="dismissed" label={t.acts.dismiss} />
        {message !== null && <ActForm {...act} act="removed" label={t.acts.remove} danger />}
        {room.kind !== "direct" && (
          <>
            <ActForm {...act} act="muted" label={t.acts.mute} />
            <ActForm {...act} act="banned" label={t.acts.ban} danger />
          </>
        )}
      </div>
    </li>
  );
}
