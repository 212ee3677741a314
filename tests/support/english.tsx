/** Renders single components in English. */
import type { ComponentChildren } from "preact";
import { PageStringsContext, ReaderContext } from "../../lib/ui/strings/context.ts";
import { TEXTS } from "../../lib/ui/strings/tables.ts";

export function inEnglish(children: ComponentChildren) {
  return (
    <ReaderContext.Provider value={{ strings: TEXTS.en.chat, time_format: "auto" }}>
      <PageStringsContext.Provider value={TEXTS.en.pages}>{children}</PageStringsContext.Provider>
    </ReaderContext.Provider>
  );
}
