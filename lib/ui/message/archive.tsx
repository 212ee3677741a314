import { type Entry, isChange, toEntry } from "../../client/room/entries.ts";
import { dayLabel, groupRows, type Row } from "../../client/room/grouping.ts";
import { LIMITS } from "../../protocol/limits.ts";
import type { Room, RoomEvent } from "../../protocol/model.ts";
import { plainTextOf } from "../../protocol/text/plain_text.ts";
import { FieldError } from "../parts/forms/field.tsx";
import { fileNames, Files } from "./files.tsx";
import { IconLink } from "../parts/icon_link.tsx";
import { ArrowLeftIcon } from "../parts/icons.tsx";
import { MessageContent, type QuoteView } from "./message.tsx";
import { Prose } from "./prose.tsx";
import { RoomBeginning } from "../timeline/room_beginning.tsx";
import { RoomIcon, roomTitle } from "../sidebar/room_link.tsx";
import { usePageStrings, useStrings } from "../strings/context.ts";
import type { Strings } from "../strings/language.ts";
import { SystemLine } from "../timeline/system_line.tsx";
import { PostForm } from "../parts/forms/post_form.tsx";

interface ArchiveProps {
  room: Room;
  events: RoomEvent[];
  has_more: boolean;
  /** Whether there are later messages. */
  has_newer?: boolean;
  zone: string;
  now: number;
  /** The ids of the people whom the reader has blocked. */
  blocked: string[];
  /** The text of a message that was sent from this page and refused, and the reason. */
  error?: string;
  draft?: string;
}

/** A page of a room's history that works without scripts. */
export function Archive({ room, events, has_more, has_newer, zone, now, blocked, error, draft }: ArchiveProps) {
  const strings = useStrings();
  const t = usePageStrings().archive;
  const path = `/rooms/${encodeURIComponent(room.id)}`;
  const rows = groupRows(events.flatMap((event) => isChange(event) ? [] : [toEntry(event)]), {
    timeZone: zone,
    me: "",
    blocked: new Set(blocked),
  });
  return (
    <main class="archive">
      <header class="room-head">
        <IconLink href={path} label={strings.timeline.toLatest} icon={<ArrowLeftIcon />} />
        <div class="room-title">
          <h1>
            <RoomIcon room={room} />
            <span dir="auto">{roomTitle(room, strings)}</span>
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
        {rows.map((row) => (
          <ArchiveRow key={row.key} row={row} events={events} blocked={blocked} zone={zone} now={now} />
        ))}
        {has_newer && (
          <p class="older">
            <a href={`${path}?after=${events.at(-1)?.seq ?? 0}`}>{t.newer}</a>
          </p>
        )}
        {draft === undefined
          ? (
            <p class="older">
              <a href={path}>{strings.timeline.toLatest}</a>
            </p>
          )
          : (
            <PostForm class="form" action={path}>
              <div class="field">
                <label for="field-content">{strings.composer.yours}</label>
                <textarea class="input" id="field-content" name="content" rows={6} dir="auto">{draft}</textarea>
                <FieldError
                  message={error ?? strings.composer.tooLong(LIMITS.content, draft.length - LIMITS.content)}
                />
              </div>
              <button type="submit" class="button button-main">{strings.composer.send}</button>
            </PostForm>
          )}
      </div>
    </main>
  );
}

interface ArchiveRowProps {
  row: Row<Entry>;
  /** The page's messages, to find the quoted ones. */
  events: readonly RoomEvent[];
  blocked: readonly string[];
  zone: string;
  now: number;
}

function ArchiveRow({ row, zone, now, ...rest }: ArchiveRowProps) {
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
      return (
        <SystemLine
          zone={zone}
          events={row.entries.flatMap((e) => e.type === "chat_message" ? [] : [e.view.peek()])}
        />
      );
    case "hidden":
      return (
        <details>
          <summary class="system">{strings.blocking.hidden(row.entries.length)}</summary>
          {row.entries.map((entry, at) => (
            <ArchiveMessage key={entry.key} entry={entry} head={at === 0} zone={zone} {...rest} />
          ))}
        </details>
      );
    case "message":
      return <ArchiveMessage entry={row.entry} head={row.head} zone={zone} {...rest} />;
  }
}

type ArchiveMessageProps = Pick<ArchiveRowProps, "events" | "blocked" | "zone"> & { entry: Entry; head: boolean };

export function ArchiveMessage({ entry, head, events, blocked, zone }: ArchiveMessageProps) {
  const strings = useStrings();
  if (entry.type !== "chat_message") return null;
  const message = entry.view.peek();
  const { deleted, reply_to } = message;
  return (
    <article class="message" id={`m-${message.id}`} data-first={head ? "" : undefined}>
      <MessageContent
        message={message}
        first={head}
        zone={zone}
        state="sent"
        mine={[]}
        quote={reply_to === undefined || deleted ? null : quoteIn(events, blocked, strings, reply_to)}
        quoteHref={(id) => archivePath(message.room_id, id)}
      >
        {message.content !== "" && <Prose text={message.content} calls={message} />}
        {message.files !== undefined && <Files files={message.files} />}
      </MessageContent>
    </article>
  );
}

/** The quote that an answer shows. */
export function quoteIn(
  events: readonly RoomEvent[],
  blocked: readonly string[],
  strings: Strings,
  id: string,
): QuoteView {
  const nobody = { id, username: "", display_name: "", color: "" };
  const quoted = events.find((event) => event.id === id);
  if (quoted?.type !== "chat_message") return { ...nobody, text: strings.message.earlier };
  if (blocked.includes(quoted.user_id)) return { ...nobody, text: strings.blocking.quoted };
  return { ...quoted, text: plainTextOf(quoted.content) || fileNames(quoted.files) };
}

/** The address of the page of history that has this message in its middle. */
export function archivePath(roomId: string, messageId: string): string {
  return `/rooms/${encodeURIComponent(roomId)}?around=${encodeURIComponent(messageId)}#m-${messageId}`;
}
