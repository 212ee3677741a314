import type { MessageEntry } from "../../client/room/entries.ts";
import { useChat } from "../page/context.ts";
import { Dialog } from "../parts/dialog.tsx";
import { lazy } from "../page/lazy.ts";
import { usePartStrings } from "../page/part_strings.ts";

const pickerPart = lazy(() => import("./emoji_picker.tsx"));

/** Picker for a reaction, shown beside the message. */
export function ReactDialog({ entry, onClose }: { entry: MessageEntry; onClose: () => void }) {
  const chat = useChat();
  const picker = pickerPart.usePart(true, onClose);
  const pick = (emoji: string) => {
    const { room_id, id, mine } = entry.view.peek();
    // The picker only adds: a reaction that the reader has given already stays. Pressing the reaction itself removes
    // it.
    if (!mine.includes(emoji)) chat.react(room_id, id, emoji);
    onClose();
  };
  return (
    <Dialog
      title={usePartStrings().reactions.reactWith}
      bare
      class="dialog-emoji"
      near={rowOf(entry)}
      onClose={onClose}
    >
      {picker === null ? <div class="emoji-picker" /> : <picker.default onPick={pick} onClose={onClose} />}
    </Dialog>
  );
}

function rowOf(entry: MessageEntry): Element | null {
  return document.querySelector(`.message[data-key="${CSS.escape(entry.key)}"]`);
}
