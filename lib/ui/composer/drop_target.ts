import { useSignal } from "@preact/signals";
import { isBlank } from "../../protocol/text/visible.ts";
import type { ChatView } from "../page/context.ts";

/** Lets files be dropped anywhere in the room. */
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
        // Moving into a child element does not leave the room.
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

/**
 * The files on the clipboard. A clipboard that also holds text (such as cells of a table) is pasted as text, unless the
 * text only names the files.
 */
export function pastedFiles({ clipboardData }: ClipboardEvent): File[] {
  const files = [...clipboardData?.files ?? []];
  const text = clipboardData?.getData("text/plain") ?? "";
  return isBlank(text) || isNames(text, files) ? files : [];
}

/** Whether the text only names the files: file managers add names, paths or addresses, one a line. */
function isNames(text: string, files: readonly File[]): boolean {
  const names = new Set(files.flatMap(({ name }) => {
    const shown = name.normalize();
    // Some leave the extension out.
    return [shown, shown.replace(/\.[^.]*$/, ""), encodeURIComponent(shown)];
  }));
  return text.split(/[\r\n]+/).every((line) =>
    /^\s*$|^(?:x-special\/.*|copy|cut)$/.test(line) || names.has(line.trim().replace(/^.*[/\\]/, "").normalize())
  );
}
