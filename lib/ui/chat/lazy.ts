import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { useChat } from "./context.ts";

/**
 * A part of the page that is fetched when it is first wanted: the hook answers null until it is there. Where it cannot
 * be had, it says so.
 */
export function lazy<Part>(fetchPart: () => Promise<Part>) {
  const loaded = signal<{ part: Part } | null>(null);
  const load = async () => void (loaded.value ??= { part: await fetchPart() });
  const usePart = (wanted: boolean, onFailure?: () => void): Part | null => {
    const chat = useChat();
    useEffect(() => {
      if (!wanted || loaded.peek() !== null) return;
      load().catch(() => {
        onFailure?.();
        chat.store.notice.value = chat.strings.peek().failures.notLoaded;
      });
    }, [wanted]);
    return loaded.value?.part ?? null;
  };
  return { usePart, load };
}
