/** Makes the rows of the page from a timeline's entries. Pure, so that the server renders the same rows. */
import { dateFormat } from "../../base/date_format.ts";
import type { RoomEvent } from "../../protocol/model.ts";

export interface Groupable {
  readonly key: string;
  readonly type: RoomEvent["type"];
  readonly seq: number;
  readonly user_id: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export type Row<E extends Groupable> =
  /** Before the first entry of a day; `day` is its date in the reader's time zone, `at` that entry's time. */
  | { type: "day"; key: string; day: string; at: number }
  /** Before the first unread message. */
  | { type: "divider"; key: "divider" }
  /** `head`: the first of a group, which shows the author's name and the time. */
  | { type: "message"; key: string; entry: E; head: boolean }
  /** A run of messages by people whom the reader has blocked. */
  | { type: "hidden"; key: string; entries: E[] }
  /** One system event, or a run of joins and leaves (two or more entries) to show as one line. */
  | { type: "system"; key: string; entries: E[] };

export interface GroupingOptions {
  /** IANA name, such as "Europe/Paris". */
  timeZone: string;
  /** The reader's id: their own messages are never unread. */
  me: string;
  /** Messages after this seq are unread; null for no divider. */
  divider?: number | null;
  /** The people whom the reader has blocked. */
  blocked?: ReadonlySet<string>;
}

/** Messages of one author at most this far apart are one group. */
export const GROUP_MS = 5 * 60_000;

export function groupRows<E extends Groupable>(entries: readonly E[], options: GroupingOptions): Row<E>[] {
  const rows: Row<E>[] = [];
  const dayOf = dayReader(options.timeZone);
  const divider = options.divider ?? Infinity;
  let dividerDone = false;
  let day = "";
  let group: E | undefined;
  for (const entry of entries) {
    const entryDay = dayOf(entry.at);
    if (entryDay !== day) {
      day = entryDay;
      group = undefined;
      rows.push({ type: "day", key: `day ${day} ${entry.key}`, day, at: entry.at });
    }
    if (entry.type !== "chat_message") {
      group = undefined;
      const last = rows.at(-1);
      if (last?.type === "system" && isTraffic(entry) && last.entries.every(isTraffic)) last.entries.push(entry);
      else rows.push({ type: "system", key: `system ${entry.key}`, entries: [entry] });
      continue;
    }
    if (options.blocked?.has(entry.user_id)) {
      group = undefined;
      const last = rows.at(-1);
      if (last?.type === "hidden") last.entries.push(entry);
      else rows.push({ type: "hidden", key: `hidden ${entry.key}`, entries: [entry] });
      continue;
    }
    if (!dividerDone && entry.seq > divider && entry.seq !== Infinity && entry.user_id !== options.me) {
      dividerDone = true;
      group = undefined;
      rows.push({ type: "divider", key: "divider" });
    }
    const head = group === undefined || group.user_id !== entry.user_id || entry.at - group.at > GROUP_MS;
    rows.push({ type: "message", key: entry.key, entry, head });
    group = entry;
  }
  return rows;
}

/** Joins and leaves: a run of them is shown as one line. */
export function isTraffic(entry: Pick<Groupable, "type">): boolean {
  return entry.type === "join" || entry.type === "leave";
}

/** `YYYY-MM-DD` in that time zone. An unknown zone counts as UTC. */
export function dayReader(timeZone: string): (at: number) => string {
  let format: Intl.DateTimeFormat;
  const parts = { year: "numeric", month: "2-digit", day: "2-digit" } as const;
  try {
    format = dateFormat("en-CA", { ...parts, timeZone });
  } catch {
    format = dateFormat("en-CA", { ...parts, timeZone: "UTC" });
  }
  // Every zone's offset is a multiple of 15 minutes, so one look-up serves each quarter of an hour.
  const known = new Map<number, string>();
  return (at) => {
    const quarter = Math.floor(at / 900_000);
    let day = known.get(quarter);
    if (day === undefined) known.set(quarter, day = format.format(quarter * 900_000));
    return day;
  };
}

/** A language's words for days, and its locale. */
export interface DayWords {
  locale: string;
  timeline: { today: string; yesterday: string };
}

/** "Today", "Yesterday" or a date such as "Monday, 2 March" (with the year where it is another one). */
export function dayLabel(day: string, now: number, timeZone: string, words: DayWords): string {
  const dayOf = dayReader(timeZone);
  const today = dayOf(now);
  if (day === today) return words.timeline.today;
  const noon = Date.parse(`${day}T12:00:00Z`);
  if (noon === Date.parse(`${today}T12:00:00Z`) - 86_400_000) return words.timeline.yesterday;
  return dateFormat(words.locale, {
    weekday: "long",
    month: "long",
    day: "numeric",
    ...(day.slice(0, 4) === today.slice(0, 4) ? {} : { year: "numeric" }),
    timeZone: "UTC",
  }).format(noon);
}
