/** Which messages notify a person, beside the badge, by the levels that they chose. */
import type { Level, Settings } from "./settings.ts";

/** Which messages of this room notify this person. */
export function levelOf(settings: Settings, room: { id: string; kind: string }): Level {
  const own = settings.room_levels[room.id];
  if (own !== undefined) return own;
  return room.kind === "direct" && settings.notify !== "nothing" ? "all" : settings.notify;
}

/** Whether it is a quiet hour for them; the hours may go over midnight. */
export function isQuiet({ quiet_from, quiet_to, time_zone }: Settings, now: number): boolean {
  if (quiet_from === "" || quiet_to === "" || quiet_from === quiet_to) return false;
  const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: time_zone }).format(
    now,
  );
  return quiet_from < quiet_to ? clock >= quiet_from && clock < quiet_to : clock >= quiet_from || clock < quiet_to;
}
