import { useChat } from "./context.ts";
import { useLazy } from "./use_lazy.ts";

/** Dialogs are fetched when the first one is opened, not before. */
export function DialogHost({ onRoom }: { onRoom: (id: string, messageId?: string) => void }) {
  const chat = useChat();
  const open = chat.dialog.value !== null;
  const dialogs = useLazy(() => import("./dialogs.tsx"), open, () => chat.dialog.value = null);
  return open && dialogs !== null ? <dialogs.default onRoom={onRoom} /> : null;
}
