import { useEffect } from "preact/hooks";
import type { Pending } from "../../client/writing/outbox.ts";
import { fileNames } from "../message/files.tsx";
import { Prose } from "../message/prose.tsx";
import { roomTitle } from "./room_link.tsx";
import { useChat } from "../page/context.ts";
import { Dialog } from "../parts/dialog.tsx";
import { usePartStrings } from "../page/part_strings.ts";

interface UnsentProps {
  onClose: () => void;
  onRoom: (id: string) => void;
}

/**
 * Own messages that were refused in other rooms than the active one, such as rooms that the reader is not in any more.
 */
export function UnsentDialog({ onClose, onRoom }: UnsentProps) {
  const { store } = useChat();
  const { unsent: t } = usePartStrings();
  const items = store.unsent.value;
  useEffect(() => {
    if (items.length === 0) onClose();
  }, [items.length === 0]);
  return (
    <Dialog title={t.title} onClose={onClose}>
      <ol class="pins">
        {items.map((item) => (
          <li key={item.client_id}>
            <Unsent item={item} onRoom={onRoom} />
          </li>
        ))}
      </ol>
    </Dialog>
  );
}

function Unsent({ item, onRoom }: { item: Pending; onRoom: UnsentProps["onRoom"] }) {
  const chat = useChat();
  const strings = usePartStrings();
  const { unsent: t, message: words } = strings;
  const { store } = chat;
  const room = store.rooms.all.value.find(({ id }) => id === item.room_id);
  const copy = () => {
    // Pages without TLS have no clipboard.
    if (navigator.clipboard === undefined) store.notice.value = words.noClipboard;
    else chat.attempt(navigator.clipboard.writeText(item.content));
  };
  return (
    <>
      <p class="message-note" dir="auto">{room === undefined ? t.gone : roomTitle(room, strings)}</p>
      {item.content !== "" && <Prose text={item.content} />}
      {item.files !== undefined && <p>{fileNames(item.files)}</p>}
      <p class="unsent-why">
        {strings.failures.refused({ code: item.failed_code ?? "", message: item.failed ?? "" })}
      </p>
      <p class="pin-foot unsent-foot">
        {room !== undefined && (
          <button type="button" class="link-button" onClick={() => onRoom(room.id)}>{t.open}</button>
        )}
        {item.content !== "" && <button type="button" class="link-button" onClick={copy}>{words.copyText}</button>}
        <button type="button" class="link-button" onClick={() => store.sending.discard(item.client_id)}>
          {words.delete}
        </button>
      </p>
    </>
  );
}
