import { batch, useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import { isLanguage, preferredLanguage, type Settings } from "../../protocol/settings.ts";
import { loadPartStrings, loadStrings } from "../strings/load.ts";
import type { ChatView } from "./context.ts";

/** What the reader chose, here or on another device, takes effect at once; what they write and look at stays. */
export function useSettings(view: ChatView): void {
  const spoken = useRef(view.store.settings.peek().language);
  useSignalEffect(() => {
    const settings = view.store.settings.value;
    showOnDocument(settings);
    if (settings.language === spoken.current) return;
    spoken.current = settings.language;
    void speak(view, settings);
  });
}

/** As `_app` renders it. */
export function showOnDocument({ theme, density }: Settings): void {
  const root = document.documentElement;
  if (theme === "system") delete root.dataset["theme"];
  else root.dataset["theme"] = theme;
  if (density === "comfortable") delete root.dataset["density"];
  else root.dataset["density"] = density;
}

async function speak(view: ChatView, { language }: Settings): Promise<void> {
  const wanted = isLanguage(language) ? language : preferredLanguage(navigator.languages);
  try {
    const [strings, parts] = await Promise.all([
      loadStrings(wanted),
      view.parts.peek() === null ? null : loadPartStrings(wanted),
    ]);
    // another choice may have been faster
    if (view.store.settings.peek().language !== language) return;
    // the first part came meanwhile
    if (parts === null && view.parts.peek() !== null) return await speak(view, view.store.settings.peek());
    batch(() => {
      view.strings.value = strings;
      view.parts.value = parts;
    });
    document.documentElement.lang = strings.locale;
  } catch {
    // offline, and never fetched: the page goes on in the language it has
  }
}
