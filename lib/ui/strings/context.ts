/** How things are said to the reader, for every component: `_app` provides it, and in the browser each island again. */
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Settings } from "../../protocol/settings.ts";
import { bareTime, clockTime, fullTime } from "../parts/time.ts";
import type { PageStrings, Strings } from "./language.ts";

export interface Reader {
  strings: Strings;
  time_format: Settings["time_format"];
}

export const ReaderContext = createContext<Reader | null>(null);
export const PageStringsContext = createContext<PageStrings | null>(null);

export function useStrings(): Strings {
  return useReader().strings;
}

/** Times as the reader writes them. */
export function useTimes() {
  const { strings: { locale }, time_format } = useReader();
  return {
    /** 14:05 */
    clock: (iso: string, zone: string) => clockTime(iso, zone, locale, time_format),
    /** The same without am or pm, where there is little room. */
    bare: (iso: string, zone: string) => bareTime(iso, zone, locale, time_format),
    /** Tuesday, 3 June 2025 at 14:05 */
    full: (iso: string, zone: string) => fullTime(iso, zone, locale, time_format),
  };
}

function useReader(): Reader {
  const reader = useContext(ReaderContext);
  if (reader === null) throw new Error("what shows texts belongs inside ReaderContext.Provider");
  return reader;
}

/** For pages that the server alone renders: never in an island. */
export function usePageStrings(): PageStrings {
  const strings = useContext(PageStringsContext);
  if (strings === null) throw new Error("a page's texts are there inside of _app alone");
  return strings;
}
