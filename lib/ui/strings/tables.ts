/** Every table, for the server; a page's script carries the reader's alone (see load.ts and islands/). */
import type { Language } from "../../protocol/settings.ts";
import { en, type Strings } from "./en.ts";
import { enParts, type PartStrings } from "./en_parts.ts";
import { errorText } from "./error_text.ts";
import { enPages, type PageStrings } from "./en_pages.ts";
import { pt } from "./pt.ts";
import { ptParts } from "./pt_parts.ts";
import { ptPages } from "./pt_pages.ts";

/** Each in its own language, for those who cannot read the present one. */
export const LANGUAGE_NAMES: Record<Language, string> = { en: "English", pt: "Português" };

export const STRINGS: Record<Language, Strings> = { en, pt };
export const PAGE_STRINGS: Record<Language, PageStrings> = { en: enPages, pt: ptPages };
export const PART_STRINGS: Record<Language, PartStrings> = { en: enParts, pt: ptParts };

/** What went wrong, for pages. */
export function failureText(language: Language, error: unknown): string {
  return errorText({ failures: { ...STRINGS[language].failures, ...PART_STRINGS[language].failures } }, error);
}
