/** Formats times for people, in a given time zone so that server and browser render the same. */
import { dateFormat } from "../../base/date_format.ts";
import type { Settings } from "../../protocol/settings.ts";

type TimeFormat = Settings["time_format"];

function format(zone: string, locale: string, time: TimeFormat, full: boolean): Intl.DateTimeFormat {
  return dateFormat(locale, {
    timeZone: zone,
    ...(full
      ? { dateStyle: "full", timeStyle: "short" }
      : { hour: time === "12" ? "numeric" : "2-digit", minute: "2-digit" }),
    // Midnight is 00:00, or 12:00 am.
    ...(time === "auto" ? {} : { hourCycle: time === "12" ? "h12" : "h23" }),
  });
}

/** 14:05 */
export function clockTime(iso: string, zone: string, locale: string, time: TimeFormat = "auto"): string {
  return format(zone, locale, time, false).format(new Date(iso));
}

/** The same without am or pm, for small spaces. */
export function bareTime(iso: string, zone: string, locale: string, time: TimeFormat): string {
  const parts = format(zone, locale, time, false).formatToParts(new Date(iso));
  return parts.filter(({ type }) => type !== "dayPeriod").map(({ value }) => value).join("").trim();
}

/** Tuesday, 3 June 2025 at 14:05 */
export function fullTime(iso: string, zone: string, locale: string, time: TimeFormat = "auto"): string {
  return format(zone, locale, time, true).format(new Date(iso));
}

/** The given zone if this runtime knows it, else UTC. */
export function knownZone(zone: string | undefined): string {
  if (zone === undefined) return "UTC";
  try {
    format(zone, "en-GB", "auto", false);
    return zone;
  } catch {
    return "UTC";
  }
}
