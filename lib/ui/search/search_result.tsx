import type { ComponentChildren } from "preact";
import type { SearchResult } from "../../client/connection/api.ts";
import { colorClass } from "../../protocol/colors.ts";
import { plainTextOf } from "../../protocol/text/plain_text.ts";
import { Avatar } from "../parts/avatar.tsx";
import { messagePath } from "../message/message_path.ts";
import { useStrings, useTimes } from "../strings/context.ts";
import { useChat } from "../page/context.ts";
import { snippetOf } from "./search_snippet.ts";

interface SearchResultProps {
  id: string;
  result: SearchResult;
  /** The room's title. */
  room: string;
  chosen: boolean;
  onPoint: () => void;
  onOpen: (event: MouseEvent) => void;
}

/** A found message, with one line of the message before and of the one after it. */
export function SearchResultView({ id, result, room, chosen, onPoint, onOpen }: SearchResultProps) {
  const { zone, now } = useChat();
  const { message, before, after } = result;
  const times = useTimes();
  const { locale } = useStrings();
  return (
    <a
      id={id}
      class="found"
      role="option"
      tabIndex={-1}
      href={messagePath(message.room_id, message.id)}
      aria-selected={chosen}
      onPointerMove={onPoint}
      onClick={onOpen}
    >
      <Around message={before} />
      <span class="found-message">
        <Avatar user={message} size="s" />
        <span class="found-head">
          <strong class={`author-name ${colorClass(message.color)}`} dir="auto">{message.display_name}</strong>
          <bdi class="found-room">{room}</bdi>
          <time dateTime={message.timestamp} title={times.full(message.timestamp, zone.value)}>
            {day(message.timestamp, now.value, zone.value, locale)} {times.clock(message.timestamp, zone.value)}
          </time>
        </span>
        <span class="found-text" dir="auto">
          {snippetOf(message.content, result.matches).map(({ text, marked }, index) =>
            marked
              ? (
                <mark key={index}>
                  <bdi>{text}</bdi>
                </mark>
              )
              : apart(text)
          )}
        </span>
      </span>
      <Around message={after} />
    </a>
  );
}

/** Names and addresses keep their own direction in a text of the other direction (bidirectional text). */
function apart(text: string): ComponentChildren {
  return text.split(/(@[\w.-]+|https?:\/\/\S+)/).map((piece, index) =>
    index % 2 === 1 ? <bdi key={index}>{piece}</bdi> : piece
  );
}

function Around({ message }: { message: SearchResult["message"] | undefined }) {
  const { store } = useChat();
  if (message === undefined || message.content === "" || store.blocked.value.has(message.user_id)) return null;
  return (
    <span class="found-around">
      <bdi>{message.display_name}</bdi>: <bdi>{plainTextOf(message.content)}</bdi>
    </span>
  );
}

/** The day of a time: "" for today, without the year in the present year. */
function day(iso: string, now: number, timeZone: string, locale: string): string {
  const date = new Date(iso);
  const write = (options: Intl.DateTimeFormatOptions, time: Date | number = date) =>
    new Intl.DateTimeFormat(locale, { timeZone, ...options }).format(time);
  const short = { day: "numeric", month: "short" } as const;
  const year = { ...short, year: "numeric" } as const;
  if (write(year) === write(year, now)) return "";
  return write({ year: "numeric" }) === write({ year: "numeric" }, now) ? write(short) : write(year);
}
