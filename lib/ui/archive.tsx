import { type Entry, isChange, toEntry } from "../client/entries.ts";
import { dayLabel, groupRows, type Row } from "../client/grouping.ts";
import { LIMITS } from "../protocol/limits.ts";
import type { Room, RoomEvent } from "../model.ts";
import { FieldError } from "./field.tsx";
import { IconLink } from "./icon_link.tsx";
import { ArrowLeftIcon } from "./icons.tsx";
import { MessageContent } from "./message.tsx";
import { Prose } from "./prose.tsx";
import { RoomBeginning } from "./room_beginning.tsx";
import { RoomIcon, roomTitle } from "./room_link.tsx";
import { useStrings } from "./strings/context.ts";
import { SystemLine } from "./system_line.tsx";

interface ArchiveProps {
  room: Room;
  events: RoomEvent[];
  has_more: boolean;
  zone: string;
  now: number;
  /** Why a message that was sent from here was refused, and its text. */
  error?: string;
  draft?: string;
}

/** A page of a room's history that needs no script. */
export function Archive({ room, events, has_more, zone, now, error, draft }: ArchiveProps) {
  const strings = useStrings();
  const path = `/rooms/${encodeURIComponent(room.id)}`;
  const rows = groupRows(events.flatMap((event) => isChange(event) ? [] : [toEntry(event)]), {
    timeZone: zone,
    me: "",
  });
  return (
    <main class="archive">
      <header class="room-head">
        <IconLink href={path} label={strings.timeline.toLatest} icon={<ArrowLeftIcon />} />
        <div class="room-title">
          <h1>
            <RoomIcon room={room} />
            <span>{roomTitle(room, strings)}</span>
          </h1>
        </div>
      </header>
      <div class="timeline-list">
        {has_more && events[0]
          ? (
            <p class="older">
              <a href={`${path}?before=${events[0].seq}`}>{strings.timeline.older}</a>
            </p>
          )
          : <RoomBeginning room={room} />}
        {rows.map((row) => <ArchiveRow key={row.key} row={row} zone={zone} now={now} />)}
        {draft === undefined
          ? (
            <p class="older">
              <a href={path}>{strings.timeline.toLatest}</a>
            </p>
          )
          : (
            <form class="form" method="post" action={path}>
              <div class="field">
                <label for="field-content">{strings.composer.yours}</label>
                <textarea class="input" id="field-content" name="content" rows={6}>{draft}</textarea>
                <FieldError
                  message={error ?? strings.composer.tooLong(LIMITS.content, draft.length - LIMITS.content)}
                />
              </div>
              <button type="submit" class="button button-main">{strings.composer.send}</button>
            </form>
          )}
      </div>
    </main>
  );
}

function ArchiveRow({ row, zone, now }: { row: Row<Entry>; zone: string; now: number }) {
  const strings = useStrings();
  switch (row.type) {
    case "day":
      return (
        <div class="day">
          <span>{dayLabel(row.day, now, zone, strings)}</span>
        </div>
      );
    case "divider":
      return null;
    case "system":
      return <SystemLine events={row.entries.flatMap((e) => e.type === "chat_message" ? [] : [e.view.peek()])} />;
    case "message": {
      if (row.entry.type !== "chat_message") return null;
      const message = row.entry.view.peek();
      return (
        <article class="message" data-first={row.head ? "" : undefined}>
          <MessageContent message={message} first={row.head} zone={zone} state="sent" mine={[]}>
            <Prose text={message.content} calls={message} />
          </MessageContent>
        </article>
      );
    }
  }
}
