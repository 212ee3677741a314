/** The fields of a person's settings as the API takes and documents them. Reading old ones: `readSettings`. */
import * as v from "valibot";
import { LIMITS } from "./limits.ts";
import {
  DENSITIES,
  isZone,
  LANGUAGE_CHOICES,
  LEVELS,
  ROOM_ID,
  type Settings,
  THEMES,
  TIME_FORMATS,
  TIME_OF_DAY,
} from "./settings.ts";

const oneOf = <const T extends readonly string[]>(values: T) => v.picklist(values, `must be ${list(values)}`);
const level = oneOf(LEVELS);
const timeOfDay = v.pipe(
  v.string("must be a string"),
  v.regex(TIME_OF_DAY, 'must be a time such as 22:30, or ""'),
);
const yesNo = v.boolean("must be true or false");

export const settingsFields = {
  theme: oneOf(THEMES),
  density: oneOf(DENSITIES),
  language: oneOf(LANGUAGE_CHOICES),
  time_format: oneOf(TIME_FORMATS),
  notify: level,
  room_levels: v.pipe(
    v.record(
      v.pipe(v.string(), v.regex(ROOM_ID, "must be ids of rooms")),
      level,
      "must say all, mentions or nothing by room id",
    ),
    v.maxEntries(LIMITS.rooms_per_user, `must name at most ${LIMITS.rooms_per_user} rooms`),
  ),
  quiet_from: timeOfDay,
  quiet_to: timeOfDay,
  time_zone: v.pipe(
    v.string("must be a string"),
    v.maxLength(64),
    v.check(isZone, "must be a time zone, such as Europe/Lisbon"),
  ),
  sounds: yesNo,
  show_text: yesNo,
  suggest_recovery: yesNo,
  checklist: yesNo,
} satisfies { [Name in keyof Settings]: v.GenericSchema<Settings[Name]> };

/** "a, b or c" */
function list(values: readonly string[]): string {
  return `${values.slice(0, -1).join(", ")} or ${values.at(-1)}`;
}
