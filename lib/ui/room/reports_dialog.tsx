import type { Report } from "../../client/connection/api.ts";
import type { ReportOutcome, Room } from "../../protocol/model.ts";
import { Notice } from "../parts/forms/field.tsx";
import { Skeletons } from "../parts/skeletons.tsx";
import { useChat } from "../page/context.ts";
import { Dialog } from "../parts/dialog.tsx";
import { MorePages } from "../parts/more_pages.tsx";
import { useAction } from "../parts/use_action.ts";
import { usePages } from "../parts/use_pages.ts";
import { usePartStrings } from "../page/part_strings.ts";

const OUTCOMES: readonly ReportOutcome[] = ["dismissed", "removed", "muted", "banned"];

/** The reports of this room, with the moderators' actions. */
export function ReportsDialog({ room, onClose }: { room: Room; onClose: () => void }) {
  const { store } = useChat();
  const { moderation: t, reactions } = usePartStrings();
  const { pages, error } = usePages<Report, string>(async (after) => {
    const { reports, has_more } = await store.api.listReports(room.id, after);
    return { items: reports, next: has_more ? reports.at(-1)?.id ?? null : null };
  });
  const reports = pages.items.value;
  const { busy, error: refused, run } = useAction();
  const handle = (report: Report, outcome: ReportOutcome) =>
    run(async () => {
      await store.api.handleReport(report.id, outcome);
      // Other reports of the same message are closed with it.
      pages.remove(({ message_id }) => message_id === report.message_id);
      if (pages.items.peek()?.length === 0 && pages.hasMore.peek()) await pages.restart();
    });
  return (
    <Dialog title={t.reports} onClose={onClose}>
      {(error || refused.value) && <Notice kind="error" message={error || refused.value?.message || ""} />}
      {reports === null && error === "" && <Skeletons />}
      {reports?.length === 0 && !pages.hasMore.value && <p class="rooms-empty">{t.noReports}</p>}
      <ul class="report-list">
        {reports?.map((report) => (
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
      <MorePages pages={pages} label={reactions.showMore} />
    </Dialog>
  );
}
