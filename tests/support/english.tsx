/** Renders single components in English. */
import type { ComponentChildren } from "preact";
import { PageStringsContext, ReaderContext } from "../../lib/ui/strings/context.ts";
import { PAGE_STRINGS, STRINGS } from "../../lib/ui/strings/tables.ts";

export function inEnglish(children: ComponentChildren) {
  return (
    <ReaderContext.Provider value={{ strings: STRINGS.en, time_format: "auto" }}>
      <PageStringsContext.Provider value={PAGE_STRINGS.en}>{children}</PageStringsContext.Provider>
    </ReaderContext.Provider>
  );
}
