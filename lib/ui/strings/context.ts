/** The reader's table, for every component: the page's `_app` provides it, and in the browser each island again. */
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Strings } from "./en.ts";
import type { PageStrings } from "./en_pages.ts";

export const StringsContext = createContext<Strings | null>(null);
export const PageStringsContext = createContext<PageStrings | null>(null);

export function useStrings(): Strings {
  const strings = useContext(StringsContext);
  if (strings === null) throw new Error("what shows texts belongs inside StringsContext.Provider");
  return strings;
}

/** For pages that the server alone renders: never in an island. */
export function usePageStrings(): PageStrings {
  const strings = useContext(PageStringsContext);
  if (strings === null) throw new Error("a page's texts are there inside of _app alone");
  return strings;
}
