/** Times as people read them, in a given time zone so that server and browser can agree. */

const formats = new Map<string, Intl.DateTimeFormat>();

function format(zone: string, key: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const id = `${key}/${zone}`;
  let found = formats.get(id);
  if (found === undefined) {
    found = new Intl.DateTimeFormat("en-GB", { timeZone: zone, ...options });
    formats.set(id, found);
  }
  return found;
}

/** 14:05 */
export function clockTime(iso: string, zone: string): string {
  return format(zone, "time", { hour: "2-digit", minute: "2-digit" }).format(new Date(iso));
}

/** Tuesday, 3 June 2025 at 14:05 */
export function fullTime(iso: string, zone: string): string {
  return format(zone, "full", { dateStyle: "full", timeStyle: "short" }).format(new Date(iso));
}

/** The zone as given where this runtime knows it, else UTC. */
export function knownZone(zone: string | undefined): string {
  if (zone === undefined) return "UTC";
  try {
    format(zone, "time", { hour: "2-digit", minute: "2-digit" });
    return zone;
  } catch {
    return "UTC";
  }
}
