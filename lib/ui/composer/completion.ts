/** Finds the word at the caret that can be completed: `@somebody` or `:emoji`. */
import type { User } from "../../protocol/model.ts";
import type { RoomCall } from "../../protocol/text/mentions.ts";

export interface Wanted {
  kind: "@" | ":";
  query: string;
  /** The positions of the sign and of the caret. */
  from: number;
  to: number;
}

export interface Choice {
  key: string;
  /** The text that replaces the typed word. */
  text: string;
  user?: User;
  emoji?: string;
  label: string;
}

const MOST = 8;
const BEFORE_CARET = /(?:^|[\s([{"'])(@[\p{L}\p{N}_.-]{0,32}|:[a-z0-9_+-]{2,32})$/iu;

export function wantedAt(text: string, caret: number): Wanted | null {
  const found = BEFORE_CARET.exec(text.slice(Math.max(0, caret - 40), caret))?.[1];
  if (found === undefined) return null;
  const kind = found.startsWith("@") ? "@" : ":";
  return { kind, query: found.slice(1).toLowerCase(), from: caret - found.length, to: caret };
}

/** The people whose username, or a word of whose name, begins with the text; in the given order. */
export function findPeople(people: Iterable<User>, query: string): Choice[] {
  const found = new Map<string, Choice>();
  for (const user of people) {
    const words = [user.username, ...user.display_name.toLowerCase().split(/\s+/)];
    if (!words.some((word) => word.startsWith(query)) || found.has(user.id)) continue;
    found.set(user.id, { key: user.id, text: `@${user.username} `, user, label: user.display_name });
    if (found.size === MOST) break;
  }
  return [...found.values()];
}

/** `@room` and `@here`, if the text begins one of them. */
export function findRoomCalls(query: string, labels: Record<RoomCall, string>): Choice[] {
  return (["here", "room"] as const).filter((call) => query !== "" && call.startsWith(query))
    .map((call) => ({ key: `@${call}`, text: `@${call} `, emoji: "@", label: `${call}: ${labels[call]}` }));
}

export async function findEmojiChoices(query: string): Promise<Choice[]> {
  const { findEmoji } = await import("../emoji/emoji.ts");
  return findEmoji(query, MOST).map(({ emoji, name }) => ({
    key: name,
    text: `${emoji} `,
    emoji,
    label: `:${name}:`,
  }));
}
