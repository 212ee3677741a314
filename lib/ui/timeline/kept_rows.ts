/**
 * What the HTML of messages, system lines and people depends on: the keys under which the server keeps it. Everything
 * that a component shows must be in its key, and of the reader nothing else. Servers only.
 */
import { useContext } from "preact/hooks";
import type { ChatMessage } from "../../protocol/model.ts";
import { ArchiveMessage, quoteIn } from "../message/archive.tsx";
import type { QuoteView } from "../message/message.tsx";
import { OriginContext } from "../message/prose.tsx";
import { useChat } from "../page/context.ts";
import { keep } from "../page/kept_html.ts";
import { Person } from "../people/person.tsx";
import { ReaderContext } from "../strings/context.ts";
import { quoteOf } from "./message_row.tsx";
import { SystemLine } from "./system_line.tsx";
import { StillRow } from "./timeline_row.tsx";

keep(StillRow, function useRowKey({ row, tabbable, highlighted }) {
  const chat = useChat();
  const reader = useReaderKey();
  if (row.type !== "message" || row.entry.type !== "chat_message" || highlighted !== "") return null;
  const message = row.entry.view.value;
  // A pending message, or one whose menu is open, is on no page that the server renders.
  if (message.status !== "sent" || chat.active.value !== null || chat.composing.value !== null) return null;
  const { deleted, reply_to, room_id } = message;
  const quote = reply_to === undefined || deleted ? null : quoteOf(chat, room_id, reply_to);
  const me = chat.store.me.value.id;
  return JSON.stringify([reader, chat.zone.value, row.head, tabbable, readerIn(message, me), message, shown(quote)]);
});

keep(ArchiveMessage, function useArchiveKey({ entry, head, events, blocked, zone }) {
  const reader = useReaderKey();
  const strings = useContext(ReaderContext)?.strings;
  if (entry.type !== "chat_message" || strings === undefined) return null;
  const message = entry.view.peek();
  const { deleted, reply_to } = message;
  const quote = reply_to === undefined || deleted ? null : quoteIn(events, blocked, strings, reply_to);
  return JSON.stringify([reader, zone, head, message, shown(quote)]);
});

keep(SystemLine, function useSystemKey({ events, zone }) {
  return JSON.stringify([useReaderKey(), zone, events]);
});

keep(Person, function usePersonKey({ user, online, role, onOpen }) {
  const { username, display_name, color, avatar = null } = user;
  const isButton = onOpen !== undefined;
  return JSON.stringify([useReaderKey(), username, display_name, color, avatar, online, role ?? null, isButton]);
});

/** Language, form of times, and which links lead to this server. */
function useReaderKey(): string {
  const reader = useContext(ReaderContext);
  const origin = useContext(OriginContext);
  return `${reader?.strings.language} ${reader?.time_format} ${origin}`;
}

/** The reader's id where the message calls them, or calls everybody and is theirs; "" where it is the same for all. */
function readerIn({ mentions, mentions_room, user_id }: ChatMessage, me: string): string {
  const isCalled = mentions?.some((one) => one.user_id === me) === true;
  return isCalled || (mentions_room !== undefined && user_id === me) ? me : "";
}

function shown(quote: QuoteView | null) {
  return quote === null ? null : [quote.id, quote.color, quote.display_name, quote.text];
}
