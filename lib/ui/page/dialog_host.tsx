import { useChat } from "./context.ts";
import { lazy } from "./lazy.ts";

const dialogsPart = lazy(() => import("./dialogs.tsx"));

/** Dialogs are fetched when the first one is opened, not before. */
export function DialogHost({ onRoom }: { onRoom: (id: string, messageId?: string) => void }) {
  const chat = useChat();
  const open = chat.dialog.value !== null;
  const dialogs = dialogsPart.usePart(open, () => chat.dialog.value = null);
  return open && dialogs !== null ? <dialogs.default onRoom={onRoom} /> : null;
}
