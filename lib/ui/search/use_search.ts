import { useEffect, useMemo } from "preact/hooks";
import type { Found, SearchResult } from "../../client/connection/api.ts";
import { useChat } from "../page/context.ts";
import { usePartStrings } from "../page/part_strings.ts";
import { type PageOf, Pages } from "../parts/pages.ts";
import { errorText } from "../strings/error_text.ts";

const TYPING_MS = 250;

type ResultPage = PageOf<SearchResult, string> & Pick<Found, "truncated" | "behind">;

/** Searches once the reader pauses typing. Late answers to earlier texts are dropped. */
export function useSearch(text: string, ready: boolean) {
  const { store, zone } = useChat();
  const strings = usePartStrings();
  const pages = useMemo(() => new Pages<SearchResult, string, ResultPage>(), []);
  const read = async (from: string | undefined): Promise<ResultPage> => {
    const { results, cursor, truncated, behind } = await store.api.search(text, zone.peek(), from);
    return {
      items: results.filter(({ message }) => !store.isBlocked(message.user_id)),
      next: cursor,
      truncated,
      behind,
    };
  };
  useEffect(() => {
    pages.drop();
    if (text.trim() === "") pages.clear();
    else if (ready) {
      const timer = setTimeout(() => void pages.begin(read), TYPING_MS);
      return () => clearTimeout(timer);
    }
  }, [text, ready]);
  useEffect(() => () => pages.drop(), []);
  const failure = pages.failure.value;
  return { pages, error: failure === null ? "" : errorText(strings, failure) };
}
