/** Renders components by themselves, for a reader of English. */
import type { ComponentChildren } from "preact";
import { PageStringsContext, StringsContext } from "../../lib/ui/strings/context.ts";
import { PAGE_STRINGS, STRINGS } from "../../lib/ui/strings/tables.ts";

export function inEnglish(children: ComponentChildren) {
  return (
    <StringsContext.Provider value={STRINGS.en}>
      <PageStringsContext.Provider value={PAGE_STRINGS.en}>{children}</PageStringsContext.Provider>
    </StringsContext.Provider>
  );
}
