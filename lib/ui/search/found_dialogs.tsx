import type { ComponentChildren } from "preact";
import { bookmarksOf } from "../../client/room/bookmarks.ts";
import type { Bookmark, ChatMessage } from "../../protocol/model.ts";
import { Notice } from "../parts/forms/field.tsx";
import { MessageContent } from "../message/message.tsx";
import { messagePath } from "../message/message_path.ts";
import { Prose } from "../message/prose.tsx";
import { roomTitle } from "../sidebar/room_link.tsx";
import { Skeletons } from "../parts/skeletons.tsx";
import { useChat } from "../page/context.ts";
import { Dialog } from "../parts/dialog.tsx";
import { isPlainClick } from "../page/navigation.ts";
import { MorePages } from "../parts/more_pages.tsx";
import { useAction } from "../parts/use_action.ts";
import { usePages } from "../parts/use_pages.ts";
import { usePartStrings } from "../page/part_strings.ts";

interface FoundProps {
  onClose: () => void;
  onMessage: (roomId: string, messageId: string) => void;
}

/** Messages that mention the reader, of all their rooms. */
export function MentionsDialog({ onClose, onMessage }: FoundProps) {
  const { store } = useChat();
  const { mentions: t, reactions } = usePartStrings();
  const { pages, error } = usePages<ChatMessage, string>(async (from) => {
    const { messages, cursor } = await store.api.listMentions(from);
    return { items: messages.filter(({ user_id }) => !store.isBlocked(user_id)), next: cursor };
  });
  const messages = pages.items.value;
  return (
    <Dialog title={t.title} onClose={onClose}>
      {error !== "" && <Notice kind="error" message={error} />}
      {messages === null && error === "" && <Skeletons />}
      {messages?.length === 0 && !pages.hasMore.value && <p class="rooms-empty">{t.none}</p>}
      <ol class="pins">
        {messages?.map((message) => (
          <li key={`${message.room_id} ${message.id}`}>
            <Found message={message} onMessage={onMessage} />
          </li>
        ))}
      </ol>
      <MorePages pages={pages} label={reactions.showMore} />
    </Dialog>
  );
}

/** The reader's bookmarks. */
export function BookmarksDialog({ onClose, onMessage }: FoundProps) {
  const { store } = useChat();
  const { bookmarks: t, reactions } = usePartStrings();
  const { pages, error } = usePages<Bookmark, string>(async (before) => {
    const { bookmarks, has_more } = await store.api.listBookmarks(before);
    return { items: bookmarks, next: has_more ? bookmarks.at(-1)?.at ?? null : null };
  });
  const found = pages.items.value;
  const { busy, error: refused, run } = useAction();
  const remove = ({ room_id, message_id }: Bookmark) =>
    run(async () => {
      await bookmarksOf(store).set(room_id, message_id, false);
      pages.remove((one) => one.message_id === message_id);
    });
  return (
    <Dialog title={t.title} onClose={onClose}>
      {(error || refused.value) && <Notice kind="error" message={error || refused.value?.message || ""} />}
      {found === null && error === "" && <Skeletons />}
      {found?.length === 0 && !pages.hasMore.value && <p class="rooms-empty">{t.none}</p>}
      <ol class="pins">
        {found?.map((one) => (
          <li key={`${one.room_id} ${one.message_id}`}>
            <Found message={one.message} onMessage={onMessage}>
              <button type="button" class="link-button" disabled={busy.value} onClick={() => remove(one)}>
                {t.remove}
              </button>
            </Found>
          </li>
        ))}
      </ol>
      <MorePages pages={pages} label={reactions.showMore} />
    </Dialog>
  );
}

interface OneProps {
  message: ChatMessage | null;
  onMessage: FoundProps["onMessage"];
  children?: ComponentChildren;
}

function Found({ message, onMessage, children }: OneProps) {
  const { store, zone } = useChat();
  const strings = usePartStrings();
  if (message === null) {
    return (
      <p class="pin-foot">
        <span class="message-note">{strings.bookmarks.gone}</span>
        {children}
      </p>
    );
  }
  const { room_id, id } = message;
  const room = store.rooms.all.value.find((one) => one.id === room_id);
  const go = (event: MouseEvent) => {
    if (!isPlainClick(event)) return;
    event.preventDefault();
    onMessage(room_id, id);
  };
  const { pinned: _, reactions: __, ...shown } = message;
  return (
    <>
      <div class="message">
        <MessageContent message={shown} first zone={zone.value} state="sent" mine={[]}>
          <Prose text={message.content} calls={message} me={store.me.value.id} />
        </MessageContent>
      </div>
      <p class="pin-foot">
        {room && <bdi class="message-note">{roomTitle(room, strings)}</bdi>}
        <a class="link-button" href={messagePath(room_id, id)} onClick={go}>{strings.pins.open}</a>
        {children}
      </p>
    </>
  );
}
