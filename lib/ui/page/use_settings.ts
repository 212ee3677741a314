import { useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { Settings } from "../../protocol/settings.ts";
import type { ChatView } from "./context.ts";

/** What the reader chose, here or on another device, takes effect at once; what they write and look at stays. */
export function useSettings(view: ChatView): void {
  const spoken = useRef(view.store.settings.peek().language);
  useSignalEffect(() => {
    const settings = view.store.settings.value;
    showOnDocument(settings);
    if (settings.language === spoken.current) return;
    spoken.current = settings.language;
    // where it cannot be had the page goes on in the language it has
    import("./speak.ts").then(({ speak }) => speak(view), () => {});
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
