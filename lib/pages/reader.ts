/** The theme and language of a page, from its reader's settings. */
import { acceptsLanguages } from "@std/http/negotiation";
import type { Chat } from "../chat/chat.ts";
import { cookieHeader } from "../chat/sign_in/cookies.ts";
import { getSettings } from "../chat/people/settings.ts";
import type { Actor } from "../protocol/model.ts";
import {
  DEFAULT_SETTINGS,
  isLanguage,
  type Language,
  LANGUAGES,
  readSettings,
  type Settings,
} from "../protocol/settings.ts";
import { namedCookie } from "./page_rules.ts";

/** Settings that are stored in cookies too, so that the sign-in page has the same theme and language. */
const KEPT = ["theme", "language"] as const;
const A_YEAR = 31_536_000;

/** The account's settings; without an account, the settings in this browser's cookies. */
export function settingsOf(chat: Chat, actor: Actor | null, request: Request): Promise<Settings> | Settings {
  if (actor !== null) return getSettings(chat, actor.user_id);
  return readSettings(Object.fromEntries(KEPT.map((name) => [name, namedCookie(request, name)])));
}

export function languageOf({ language }: Settings, request: Request): Language {
  if (isLanguage(language)) return language;
  const accepted = acceptsLanguages(request, ...LANGUAGES);
  return isLanguage(accepted) ? accepted : "en";
}

/** Set-Cookie values for the settings that this browser does not have yet. */
export function keepSettings(settings: Settings, request: Request): string[] {
  return KEPT.flatMap((name) =>
    namedCookie(request, name) === settings[name] ||
      (namedCookie(request, name) === undefined && DEFAULT_SETTINGS[name] === settings[name])
      ? []
      : [cookieHeader({ name, value: settings[name], path: "/", maxAge: A_YEAR, sameSite: "Lax" })]
  );
}
