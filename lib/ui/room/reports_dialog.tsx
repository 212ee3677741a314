import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Report } from "../../client/connection/api.ts";
import type { ReportOutcome, Room } from "../../protocol/model.ts";
import { Notice } from "../parts/field.tsx";
import { Skeletons } from "../parts/skeletons.tsx";
import { useChat } from "../page/context.ts";
import { Dialog } from "../parts/dialog.tsx";
import { useAction } from "../parts/use_action.ts";
import { usePartStrings } from "../page/part_strings.ts";

const OUTCOMES: readonly ReportOutcome[] = ["dismissed", "removed", "muted", "banned"];

/** What was reported in this room, and what its moderators may do about it. */
export function ReportsDialog({ room, onClose }: { room: Room; onClose: () => void }) {
  const { store } = useChat();
  const { moderation: t, reactions } = usePartStrings();
  const reports = useSignal<Report[] | null>(null);
  const { busy, error, run } = useAction();
  const hasMore = useSignal(false);
  const readPage = async () => {
    const page = await store.api.listReports(room.id, reports.value?.at(-1)?.id);
    reports.value = [...reports.value ?? [], ...page.reports];
    hasMore.value = page.has_more;
  };
  const load = () => run(readPage);
  useEffect(() => void load(), []);
  const handle = (report: Report, outcome: ReportOutcome) =>
    run(async () => {
      await store.api.handleReport(report.id, outcome);
      // those of the same message are closed with it
      reports.value = reports.value?.filter(({ message_id }) => message_id !== report.message_id) ?? null;
      if (reports.value?.length === 0 && hasMore.value) await readPage();
    });
  return (
    <Dialog title={t.reports} onClose={onClose}>
      {error.value && <Notice kind="error" message={error.value.message} />}
      {reports.value === null && error.value === null && <Skeletons />}
      {reports.value?.length === 0 && <p class="rooms-empty">{t.noReports}</p>}
      <ul class="report-list">
        {reports.value?.map((report) => (
          <li key={report.id}>
            <p>
              <strong dir="auto">{report.reporter.display_name}</strong> <small>@{report.reporter.username}</small>
              {": "}
              <bdi>{report.reason}</bdi>
            </p>
            <blockquote class="reported">
              <bdi>{report.author.display_name}</bdi> <small>@{report.author.username}</small>
              <p dir="auto">{report.content ?? t.reportGone}</p>
            </blockquote>
            <div class="dialog-actions moderation-actions">
              {OUTCOMES.filter((one) => one !== "removed" || report.content !== null).map((outcome) => (
                <button
                  key={outcome}
                  type="button"
                  class={outcome === "removed" || outcome === "banned" ? "button button-danger" : "button"}
                  disabled={busy.value}
                  onClick={() => handle(report, outcome)}
                >
                  {t.outcomes[outcome]}
                </button>
              ))}
            </div>
          </li>
        ))}
      </ul>
      {hasMore.value && (
        <button type="button" class="button" disabled={busy.value} onClick={load}>{reactions.showMore}</button>
      )}
    </Dialog>
  );
}
