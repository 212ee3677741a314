import { batch } from "@preact/signals";
import { isLanguage, preferredLanguage } from "../../protocol/settings.ts";
import { loadPartStrings, loadStrings } from "../strings/load.ts";
import type { ChatView } from "./context.ts";

/** Goes on in the language that the reader chose, here or on another device. */
export async function speak(view: ChatView): Promise<void> {
  const { language } = view.store.settings.peek();
  const wanted = isLanguage(language) ? language : preferredLanguage(navigator.languages);
  try {
    const [strings, parts] = await Promise.all([
      loadStrings(wanted),
      view.parts.peek() === null ? null : loadPartStrings(wanted),
    ]);
    // another choice may have been faster
    if (view.store.settings.peek().language !== language) return;
    // the first part came meanwhile
    if (parts === null && view.parts.peek() !== null) return await speak(view);
    batch(() => {
      view.strings.value = strings;
      view.parts.value = parts;
    });
    document.documentElement.lang = strings.locale;
  } catch {
    // offline, and never fetched: the page goes on in the language it has
  }
}
