import { useEffect, useMemo } from "preact/hooks";
import { usePartStrings } from "../page/part_strings.ts";
import { errorText } from "../strings/error_text.ts";
import { type PageOf, Pages, type ReadPage } from "./pages.ts";

interface UsedPages<Item, Cursor, Page extends PageOf<Item, Cursor>> {
  pages: Pages<Item, Cursor, Page>;
  /** Why the last page could not be read, as a sentence; "" if it could. */
  error: string;
}

/**
 * A list in a dialog, read a page at a time. The first page is read at once, and anew when a part of `question`
 * changes; nothing is read while `question` is null. Answers after the dialog was closed are dropped.
 */
export function usePages<Item, Cursor, Page extends PageOf<Item, Cursor> = PageOf<Item, Cursor>>(
  read: ReadPage<Cursor, Page> | null,
  question: readonly unknown[] = [],
): UsedPages<Item, Cursor, Page> {
  const strings = usePartStrings();
  const pages = useMemo(() => new Pages<Item, Cursor, Page>(), []);
  useEffect(() => {
    if (read !== null) void pages.begin(read);
    return () => pages.drop();
  }, [...question]);
  const failure = pages.failure.value;
  return { pages, error: failure === null ? "" : errorText(strings, failure) };
}
