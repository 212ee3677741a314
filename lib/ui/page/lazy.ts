import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Failure } from "../strings/failure.ts";
import { type ChatView, useChat } from "./context.ts";

/**
 * A part of the page that is fetched on first use. The hook returns null until it is here. If it cannot be fetched, the
 * page says so.
 */
export function lazy<Part>(fetchPart: () => Promise<Part>) {
  const loaded = signal<{ part: Part } | null>(null);
  const load = async (chat: ChatView) => {
    const [part] = await chat.store.requests.chunk(() =>
      Promise.all([loaded.peek()?.part ?? fetchPart(), chat.loadParts()])
    );
    loaded.value ??= { part };
  };
  const usePart = (wanted: boolean, onFailure?: () => void): Part | null => {
    const chat = useChat();
    useEffect(() => {
      if (!wanted || (loaded.peek() !== null && chat.parts.peek() !== null)) return;
      load(chat).catch(() => {
        onFailure?.();
        chat.store.notice.value = chat.strings.peek().failures.notLoaded;
      });
    }, [wanted]);
    return chat.parts.value === null ? null : loaded.value?.part ?? null;
  };
  return { usePart, load };
}

/** The reason of a refusal in the reader's language; `meanwhile` until those texts are fetched. */
export function Refusal({ failure, meanwhile = "" }: { failure: Failure; meanwhile?: string }): string {
  const chat = useChat();
  const parts = chat.parts.value;
  useEffect(() => {
    if (parts === null) chat.loadParts().catch(() => {});
  }, []);
  return parts?.failures.refused(failure) ?? meanwhile;
}
