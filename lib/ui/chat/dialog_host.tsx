import { type Signal, useSignal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import { useChat } from "./context.ts";

type Dialogs = { default: ComponentType<{ onRoom: (id: string) => void }> };

/** Dialogs are fetched when the first one is opened, not before. */
export function DialogHost({ onRoom }: { onRoom: (id: string) => void }) {
  const chat = useChat();
  const loaded: Signal<Dialogs | null> = useSignal<Dialogs | null>(null);
  const open = chat.dialog.value !== null;
  useEffect(() => {
    if (!open || loaded.value !== null) return;
    import("./dialogs.tsx").then((module) => loaded.value = module, () => {
      chat.dialog.value = null;
      chat.store.notice.value = "That part of the page could not be loaded. Check the connection and try again.";
    });
  }, [open]);
  if (!open || loaded.value === null) return null;
  const { default: Dialogs } = loaded.value;
  return <Dialogs onRoom={onRoom} />;
}
