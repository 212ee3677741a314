/**
 * What a person chooses for themselves, on all their devices: one record, one schema for the store, the API and the
 * client. A new field needs a default; its values stay small, for the record travels in `hello`.
 */
import * as v from "valibot";
import { dateFormat } from "../base/date_format.ts";
import { LIMITS } from "./limits.ts";

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = typeof THEMES[number];
export const DENSITIES = ["comfortable", "compact"] as const;
/** "auto": the usual form of the language. */
export const TIME_FORMATS = ["auto", "12", "24"] as const;

/** The page's languages: lib/ui/strings/ has a table for each. */
export const LANGUAGES = ["en", "pt"] as const;
export type Language = typeof LANGUAGES[number];

/** "auto": what the browser asks for. */
export const LANGUAGE_CHOICES = ["auto", ...LANGUAGES] as const;

const oneOf = <const T extends readonly string[]>(values: T) => v.picklist(values, `must be ${list(values)}`);

/** Which messages of a room notify, beside its badge. */
export const LEVELS = ["all", "mentions", "nothing"] as const;
export type Level = typeof LEVELS[number];
const level = oneOf(LEVELS);

const timeOfDay = v.pipe(
  v.string("must be a string"),
  v.regex(/^(?:(?:[01]\d|2[0-3]):[0-5]\d)?$/, 'must be a time such as 22:30, or ""'),
);
const yesNo = v.boolean("must be true or false");

export const settingsFields = {
  theme: oneOf(THEMES),
  density: oneOf(DENSITIES),
  language: oneOf(LANGUAGE_CHOICES),
  time_format: oneOf(TIME_FORMATS),
  /** The level of rooms not in room_levels; direct conversations notify of every message unless it is "nothing". */
  notify: level,
  room_levels: v.pipe(
    v.record(
      v.pipe(v.string(), v.regex(/^[\x21-\x7e]{1,64}$/, "must be ids of rooms")),
      level,
      "must say all, mentions or nothing by room id",
    ),
    v.maxEntries(LIMITS.rooms_per_user, `must name at most ${LIMITS.rooms_per_user} rooms`),
  ),
  /** Quiet hours: nothing notifies between these two times of day in time_zone. "": no quiet hours. */
  quiet_from: timeOfDay,
  quiet_to: timeOfDay,
  time_zone: v.pipe(
    v.string("must be a string"),
    v.maxLength(64),
    v.check(isZone, "must be a time zone, such as Europe/Lisbon"),
  ),
  sounds: yesNo,
  /** Whether a notification shows what was said. */
  show_text: yesNo,
  /** Whether recovery codes are suggested while there are none. */
  suggest_recovery: yesNo,
};
const settings = v.object(settingsFields);
export type Settings = v.InferOutput<typeof settings>;

export const DEFAULT_SETTINGS: Settings = {
  theme: "system",
  density: "comfortable",
  language: "auto",
  time_format: "auto",
  notify: "mentions",
  room_levels: {},
  quiet_from: "",
  quiet_to: "",
  time_zone: "UTC",
  sounds: false,
  show_text: true,
  suggest_recovery: true,
};

function isZone(name: string): boolean {
  try {
    return name !== "" && dateFormat("en", { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}

/** Reads settings that another version may have written: a missing or unreadable field gets its default. */
export function readSettings(value: unknown): Settings {
  const given = v.safeParse(v.record(v.string(), v.unknown()), value);
  if (!given.success) return DEFAULT_SETTINGS;
  return v.parse(settings, { ...DEFAULT_SETTINGS, ...known(given.output) });
}

function known(given: Record<string, unknown>): Record<string, unknown> {
  const names = Object.keys(settingsFields) as (keyof typeof settingsFields)[];
  return Object.fromEntries(names.flatMap((name) => {
    const field = v.safeParse(settingsFields[name], given[name]);
    return field.success ? [[name, field.output]] : [];
  }));
}

/** "a, b or c" */
function list(values: readonly string[]): string {
  return `${values.slice(0, -1).join(", ")} or ${values.at(-1)}`;
}

export function isLanguage(value: unknown): value is Language {
  return LANGUAGES.some((language) => language === value);
}

/** The first of a browser's languages, the best first, that there is a table of; English where there is none. */
export function preferredLanguage(tags: readonly string[]): Language {
  return tags.map((tag) => tag.toLowerCase().split("-")[0]).find(isLanguage) ?? "en";
}
