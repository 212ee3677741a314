/**
 * What a person chooses for themselves, on all their devices: one record for the store, the API (settings_schema.ts) and
 * the client, which reads it without a library. A new field needs a default; its values stay small, for the record
 * travels in `hello`.
 */
import { dateFormat } from "../base/date_format.ts";
import { LIMITS } from "./limits.ts";

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = typeof THEMES[number];
export const DENSITIES = ["comfortable", "compact"] as const;
/** "auto": the usual form of the language. */
export const TIME_FORMATS = ["auto", "12", "24"] as const;

/** The page's languages: lib/ui/strings/ has a file for each. */
export const LANGUAGES = ["en", "pt"] as const;
export type Language = typeof LANGUAGES[number];

/** "auto": what the browser asks for. */
export const LANGUAGE_CHOICES = ["auto", ...LANGUAGES] as const;

/** Which messages of a room notify, beside its badge. */
export const LEVELS = ["all", "mentions", "nothing"] as const;
export type Level = typeof LEVELS[number];

/** "22:30", or "" for none. */
export const TIME_OF_DAY = /^(?:(?:[01]\d|2[0-3]):[0-5]\d)?$/;
export const ROOM_ID = /^[\x21-\x7e]{1,64}$/;

export interface Settings {
  theme: Theme;
  density: typeof DENSITIES[number];
  language: typeof LANGUAGE_CHOICES[number];
  time_format: typeof TIME_FORMATS[number];
  /** The level of rooms not in room_levels; direct conversations notify of every message unless it is "nothing". */
  notify: Level;
  /** By room id. */
  room_levels: Record<string, Level>;
  /** Quiet hours: nothing notifies between these two times of day in time_zone. "": no quiet hours. */
  quiet_from: string;
  quiet_to: string;
  time_zone: string;
  sounds: boolean;
  /** Whether a notification shows what was said. */
  show_text: boolean;
  /** Whether recovery codes are suggested while there are none. */
  suggest_recovery: boolean;
  /** Whether the first steps are shown in general. */
  checklist: boolean;
}

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
  checklist: true,
};

export function isZone(name: string): boolean {
  try {
    return name !== "" && dateFormat("en", { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}

/** Whether a value is one that the field may have: the same values that settings_schema.ts takes. */
const FITS: Record<keyof Settings, (value: unknown) => boolean> = {
  theme: oneOf(THEMES),
  density: oneOf(DENSITIES),
  language: oneOf(LANGUAGE_CHOICES),
  time_format: oneOf(TIME_FORMATS),
  notify: oneOf(LEVELS),
  room_levels: (value) => {
    if (!isRecord(value)) return false;
    const levels = Object.entries(value);
    return levels.length <= LIMITS.rooms_per_user &&
      levels.every(([id, level]) => ROOM_ID.test(id) && oneOf(LEVELS)(level));
  },
  quiet_from: isTimeOfDay,
  quiet_to: isTimeOfDay,
  time_zone: (value) => typeof value === "string" && value.length <= 64 && isZone(value),
  sounds: isFlag,
  show_text: isFlag,
  suggest_recovery: isFlag,
  checklist: isFlag,
};

function oneOf(choices: readonly string[]): (value: unknown) => boolean {
  return (value) => choices.some((choice) => choice === value);
}

function isTimeOfDay(value: unknown): boolean {
  return typeof value === "string" && TIME_OF_DAY.test(value);
}

function isFlag(value: unknown): boolean {
  return typeof value === "boolean";
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Reads settings that another version may have written: a missing or unreadable field gets its default. */
export function readSettings(value: unknown): Settings {
  const given = isRecord(value) ? value : {};
  const fitting = Object.entries(FITS).flatMap(([name, fits]) => fits(given[name]) ? [[name, given[name]]] : []);
  const read: Partial<Settings> = Object.fromEntries(fitting);
  return { ...DEFAULT_SETTINGS, ...read };
}

export function isLanguage(value: unknown): value is Language {
  return LANGUAGES.some((language) => language === value);
}

/** The first of a browser's languages, the best first, that there is a table of; English where there is none. */
export function preferredLanguage(tags: readonly string[]): Language {
  return tags.map((tag) => tag.toLowerCase().split("-")[0]).find(isLanguage) ?? "en";
}
