/** Fetches a language's texts. Each language is two chunks: what the chat page says first, and what its parts say. */
import { type Language, preferredLanguage } from "../../protocol/settings.ts";
import type { PartStrings, Strings } from "./language.ts";

interface Loader {
  chat(): Promise<{ chat: Strings }>;
  parts(): Promise<{ parts: PartStrings }>;
}

/** `?only=` names the exports that the chunk is made of (lib/fresh/build/only.ts). */
const LOADERS: Record<Language, Loader> = {
  en: { chat: () => import("./en.ts?only=chat"), parts: () => import("./en.ts?only=parts") },
  pt: { chat: () => import("./pt.ts?only=chat"), parts: () => import("./pt.ts?only=parts") },
};

/** The language that the document is in. */
export function pageLanguage(): Language {
  return preferredLanguage([document.documentElement.lang]);
}

/** Fetches what the chat page says first. */
export async function loadStrings(language: Language): Promise<Strings> {
  return (await LOADERS[language].chat()).chat;
}

/** Fetches what the parts say that the page did not come with. */
export async function loadPartStrings(language: Language): Promise<PartStrings> {
  return (await LOADERS[language].parts()).parts;
}
