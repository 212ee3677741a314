import { useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { Settings } from "../../protocol/settings.ts";
import type { ChatView } from "./context.ts";

/** Settings that the reader changes, here or on another device, take effect at once, without a reload of the page. */
export function useSettings(view: ChatView): void {
  const spoken = useRef(view.store.settings.peek().language);
  useSignalEffect(() => {
    const settings = view.store.settings.value;
    showOnDocument(settings);
    if (settings.language === spoken.current) return;
    spoken.current = settings.language;
    // If it cannot be fetched, the page keeps its language.
    import("./speak.ts").then(({ speak }) => speak(view), () => {});
  });
}

/** Sets the same attributes that `_app` renders. */
export function showOnDocument({ theme, density }: Settings): void {
  const root = document.documentElement;
  if (theme === "system") delete root.dataset["theme"];
  else root.dataset["theme"] = theme;
  if (density === "comfortable") delete root.dataset["density"];
  else root.dataset["density"] = density;
}
