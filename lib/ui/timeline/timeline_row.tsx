import { Component } from "preact";
import type { Entry } from "../../client/room/entries.ts";
import type { Row } from "../../client/room/grouping.ts";
import { SystemLine } from "./system_line.tsx";
import { useStrings } from "../strings/context.ts";
import { BlockedRun } from "./blocked_run.tsx";
import { useChat } from "../page/context.ts";
import { MessageRow } from "./message_row.tsx";
import { isPlainClick } from "../page/navigation.ts";

type TimelineRowData = Exclude<Row<Entry>, { type: "day" }>;

export interface DayGroup {
  key: string;
  day: string;
  rows: TimelineRowData[];
}

interface RowProps {
  row: TimelineRowData;
  tabbable: boolean;
  highlighted: string;
}

/**
 * An unchanged row is not rendered again: of hundreds of rows a new message renders two. Changes inside a row come by
 * its signals. (Reusing elements from the last rendering would also work, but each keeps its whole former surroundings
 * in memory.)
 */
export class StillRow extends Component<RowProps> {
  override shouldComponentUpdate(next: RowProps): boolean {
    return !isSame(this.props, next);
  }

  render(props: RowProps) {
    return <TimelineRow {...props} />;
  }
}

function isSame(a: RowProps, b: RowProps): boolean {
  if (a.tabbable !== b.tabbable || a.highlighted !== b.highlighted) return false;
  if (a.row.type === "divider") return b.row.type === "divider";
  if (a.row.type === "message") {
    return b.row.type === "message" && a.row.entry === b.row.entry && a.row.head === b.row.head;
  }
  if (b.row.type !== a.row.type) return false;
  const { entries } = b.row;
  return a.row.entries.length === entries.length && a.row.entries.every((entry, at) => entry === entries[at]);
}

function TimelineRow(props: { row: DayGroup["rows"][number]; tabbable: boolean; highlighted: string }) {
  const { row } = props;
  const isHighlighted = (entry: Entry) => props.highlighted !== "" && entry.id === props.highlighted;
  const chat = useChat();
  const t = useStrings().timeline;
  switch (row.type) {
    case "divider":
      return (
        <div class="unread" role="separator" aria-label={t.newMessages}>
          <span aria-hidden="true">{t.new}</span>
        </div>
      );
    case "system":
      return (
        <SystemLine
          zone={chat.zone.value}
          events={row.entries.flatMap((entry) => entry.type === "chat_message" ? [] : [entry.view.value])}
          onMessage={(id, event) => {
            if (!isPlainClick(event)) return;
            event.preventDefault();
            chat.timeline?.toMessage(id);
          }}
        />
      );
    case "message":
      return row.entry.type === "chat_message"
        ? (
          <MessageRow
            entry={row.entry}
            head={row.head}
            tabbable={props.tabbable}
            highlighted={isHighlighted(row.entry)}
          />
        )
        : null;
    case "hidden":
      return <BlockedRun entries={row.entries} isHighlighted={isHighlighted} />;
  }
}
