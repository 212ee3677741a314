import { useSignal } from "@preact/signals";
import { isBlank } from "../../protocol/text/visible.ts";
import type { ChatView } from "../page/context.ts";

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

/** Files on the clipboard. What also has a text, such as cells of a table, is pasted as that, unless it names them. */
export function pastedFiles({ clipboardData }: ClipboardEvent): File[] {
  const files = [...clipboardData?.files ?? []];
  const text = clipboardData?.getData("text/plain") ?? "";
  return isBlank(text) || isNames(text, files) ? files : [];
}

/** File managers put names, paths or addresses beside the files, one a line. */
function isNames(text: string, files: readonly File[]): boolean {
  const names = new Set(files.flatMap(({ name }) => {
    const shown = name.normalize();
    // some leave the ending out
    return [shown, shown.replace(/\.[^.]*$/, ""), encodeURIComponent(shown)];
  }));
  return text.split(/[\r\n]+/).every((line) =>
    /^\s*$|^(?:x-special\/.*|copy|cut)$/.test(line) || names.has(line.trim().replace(/^.*[/\\]/, "").normalize())
  );
}
