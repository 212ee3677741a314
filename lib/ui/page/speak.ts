import { batch } from "@preact/signals";
import { isLanguage, preferredLanguage } from "../../protocol/settings.ts";
import type { Strings } from "../strings/language.ts";
import { loadPartStrings, loadStrings } from "../strings/load.ts";
import type { ChatView } from "./context.ts";

/** Switches the page to the language that the reader chose, here or on another device. */
export async function speak(view: ChatView): Promise<void> {
  const { language } = view.store.settings.peek();
  const wanted = isLanguage(language) ? language : preferredLanguage(navigator.languages);
  try {
    const [strings, parts] = await Promise.all([
      loadStrings(wanted),
      view.parts.peek() === null ? null : loadPartStrings(wanted),
    ]);
    // A later choice may have loaded faster.
    if (view.store.settings.peek().language !== language) return;
    // The first part was loaded meanwhile.
    if (parts === null && view.parts.peek() !== null) return await speak(view);
    batch(() => {
      view.strings.value = strings;
      view.parts.value = parts;
    });
    setDocumentLanguage(strings);
  } catch {
    // Offline and not fetched before: the page keeps its language.
  }
}

/** Sets the attributes of the language that `_app` renders. */
export function setDocumentLanguage({ locale, dir }: Strings): void {
  const root = document.documentElement;
  root.lang = locale;
  root.dir = dir;
}
