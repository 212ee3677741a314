import { type Signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Found, SearchResult } from "../../client/connection/api.ts";
import { errorText } from "../strings/error_text.ts";
import { useChat } from "../page/context.ts";
import { usePartStrings } from "../page/part_strings.ts";

const TYPING_MS = 250;

export interface SearchState {
  /** null: nothing was asked yet. */
  results: Signal<SearchResult[] | null>;
  page: Signal<Omit<Found, "results"> | null>;
  busy: Signal<boolean>;
  error: Signal<string>;
  more(): void;
}

/** Searches for the text once its writer pauses. What is answered too late is not shown. */
export function useSearch(text: string, ready: boolean): SearchState {
  const { store, zone } = useChat();
  const strings = usePartStrings();
  const results = useSignal<SearchResult[] | null>(null);
  const page = useSignal<Omit<Found, "results"> | null>(null);
  const busy = useSignal(false);
  const error = useSignal("");
  const asked = useSignal(0);
  const ask = async (cursor?: string) => {
    const mine = asked.value = asked.peek() + 1;
    busy.value = true;
    try {
      const { results: next, ...rest } = await store.api.search(text, zone.peek(), cursor);
      if (mine !== asked.peek()) return;
      const shown = next.filter(({ message }) => !store.blocked.peek().has(message.user_id));
      results.value = cursor === undefined ? shown : [...results.peek() ?? [], ...shown];
      page.value = rest;
      error.value = "";
    } catch (failure) {
      if (mine !== asked.peek()) return;
      error.value = errorText(strings, failure);
    }
    busy.value = false;
  };
  useEffect(() => {
    asked.value = asked.peek() + 1;
    busy.value = false;
    if (text.trim() === "") {
      results.value = null;
      error.value = "";
    }
    if (!ready || text.trim() === "") return;
    const timer = setTimeout(ask, TYPING_MS);
    return () => clearTimeout(timer);
  }, [text, ready]);
  return {
    results,
    page,
    busy,
    error,
    more() {
      const cursor = page.peek()?.cursor;
      if (cursor !== null && cursor !== undefined && !busy.peek()) void ask(cursor);
    },
  };
}
