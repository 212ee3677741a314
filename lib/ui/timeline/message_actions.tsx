import { useEffect } from "preact/hooks";
import type { MessageEntry, MessageView } from "../../client/room/entries.ts";
import { bookmarksOf } from "../../client/room/bookmarks.ts";
import { IconButton } from "../parts/icon_button.tsx";
import { BookmarkIcon, CopyIcon, MoreIcon, PencilIcon, PinIcon, ReplyIcon, SmileIcon } from "../parts/icons.tsx";
import { FlagIcon, LinkIcon, ReactIcon, SelectIcon, TrashIcon, UnreadIcon } from "../parts/icons_later.tsx";
import { messagePath } from "../message/message_path.ts";
import { useChat } from "../page/context.ts";
import { EmojiRow, Menu, MenuItem } from "../parts/menu.tsx";
import { usePartStrings } from "../page/part_strings.ts";

interface ActionsProps {
  entry: MessageEntry;
  message: MessageView;
  menu: "" | "more" | "emoji";
}

/** The actions on a message: a toolbar beside it, and a menu. A chunk of its own. */
export default function MessageActions({ entry, message, menu }: ActionsProps) {
  const chat = useChat();
  const { message: t, pins, reactions, moderation } = usePartStrings();
  const mine = message.user_id === chat.store.me.value.id;
  const role = chat.store.rooms.activeInfo.value?.role;
  const manages = role === "owner" || role === "moderator";
  const mayDelete = mine || manages;
  const minutes = chat.store.rooms.activeInfo.value?.edit_minutes ?? Infinity;
  const mayEdit = mine && Date.now() - Date.parse(message.timestamp) <= minutes * 60_000;
  const mayPin = manages || chat.store.rooms.activeInfo.value?.kind === "direct";
  const open = (which: "more" | "emoji") => chat.active.value = { key: entry.key, menu: menu === which ? "" : which };
  const close = () => chat.active.value = { key: entry.key, menu: "" };
  const pin = () => {
    close();
    const { room_id, id } = message;
    chat.attempt(message.pinned ? chat.store.api.unpin(room_id, id) : chat.store.api.pin(room_id, id));
  };
  const react = (emoji: string) => {
    close();
    chat.react(message.room_id, message.id, emoji);
  };
  const copy = (text: string) => {
    close();
    // Pages without TLS have no clipboard.
    if (navigator.clipboard === undefined) chat.store.notice.value = t.noClipboard;
    else chat.attempt(navigator.clipboard.writeText(text));
  };
  const select = () => {
    close();
    selectText(entry.key);
  };
  const link = () => copy(new URL(messagePath(message.room_id, message.id), location.href).href);
  const markUnread = () => {
    close();
    chat.attempt(chat.store.rooms.session(message.room_id)?.markUnread(message.seq));
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
        <IconButton label={t.reply} icon={<ReplyIcon />} onClick={() => chat.compose("reply", message)} />
        {mayEdit && (
          <IconButton
            label={t.edit}
            icon={<PencilIcon />}
            onClick={() => chat.compose("edit", message)}
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
              <MenuItem icon={<ReplyIcon />} onSelect={() => chat.compose("reply", message)}>
                {t.reply}
              </MenuItem>
              {mayEdit && (
                <MenuItem icon={<PencilIcon />} onSelect={() => chat.compose("edit", message)}>
                  {t.edit}
                </MenuItem>
              )}
              <MenuItem icon={<CopyIcon />} onSelect={() => copy(message.content)}>{t.copyText}</MenuItem>
              {message.content !== "" && matchMedia("(hover: none)").matches && (
                <MenuItem icon={<SelectIcon />} onSelect={select}>{t.selectText}</MenuItem>
              )}
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
  const { bookmarks: t } = usePartStrings();
  const bookmarks = bookmarksOf(chat.store);
  useEffect(() => chat.attempt(bookmarks.load()), []);
  const marked = bookmarks.ids.value?.has(message.id) === true;
  const toggle = () => {
    onDone();
    chat.attempt(bookmarks.set(message.room_id, message.id, !marked));
  };
  return <MenuItem icon={<BookmarkIcon />} onSelect={toggle}>{marked ? t.remove : t.add}</MenuItem>;
}

/**
 * Selects the whole text of a message, to copy it or a part of it. By touch, text can be selected until the selection
 * is gone.
 */
function selectText(key: string): void {
  const row = document.querySelector(`.message[data-key="${CSS.escape(key)}"]`);
  const text = row?.querySelector(".prose");
  if (!row || !text) return;
  row.setAttribute("data-selecting", "");
  // After the menu is gone: closing it moves the focus.
  requestAnimationFrame(() => {
    getSelection()?.selectAllChildren(text);
    const changed = () => {
      const selection = getSelection();
      if (selection !== null && !selection.isCollapsed && row.contains(selection.anchorNode)) return;
      row.removeAttribute("data-selecting");
      document.removeEventListener("selectionchange", changed);
    };
    document.addEventListener("selectionchange", changed);
  });
}
