/** Every language, for the server; a page's script has the reader's alone (load.ts). */
import type { Language } from "../../protocol/settings.ts";
import * as en from "./en.ts";
import { errorText } from "./error_text.ts";
import type { LanguageFile } from "./language.ts";
import * as pt from "./pt.ts";

export const TEXTS: Record<Language, LanguageFile> = { en, pt };

/** What went wrong, for pages. */
export function failureText(language: Language, error: unknown): string {
  const { chat, parts } = TEXTS[language];
  return errorText({ failures: { ...chat.failures, ...parts.failures } }, error);
}
