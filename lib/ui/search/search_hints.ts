/** Suggests values for the filter that the reader is typing. */
import type { Room, User } from "../../protocol/model.ts";

export const FILTERS = ["from:", "in:", "has:", "before:", "after:"] as const;

export interface Hint {
  /** The text of the whole field after the choice. */
  text: string;
  /** The label of the choice: `@ada`, `#general`, `link`. */
  value: string;
  about: string;
}

export interface HintSources {
  people: readonly User[];
  rooms: readonly Pick<Room, "kind" | "name" | "topic" | "with">[];
}

const HAS = ["link", "file", "image", "code"];
const SHOWN = 6;

/** Suggestions for the filter at the end of the text, until its value is complete. */
export function hintsFor(text: string, { people, rooms }: HintSources): Hint[] {
  const [, before = "", name = "", typed = ""] = /^(.*?)\b(from|in|has):(?:[@#]|"[@#]?)?([^\s"]*)$/i.exec(text) ?? [];
  if (name === "") return [];
  const wanted = typed.toLowerCase();
  const hints = choices(name.toLowerCase(), people, rooms)
    .filter(({ value, about }) =>
      [value.replace(/^[@#]/, ""), about].some((one) => one.toLowerCase().startsWith(wanted))
    )
    .map(({ value, about }) => ({ text: `${before}${name.toLowerCase()}:${quoted(value)} `, value, about }));
  const only = hints[0];
  const done = hints.length === 1 && only?.value.replace(/^[@#]/, "").toLowerCase() === wanted;
  return done ? [] : hints.slice(0, SHOWN);
}

function choices(name: string, people: readonly User[], rooms: HintSources["rooms"]): Omit<Hint, "text">[] {
  if (name === "has") return HAS.map((value) => ({ value, about: "" }));
  if (name === "from") return people.map((user) => ({ value: `@${user.username}`, about: user.display_name }));
  return rooms.flatMap((room) => {
    if (room.kind !== "direct") return [{ value: `#${room.name}`, about: room.topic }];
    return room.with === undefined ? [] : [{ value: `@${room.with.username}`, about: room.with.display_name }];
  });
}

/** A room as the value of `in:`. */
export function roomFilter(name: string): string {
  return quoted(`#${name}`);
}

function quoted(value: string): string {
  return /\s/.test(value) ? `"${value}"` : value;
}
