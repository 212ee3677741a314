/** Characters that a name, a topic or a reason must not hold, because it would look like another one, or like nothing. */

/** Characters without ink (protocol/text/visible.ts), marks of direction, line ends, and private use characters. */
const MISLEADING =
  /[\p{Cc}\p{Cf}\p{Co}\p{Zl}\p{Zp}\p{DI}\u2800\ufff9-\ufffc\u{1d159}\u{16fe4}\u{13430}-\u{1343f}\u{13441}\u{13442}]/u;

/** Joiners and selectors where they have a meaning: inside emoji, behind Han characters, in Mongolian words. */
const MEANT = new RegExp(
  String.raw`(?<=\p{Extended_Pictographic}[\ufe0f\p{Emoji_Modifier}]?)\u200d(?=\p{Extended_Pictographic})` +
    String.raw`|(?<=\p{Emoji})[\ufe0e\ufe0f]|(?<=\p{sc=Han})[\ufe00-\ufe02\u{e0100}-\u{e01ef}]` +
    String.raw`|(?<=\p{sc=Mong})[\u180b-\u180f]`,
  "gu",
);

const STACKED_MARKS = /\p{M}{5}/u;

/** Whether a name, a topic or a reason holds what cannot be seen, turns directions, or piles up accents. */
export function misleads(name: string): boolean {
  return MISLEADING.test(name.replace(MEANT, "")) || STACKED_MARKS.test(name);
}
