import type { Ref } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { MessageEntry, MessageView } from "../../client/entries.ts";
import { calls } from "../../client/room_list.ts";
import { IconButton } from "../icon_button.tsx";
import {
  BookmarkIcon,
  CopyIcon,
  FlagIcon,
  LinkIcon,
  MoreIcon,
  PencilIcon,
  PinIcon,
  ReactIcon,
  ReplyIcon,
  SmileIcon,
  TrashIcon,
  UnreadIcon,
} from "../icons.tsx";
import { MessageContent, type QuoteView, tipId } from "../message.tsx";
import { messagePath } from "../message_path.ts";
import { fileNames, Files } from "../files.tsx";
import { firstLine, Prose } from "../prose.tsx";
import { useStrings } from "../strings/context.ts";
import { type ChatView, useChat } from "./context.ts";
import { EmojiRow, Menu, MenuItem } from "./menu.tsx";
import { useLazy } from "./use_lazy.ts";

interface MessageRowProps {
  entry: MessageEntry;
  head: boolean;
  /** The one that Tab reaches; arrows go on from there. */
  tabbable: boolean;
  highlighted: boolean;
  rowRef?: Ref<HTMLElement>;
}

const LONG_PRESS_MS = 450;

export function MessageRow({ entry, head, tabbable, highlighted }: MessageRowProps) {
  const chat = useChat();
  const message = entry.view.value;
  const me = chat.store.me.value.id;
  const active = chat.active.value?.key === entry.key ? chat.active.value : null;
  const editing = chat.composing.value?.kind === "edit" && chat.composing.value.entry.key === entry.key;
  const usable = message.status === "sent" && message.id !== "" && !message.deleted;
  const press = useLongPress((target) => {
    const emoji = target.closest<HTMLElement>(".reaction")?.dataset["emoji"];
    if (emoji !== undefined) chat.open({ name: "reactions", entry, emoji });
    else if (usable) chat.active.value = { key: entry.key, menu: "more" };
  });
  const who = useWho(chat, entry);
  // before it is settled too: it may settle under the pointer
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
        // what was put away under the pointer comes back when it moves
        if (event.pointerType === "mouse") show();
      }}
    >
      <MessageContent
        message={message}
        first={head}
        zone={chat.zone.value}
        state={message.status}
        failure={message.error &&
          chat.strings.value.failures.refused({ code: message.error_code ?? "", message: message.error })}
        mine={message.mine}
        quote={quoteOf(chat, message)}
        onReact={(emoji) => chat.attempt(chat.store.react(message.id, emoji))}
        onWho={who.over}
        who={who.emoji === "" ? null : { emoji: who.emoji, tip: <Who message={message} emoji={who.emoji} /> }}
        onHistory={() => chat.open({ name: "history", entry })}
        onQuote={(id) => chat.timeline?.toMessage(id)}
        onRetry={() => message.client_id && chat.store.retry(message.client_id)}
        onEdit={() => takeBack(chat, message)}
        onDelete={() => message.client_id && chat.store.discard(message.client_id)}
      >
        {message.content !== "" && <Prose text={message.content} calls={message} me={me} />}
        {message.files !== undefined && (
          <Files
            files={message.files}
            urlOf={(id) => chat.store.uploads.urlOf(id)}
            onOpen={(id) => chat.openImage(id)}
          />
        )}
      </MessageContent>
      {active && usable && <Actions entry={entry} message={message} menu={active.menu} />}
    </article>
  );
}

const WHO_AFTER_MS = 350;

/** Names those who reacted when the pointer rests on a reaction, or the focus is on it. */
function useWho(chat: ChatView, entry: MessageEntry) {
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const shown = chat.who.value;
  return {
    emoji: shown?.key === entry.key ? shown.emoji : "",
    over(emoji: string) {
      clearTimeout(timer.current);
      if (emoji !== "") timer.current = setTimeout(() => chat.who.value = { key: entry.key, emoji }, WHO_AFTER_MS);
      else if (chat.who.peek()?.key === entry.key) chat.who.value = null;
    },
  };
}

function Who({ message, emoji }: { message: MessageView; emoji: string }) {
  const tip = useLazy(() => import("./reaction_tip.tsx"), true);
  return tip === null ? null : <tip.default id={tipId(message.id)} message={message} emoji={emoji} />;
}

/** A failed send goes back to where it was written. */
function takeBack(chat: ChatView, message: MessageView): void {
  if (message.client_id === undefined) return;
  const text = chat.store.takeBack(message.client_id);
  const { drafts } = chat.store;
  const draft = drafts.get(message.room_id);
  drafts.set(message.room_id, [text, draft].filter((one) => one !== "").join("\n"));
  chat.composing.value = null;
  chat.focusComposer();
}

function quoteOf(chat: ChatView, message: MessageView): QuoteView | null {
  if (message.reply_to === undefined || message.deleted) return null;
  const target = chat.store.activeRoom.value?.find(message.reply_to)?.view.value;
  if (target === undefined) {
    return {
      id: message.reply_to,
      username: "",
      display_name: chat.strings.value.message.earlier,
      color: "",
      text: "",
    };
  }
  if (chat.store.blocked.value.has(target.user_id)) {
    return { ...target, display_name: "", text: chat.strings.value.blocking.quoted };
  }
  const text = firstLine(target.content) || fileNames(target.files);
  return { ...target, text: target.deleted ? chat.strings.value.message.deleted : text };
}

interface ActionsProps {
  entry: MessageEntry;
  message: MessageView;
  menu: "" | "more" | "emoji";
}

function Actions({ entry, message, menu }: ActionsProps) {
  const chat = useChat();
  const { message: t, pins, reactions, moderation } = useStrings();
  const mine = message.user_id === chat.store.me.value.id;
  const role = chat.store.activeInfo.value?.role;
  const manages = role === "owner" || role === "moderator";
  const mayDelete = mine || manages;
  const minutes = chat.store.activeInfo.value?.edit_minutes ?? Infinity;
  const mayEdit = mine && Date.now() - Date.parse(message.timestamp) <= minutes * 60_000;
  const mayPin = manages || chat.store.activeInfo.value?.kind === "direct";
  const open = (which: "more" | "emoji") => chat.active.value = { key: entry.key, menu: menu === which ? "" : which };
  const close = () => chat.active.value = { key: entry.key, menu: "" };
  const pin = () => {
    close();
    const { room_id, id } = message;
    chat.attempt(message.pinned ? chat.store.api.unpin(room_id, id) : chat.store.api.pin(room_id, id));
  };
  const react = (emoji: string) => {
    close();
    chat.attempt(chat.store.react(message.id, emoji));
  };
  const copy = (text: string) => {
    close();
    // pages without TLS have none
    if (navigator.clipboard === undefined) chat.store.notice.value = t.noClipboard;
    else chat.attempt(navigator.clipboard.writeText(text));
  };
  const link = () => copy(new URL(messagePath(message.room_id, message.id), location.href).href);
  const markUnread = () => {
    close();
    chat.attempt(chat.store.markUnread(message.seq));
  };
  return (
    <>
      <div class="message-actions" role="toolbar" aria-label={t.actions}>
        <IconButton
          label={t.react}
          icon={<ReactIcon />}
          aria-expanded={menu === "emoji"}
          onPointerDown={(event) => event.stopPropagation()}
          onClick={() => open("emoji")}
        />
        <IconButton label={t.reply} icon={<ReplyIcon />} onClick={() => chat.compose({ kind: "reply", entry })} />
        {mayEdit && (
          <IconButton
            label={t.edit}
            icon={<PencilIcon />}
            onClick={() => chat.compose({ kind: "edit", entry })}
          />
        )}
        <IconButton
          label={t.more}
          icon={<MoreIcon />}
          aria-expanded={menu === "more"}
          onPointerDown={(event) => event.stopPropagation()}
          onClick={() => open("more")}
        />
      </div>
      {menu !== "" && (
        <Menu label={menu === "emoji" ? reactions.title : t.menu} onClose={close}>
          <EmojiRow mine={message.mine} onPick={react} onMore={() => chat.open({ name: "react", entry })} />
          {menu === "more" && (
            <>
              <MenuItem icon={<ReplyIcon />} onSelect={() => chat.compose({ kind: "reply", entry })}>
                {t.reply}
              </MenuItem>
              {mayEdit && (
                <MenuItem icon={<PencilIcon />} onSelect={() => chat.compose({ kind: "edit", entry })}>
                  {t.edit}
                </MenuItem>
              )}
              <MenuItem icon={<CopyIcon />} onSelect={() => copy(message.content)}>{t.copyText}</MenuItem>
              <MenuItem icon={<LinkIcon />} onSelect={link}>{t.copyLink}</MenuItem>
              {message.reactions && (
                <MenuItem
                  icon={<SmileIcon />}
                  onSelect={() => chat.open({ name: "reactions", entry })}
                >
                  {reactions.who}
                </MenuItem>
              )}
              {!mine && <MenuItem icon={<UnreadIcon />} onSelect={markUnread}>{t.markUnread}</MenuItem>}
              <BookmarkItem message={message} onDone={close} />
              {mayPin && (
                <MenuItem icon={<PinIcon />} onSelect={pin}>{message.pinned ? pins.unpin : pins.pin}</MenuItem>
              )}
              {!mine && (
                <MenuItem icon={<FlagIcon />} onSelect={() => chat.open({ name: "report", entry })}>
                  {moderation.report}
                </MenuItem>
              )}
              {mayDelete && (
                <MenuItem icon={<TrashIcon />} danger onSelect={() => chat.open({ name: "delete", entry })}>
                  {t.deleteAsk}
                </MenuItem>
              )}
            </>
          )}
        </Menu>
      )}
    </>
  );
}

function BookmarkItem({ message, onDone }: { message: MessageView; onDone: () => void }) {
  const chat = useChat();
  const { bookmarks: t } = useStrings();
  const { bookmarks } = chat.store;
  useEffect(() => chat.attempt(bookmarks.load()), []);
  const marked = bookmarks.ids.value?.has(message.id) === true;
  const toggle = () => {
    onDone();
    chat.attempt(bookmarks.set(message.room_id, message.id, !marked));
  };
  return <MenuItem icon={<BookmarkIcon />} onSelect={toggle}>{marked ? t.remove : t.add}</MenuItem>;
}

/** The finger that opened the menu is lifted over it: that is no choice. */
function swallowClick(): void {
  const stop = (event: Event) => {
    event.preventDefault();
    event.stopPropagation();
  };
  addEventListener("click", stop, { capture: true });
  addEventListener("pointerdown", () => removeEventListener("click", stop, { capture: true }), {
    capture: true,
    once: true,
  });
}

/** A finger that rests opens the menu, or names who reacted; one that moves scrolls. */
function useLongPress(run: (target: Element) => void) {
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const cancel = () => clearTimeout(timer.current);
  return {
    onPointerDown: (event: PointerEvent) => {
      cancel();
      if (event.pointerType !== "touch") return;
      const { target } = event;
      if (!(target instanceof Element) || target.closest("a, button:not(.reaction), .menu")) return;
      timer.current = setTimeout(() => {
        swallowClick();
        run(target);
      }, LONG_PRESS_MS);
    },
    // the press is ours, not the browser's menu
    onContextMenu: (event: MouseEvent) => {
      if (matchMedia("(hover: none)").matches && !(event.target instanceof Element && event.target.closest("a"))) {
        event.preventDefault();
      }
    },
    onPointerMove: (event: PointerEvent) => (Math.abs(event.movementX) + Math.abs(event.movementY) > 4) && cancel(),
    onPointerUp: cancel,
    onPointerCancel: cancel,
  };
}
