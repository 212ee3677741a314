import type { Language } from "../../protocol/settings.ts";
import type { Strings } from "./en.ts";
import type { PartStrings } from "./en_parts.ts";

const LOADERS: Record<Language, () => Promise<Strings>> = {
  en: async () => (await import("./en.ts")).en,
  pt: async () => (await import("./pt.ts")).pt,
};

const PART_LOADERS: Record<Language, () => Promise<PartStrings>> = {
  en: async () => (await import("./en_parts.ts")).enParts,
  pt: async () => (await import("./pt_parts.ts")).ptParts,
};

/** Fetches a table that the page did not come with: the reader chose another language. */
export function loadStrings(language: Language): Promise<Strings> {
  return LOADERS[language]();
}

/** Fetches what the parts say that the page did not come with. */
export function loadPartStrings(language: Language): Promise<PartStrings> {
  return PART_LOADERS[language]();
}
