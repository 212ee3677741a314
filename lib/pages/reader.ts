/** How a page has to look and speak to whoever asks for it. */
import type { Chat } from "../chat/chat.ts";
import { getSettings } from "../chat/people/settings.ts";
import type { Actor } from "../protocol/model.ts";
import { acceptedLanguage, isLanguage, type Language, readSettings, type Settings } from "../protocol/settings.ts";
import { namedCookie } from "./page_rules.ts";

/** Kept in the browser too, so that the sign-in page looks and speaks as the pages behind it did. */
const KEPT = ["theme", "language"] as const;

/** The account's, or what this browser was told last. */
export function settingsOf(chat: Chat, actor: Actor | null, request: Request): Promise<Settings> | Settings {
  if (actor !== null) return getSettings(chat, actor.user_id);
  return readSettings(Object.fromEntries(KEPT.map((name) => [name, namedCookie(request, name)])));
}

export function languageOf({ language }: Settings, request: Request): Language {
  return isLanguage(language) ? language : acceptedLanguage(request.headers.get("accept-language"));
}

/** The cookies that this browser does not have yet. */
export function keepSettings(settings: Settings, request: Request): string[] {
  return KEPT.flatMap((name) =>
    namedCookie(request, name) === settings[name] ||
      (namedCookie(request, name) === undefined && readSettings({})[name] === settings[name])
      ? []
      : [`${name}=${settings[name]}; Path=/; Max-Age=31536000; SameSite=Lax`]
  );
}
