/** Looks emoji up. A chunk of its own, because the data is large. */
import { GROUPS } from "./emoji_data.ts";

export interface Emoji {
  emoji: string;
  /** Without the colons. */
  name: string;
  words: readonly string[];
}

export const emojiGroups: readonly { name: string; emoji: readonly Emoji[] }[] = GROUPS.map(({ name, emoji }) => ({
  name,
  emoji: emoji.split("\n").map((line) => {
    const [character = "", short = "", ...words] = line.split(" ");
    return { emoji: character, name: short, words };
  }),
}));

/** Names that begin with the text, then names with a word that begins with it, then matches of other words. */
export function findEmoji(query: string, most: number): Emoji[] {
  const wanted = query.toLowerCase().replaceAll(" ", "_");
  const score = ({ name, words }: Emoji) => {
    if (name === wanted) return 0;
    if (name.startsWith(wanted)) return 1;
    if (name.includes(`_${wanted}`)) return 2;
    return words.some((word) => word.startsWith(wanted)) ? 3 : 4;
  };
  return emojiGroups.flatMap(({ emoji }) => emoji).map((emoji) => ({ emoji, score: score(emoji) }))
    .filter(({ score }) => score < 4).sort((a, b) => a.score - b.score).slice(0, most).map(({ emoji }) => emoji);
}
