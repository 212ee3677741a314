import type { Language } from "../../protocol/settings.ts";
import type { Strings } from "./en.ts";

const LOADERS: Record<Language, () => Promise<Strings>> = {
  en: async () => (await import("./en.ts")).en,
  pt: async () => (await import("./pt.ts")).pt,
};

/** Fetches a table that the page did not come with: the reader chose another language. */
export function loadStrings(language: Language): Promise<Strings> {
  return LOADERS[language]();
}
