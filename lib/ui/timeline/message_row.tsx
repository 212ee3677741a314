import { useComputed } from "@preact/signals";
import type { Ref } from "preact";
import type { MessageEntry, MessageView } from "../../client/room/entries.ts";
import { calls } from "../../client/room_list.ts";
import { plainTextOf } from "../../protocol/text/plain_text.ts";
import { MessageContent, type QuoteView, tipId } from "../message/message.tsx";
import { fileNames, Files } from "../message/files.tsx";
import { Prose } from "../message/prose.tsx";
import { type ChatView, useChat } from "../page/context.ts";
import { lazy, Refusal } from "../page/lazy.ts";
import { useLongPress, useWho } from "./message_gestures.ts";

/** Fetched once the page is live, or earlier when a message is pointed at. */
export const messageActions = lazy(() => import("./message_actions.tsx"));
const reactionTip = lazy(() => import("./reaction_tip.tsx"));

interface MessageRowProps {
  entry: MessageEntry;
  head: boolean;
  /** Whether this is the row that Tab reaches; arrows move on from there. */
  tabbable: boolean;
  highlighted: boolean;
  rowRef?: Ref<HTMLElement>;
}

export function MessageRow({ entry, head, tabbable, highlighted }: MessageRowProps) {
  const chat = useChat();
  const message = entry.view.value;
  const me = chat.store.me.value.id;
  // Each of these signals renders the row only when it is about this row, because there are hundreds of rows.
  const active = useComputed(() => chat.active.value?.key === entry.key ? chat.active.value : null).value;
  const editing =
    useComputed(() => chat.composing.value?.kind === "edit" && chat.composing.value.id === entry.view.value.id).value;
  const usable = message.status === "sent" && message.id !== "" && !message.deleted;
  const press = useLongPress((target) => {
    const emoji = target.closest<HTMLElement>(".reaction")?.dataset["emoji"];
    if (emoji !== undefined) chat.open({ name: "reactions", entry, emoji });
    else if (usable) chat.active.value = { key: entry.key, menu: "more" };
  });
  const who = useWho(chat, entry);
  // Also for a pending message: it may be settled while the pointer is on it.
  const show = () => {
    const now = chat.active.peek();
    if ((now?.menu ?? "") === "" && now?.key !== entry.key) chat.active.value = { key: entry.key, menu: "" };
  };
  return (
    <article
      class="message"
      data-key={entry.key}
      data-id={message.id || undefined}
      data-first={head ? "" : undefined}
      data-state={editing ? "editing" : message.status}
      data-menu={active?.menu ? "" : undefined}
      data-highlight={highlighted ? "" : undefined}
      data-calls-me={message.user_id !== me && calls(message, me) ? "" : undefined}
      tabIndex={tabbable ? 0 : -1}
      onFocusIn={show}
      {...press}
      onPointerEnter={(event) => event.pointerType === "mouse" && show()}
      onPointerMove={(event) => {
        press.onPointerMove(event);
        // Actions that were dismissed under the pointer come back when it moves.
        if (event.pointerType === "mouse") show();
      }}
    >
      <MessageContent
        message={message}
        first={head}
        zone={chat.zone.value}
        state={message.status}
        failure={message.error && (
          <Refusal
            failure={{ code: message.error_code ?? "", message: message.error }}
            meanwhile={chat.strings.value.message.notSent}
          />
        )}
        mine={message.mine}
        quote={message.reply_to === undefined || message.deleted
          ? null
          : quoteOf(chat, message.room_id, message.reply_to)}
        onReact={(emoji) => chat.react(message.room_id, message.id, emoji)}
        onWho={who.over}
        who={who.emoji === "" ? null : { emoji: who.emoji, tip: <Who message={message} emoji={who.emoji} /> }}
        onHistory={() => chat.open({ name: "history", entry })}
        onQuote={(id) => chat.timeline?.toMessage(id)}
        onRetry={() => message.client_id && chat.store.sending.outbox.retry(message.client_id)}
        onEdit={() => takeBack(chat, message)}
        onDelete={() => message.client_id && chat.store.sending.discard(message.client_id)}
      >
        {message.content !== "" && <Prose text={message.content} calls={message} me={me} />}
        {message.files !== undefined && (
          <Files
            files={message.files}
            urlOf={(id) => chat.store.sending.attached.urlOf(id)}
            onOpen={(id) => chat.openImage(id)}
          />
        )}
      </MessageContent>
      {active && usable && <Actions entry={entry} message={message} menu={active.menu} />}
    </article>
  );
}

function Actions(props: { entry: MessageEntry; message: MessageView; menu: "" | "more" | "emoji" }) {
  const actions = messageActions.usePart(true);
  return actions === null ? null : <actions.default {...props} />;
}

function Who({ message, emoji }: { message: MessageView; emoji: string }) {
  const tip = reactionTip.usePart(true);
  return tip === null ? null : <tip.default id={tipId(message.id)} message={message} emoji={emoji} />;
}

/** Moves a failed message back into the composer. */
function takeBack(chat: ChatView, message: MessageView): void {
  const { client_id, room_id } = message;
  if (client_id === undefined) return;
  chat.leaveEdit(room_id, () => chat.attempt(writeAnew(chat, client_id)));
}

async function writeAnew(chat: ChatView, clientId: string): Promise<void> {
  const { takeBack } = await chat.store.requests.chunk(() => import("../../client/writing/take_back.ts"));
  await takeBack(chat.store, clientId);
  chat.focusComposer();
}

/** The quote that an answer shows. */
export function quoteOf(chat: ChatView, roomId: string, id: string): QuoteView {
  const target = chat.store.rooms.session(roomId)?.state.find(id)?.view.value;
  if (target === undefined) {
    return {
      id,
      username: "",
      display_name: chat.strings.value.message.earlier,
      color: "",
      text: "",
    };
  }
  if (chat.store.blocked.value.has(target.user_id)) {
    return { ...target, display_name: "", text: chat.strings.value.blocking.quoted };
  }
  const text = plainTextOf(target.content) || fileNames(target.files);
  return { ...target, text: target.deleted ? chat.strings.value.message.deleted : text };
}
