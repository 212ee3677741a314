import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { PinnedMessage } from "../../client/connection/api.ts";
import type { Room } from "../../protocol/model.ts";
import { Notice } from "../parts/forms/field.tsx";
import { MessageContent } from "../message/message.tsx";
import { messagePath } from "../message/message_path.ts";
import { Prose } from "../message/prose.tsx";
import { Skeletons } from "../parts/skeletons.tsx";
import { useChat } from "../page/context.ts";
import { Dialog } from "../parts/dialog.tsx";
import { isPlainClick } from "../page/navigation.ts";
import { useAction } from "../parts/use_action.ts";
import { usePartStrings } from "../page/part_strings.ts";

interface PinsDialogProps {
  room: Room;
  onClose: () => void;
  onMessage: (roomId: string, messageId: string) => void;
}

/** The room's pinned messages. */
export function PinsDialog({ room, onClose, onMessage }: PinsDialogProps) {
  const chat = useChat();
  const { store } = chat;
  const t = usePartStrings().pins;
  const pins = useSignal<PinnedMessage[] | null>(null);
  const { busy, error, run } = useAction();
  const load = () => run(async () => pins.value = await store.api.listPins(room.id));
  useEffect(() => void load(), []);
  const direct = room.kind === "direct";
  const mayUnpin = direct || room.role === "owner" || room.role === "moderator";
  const unpin = (id: string) =>
    run(async () => {
      await store.api.unpin(room.id, id);
      pins.value = pins.value?.filter(({ message }) => message.id !== id) ?? null;
    });
  const go = (id: string, event: MouseEvent) => {
    if (!isPlainClick(event)) return;
    event.preventDefault();
    // Another room may be shown by now.
    if (store.rooms.activeId.peek() !== room.id) return onMessage(room.id, id);
    onClose();
    chat.timeline?.toMessage(id);
  };
  return (
    <Dialog title={t.title} onClose={onClose}>
      {error.value && <Notice kind="error" message={error.value.message} />}
      {pins.value === null && error.value === null && <Skeletons />}
      {pins.value?.length === 0 && <p class="rooms-empty">{direct ? t.noneDirect : t.none}</p>}
      <ol class="pins">
        {pins.value?.map(({ message, by }) => (
          <li key={message.id}>
            <div class="message">
              <MessageContent message={withoutMarks(message)} first zone={chat.zone.value} state="sent" mine={[]}>
                <Prose text={message.content} />
              </MessageContent>
            </div>
            <p class="pin-foot">
              <span class="message-note">{t.by(by.display_name)}</span>
              <a class="link-button" href={messagePath(room.id, message.id)} onClick={(event) => go(message.id, event)}>
                {t.open}
              </a>
              {mayUnpin && (
                <button
                  type="button"
                  class="link-button"
                  disabled={busy.value}
                  onClick={() => unpin(message.id)}
                >
                  {t.unpin}
                </button>
              )}
            </p>
          </li>
        ))}
      </ol>
    </Dialog>
  );
}

/** Without reactions, which belong to the timeline, and without the pin's mark, since all messages here are pinned. */
function withoutMarks({ pinned: _, reactions: __, ...message }: PinnedMessage["message"]) {
  return message;
}
