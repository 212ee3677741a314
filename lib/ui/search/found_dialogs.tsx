import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { bookmarksOf } from "../../client/room/bookmarks.ts";
import type { Bookmark, ChatMessage } from "../../protocol/model.ts";
import { Notice } from "../parts/field.tsx";
import { MessageContent } from "../message/message.tsx";
import { messagePath } from "../message/message_path.ts";
import { Prose } from "../message/prose.tsx";
import { roomTitle } from "../sidebar/room_link.tsx";
import { Skeletons } from "../parts/skeletons.tsx";
import { useChat } from "../page/context.ts";
import { Dialog } from "../parts/dialog.tsx";
import { isPlainClick } from "../page/navigation.ts";
import { useAction } from "../parts/use_action.ts";
import { usePartStrings } from "../page/part_strings.ts";

interface FoundProps {
  onClose: () => void;
  onMessage: (roomId: string, messageId: string) => void;
}

/** Where I was called, over all my rooms. */
export function MentionsDialog({ onClose, onMessage }: FoundProps) {
  const { store } = useChat();
  const { mentions: t, reactions } = usePartStrings();
  const messages = useSignal<ChatMessage[] | null>(null);
  const cursor = useSignal<string | null>(null);
  const { busy, error, run } = useAction();
  const load = () =>
    run(async () => {
      const page = await store.api.listMentions(cursor.peek() ?? undefined);
      const shown = page.messages.filter(({ user_id }) => !store.isBlocked(user_id));
      messages.value = [...messages.peek() ?? [], ...shown];
      cursor.value = page.cursor;
    });
  useEffect(() => void load(), []);
  return (
    <Dialog title={t.title} onClose={onClose}>
      {error.value && <Notice kind="error" message={error.value.message} />}
      {messages.value === null && error.value === null && <Skeletons />}
      {messages.value?.length === 0 && cursor.value === null && <p class="rooms-empty">{t.none}</p>}
      <ol class="pins">
        {messages.value?.map((message) => (
          <li key={`${message.room_id} ${message.id}`}>
            <Found message={message} onMessage={onMessage} />
          </li>
        ))}
      </ol>
      {cursor.value !== null && (
        <button type="button" class="button" disabled={busy.value} onClick={load}>{reactions.showMore}</button>
      )}
    </Dialog>
  );
}

/** What I keep at hand. */
export function BookmarksDialog({ onClose, onMessage }: FoundProps) {
  const { store } = useChat();
  const { bookmarks: t, reactions } = usePartStrings();
  const found = useSignal<Bookmark[] | null>(null);
  const hasMore = useSignal(false);
  const { busy, error, run } = useAction();
  const load = () =>
    run(async () => {
      const page = await store.api.listBookmarks(found.peek()?.at(-1)?.at);
      found.value = [...found.peek() ?? [], ...page.bookmarks];
      hasMore.value = page.has_more;
    });
  useEffect(() => void load(), []);
  const remove = ({ room_id, message_id }: Bookmark) =>
    run(async () => {
      await bookmarksOf(store).set(room_id, message_id, false);
      found.value = found.value?.filter((one) => one.message_id !== message_id) ?? null;
    });
  return (
    <Dialog title={t.title} onClose={onClose}>
      {error.value && <Notice kind="error" message={error.value.message} />}
      {found.value === null && error.value === null && <Skeletons />}
      {found.value?.length === 0 && <p class="rooms-empty">{t.none}</p>}
      <ol class="pins">
        {found.value?.map((one) => (
          <li key={`${one.room_id} ${one.message_id}`}>
            <Found message={one.message} onMessage={onMessage}>
              <button type="button" class="link-button" disabled={busy.value} onClick={() => remove(one)}>
                {t.remove}
              </button>
            </Found>
          </li>
        ))}
      </ol>
      {hasMore.value && (
        <button type="button" class="button" disabled={busy.value} onClick={load}>{reactions.showMore}</button>
      )}
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
