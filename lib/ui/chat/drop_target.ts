import { useSignal } from "@preact/signals";
import type { ChatView } from "./context.ts";

/** Files that are dragged over the room may be dropped anywhere in it. */
export function useDropTarget(chat: ChatView, roomId: string | undefined) {
  const over = useSignal(false);
  const takes = ({ dataTransfer }: DragEvent) => roomId !== undefined && dataTransfer?.types.includes("Files") === true;
  return {
    over: over.value,
    handlers: {
      onDragEnter: (event: DragEvent) => takes(event) && (over.value = true),
      onDragOver(event: DragEvent) {
        if (!takes(event)) return;
        event.preventDefault();
        if (event.dataTransfer !== null) event.dataTransfer.dropEffect = "copy";
        over.value = true;
      },
      onDragLeave(event: DragEvent) {
        // into a child is not out
        const inside = event.relatedTarget instanceof Node && event.currentTarget instanceof Node &&
          event.currentTarget.contains(event.relatedTarget);
        if (!inside) over.value = false;
      },
      onDrop(event: DragEvent) {
        over.value = false;
        if (!takes(event) || roomId === undefined) return;
        event.preventDefault();
        chat.attach(roomId, [...event.dataTransfer?.files ?? []]);
      },
    },
  };
}

/** Pictures and files on the clipboard; what also has a text, such as cells of a table, is pasted as that. */
export function pastedFiles({ clipboardData }: ClipboardEvent): File[] {
  if (clipboardData === null || clipboardData.getData("text/plain") !== "") return [];
  return [...clipboardData.files];
}
