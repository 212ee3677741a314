import type { ComponentChildren } from "preact";
import type { ChatMessage, ReactionCount } from "../../protocol/model.ts";
import { isolated } from "../../protocol/text/bidi.ts";
import { colorClass } from "../../protocol/colors.ts";
import { Avatar } from "../parts/avatar.tsx";
import { AlertIcon, PinIcon, ReplyIcon } from "../parts/icons.tsx";
import { useStrings, useTimes } from "../strings/context.ts";

export type DeliveryState = "sent" | "pending" | "failed";

export interface QuoteView {
  id: string;
  username: string;
  display_name: string;
  color: string;
  /** The first line; undefined if the quoted message is not loaded. */
  text: string;
}

interface MessageProps {
  message: ChatMessage;
  /** The first message of a group shows avatar and name. */
  first: boolean;
  zone: string;
  state: DeliveryState;
  /** Why sending it failed. */
  failure?: ComponentChildren;
  mine: readonly string[];
  quote?: QuoteView | null;
  /** The rendered text. */
  children: ComponentChildren;
  onReact?: ((emoji: string) => void) | undefined;
  /** Called with the emoji under the pointer or the focus; "" when the pointer leaves. */
  onWho?: (emoji: string) => void;
  /** Shows the people who gave a reaction. */
  who?: { emoji: string; tip: ComponentChildren } | null;
  onHistory?: () => void;
  onQuote?: ((id: string) => void) | undefined;
  /** For pages without scripts. */
  quoteHref?: (id: string) => string;
  onRetry?: () => void;
  onEdit?: () => void;
  onDelete?: () => void;
}

/** One message without its actions: gutter, head, text, reactions. */
export function MessageContent(props: MessageProps) {
  const { message, first, zone } = props;
  const times = useTimes();
  const { message: t, pins } = useStrings();
  return (
    <>
      <div class="message-side">
        {first ? <Avatar user={message} /> : <Time iso={message.timestamp} zone={zone} bare />}
      </div>
      <div class="message-body">
        {first && (
          <div class="message-head">
            <bdi class={`author-name ${colorClass(message.color)}`}>{message.display_name}</bdi>
            {needsUsername(message) && <span class="username">@{message.username}</span>}
            <Time iso={message.timestamp} zone={zone} />
          </div>
        )}
        {!first && <span class="hidden-text">{isolated`${message.display_name}: `}</span>}
        {props.quote && <Quote quote={props.quote} onOpen={props.onQuote} href={props.quoteHref?.(props.quote.id)} />}
        {message.deleted
          ? <p class="message-deleted">{message.removed_by ? t.removed(message.reason) : t.deleted}</p>
          : props.children}
        {message.pinned && (
          <span class="message-note message-pinned">
            <PinIcon />
            {pins.pinned}
          </span>
        )}
        {message.edited_at && !message.deleted && (
          <Edited title={times.full(message.edited_at, zone)} onOpen={props.onHistory} />
        )}
        {props.state === "failed" && <Failure {...props} />}
        {message.reactions && message.reactions.length > 0 && (
          <Reactions {...props} reactions={message.reactions} id={message.id} />
        )}
      </div>
    </>
  );
}

/** Display names are not unique: the username is shown beside one that could be somebody else's. */
export function needsUsername(user: { username: string; display_name: string }): boolean {
  return user.username !== user.display_name.toLowerCase();
}

function Time({ iso, zone, bare }: { iso: string; zone: string; bare?: boolean }) {
  const times = useTimes();
  return (
    <time dateTime={iso} title={times.full(iso, zone)}>{bare ? times.bare(iso, zone) : times.clock(iso, zone)}</time>
  );
}

interface QuoteProps {
  quote: QuoteView;
  onOpen?: ((id: string) => void) | undefined;
  href?: string | undefined;
}

export function Quote({ quote, onOpen, href }: QuoteProps) {
  const t = useStrings().message;
  const inside = (
    <>
      <ReplyIcon />
      <span class="hidden-text">{t.inReplyTo}</span>
      <bdi class={`author-name ${colorClass(quote.color)}`}>{quote.display_name}</bdi>
      <span class="quote-text" dir="auto">{quote.text}</span>
    </>
  );
  if (href !== undefined) return <a class="quote" href={href}>{inside}</a>;
  return onOpen
    ? <button type="button" class="quote" onClick={() => onOpen(quote.id)}>{inside}</button>
    : <div class="quote">{inside}</div>;
}

function Failure({ failure, onRetry, onEdit, onDelete }: MessageProps) {
  const t = useStrings().message;
  return (
    <div class="message-failed" role="alert">
      <AlertIcon />
      <span>{failure || t.notSent}</span>
      <button type="button" class="link-button" onClick={onRetry}>{t.retry}</button>
      <button type="button" class="link-button" onClick={onEdit}>{t.edit}</button>
      <button type="button" class="link-button" onClick={onDelete}>{t.delete}</button>
    </div>
  );
}

function Edited({ title, onOpen }: { title: string; onOpen: (() => void) | undefined }) {
  const t = useStrings().history;
  return onOpen
    ? (
      <button type="button" class="message-note message-edited" title={title} onClick={onOpen}>
        {t.edited}
        <span class="hidden-text">; {t.open}</span>
      </button>
    )
    : <span class="message-note" title={title}>{t.edited}</span>;
}

interface ReactionsProps extends Pick<MessageProps, "mine" | "onReact" | "onWho" | "who"> {
  id: string;
  reactions: ReactionCount[];
}

function Reactions({ id, reactions, mine, who, onReact, onWho }: ReactionsProps) {
  const t = useStrings().reactions;
  return (
    <div class="reactions" role="group" aria-label={t.title}>
      {reactions.map(({ emoji, count }) => (
        <span
          key={emoji}
          class="reaction-slot"
          onPointerEnter={(event) => event.pointerType === "mouse" && onWho?.(emoji)}
          onPointerLeave={() => onWho?.("")}
          onFocusIn={(event) =>
            event.target instanceof Element && event.target.matches(":focus-visible") && onWho?.(emoji)}
          onFocusOut={() => onWho?.("")}
        >
          <button
            type="button"
            class="reaction"
            data-emoji={emoji}
            aria-pressed={mine.includes(emoji)}
            aria-label={`${emoji} ${count}${mine.includes(emoji) ? `, ${t.yours}` : ""}`}
            aria-describedby={who?.emoji === emoji ? tipId(id) : undefined}
            onClick={() => onReact?.(emoji)}
          >
            <span>{emoji}</span>
            <span>{count}</span>
          </button>
          {who?.emoji === emoji && who.tip}
        </span>
      ))}
    </div>
  );
}

export function tipId(messageId: string): string {
  return `who-${messageId}`;
}
