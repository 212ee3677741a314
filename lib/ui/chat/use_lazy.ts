import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { useChat } from "./context.ts";

/** A part of the page that is fetched when it is first wanted; null until it is there. Where it cannot be had, says so. */
export function useLazy<Part>(fetchPart: () => Promise<Part>, wanted: boolean, onFailure?: () => void): Part | null {
  const chat = useChat();
  const loaded = useSignal<{ part: Part } | null>(null);
  useEffect(() => {
    if (!wanted || loaded.peek() !== null) return;
    fetchPart().then((part) => loaded.value = { part }, () => {
      onFailure?.();
      chat.store.notice.value = chat.strings.peek().failures.notLoaded;
    });
  }, [wanted]);
  return loaded.value?.part ?? null;
}
