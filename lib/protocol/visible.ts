/**
 * What can be seen of a text: one answer for everything that people write, on the server and in the page. A text of
 * nothing that can be seen is blank, however long it is.
 */

/**
 * Without ink: controls, what Unicode says to draw nothing for (Default_Ignorable_Code_Point: zero-width characters,
 * marks of direction, Hangul fillers, variation selectors, tags), and letters and symbols whose shape is empty: the
 * Braille pattern without dots, the null notehead, annotation marks, Khitan and Egyptian fillers.
 */
const UNSEEN = String.raw`\p{Cc}\p{DI}\u2800\ufff9-\ufffc\u{1d159}\u{16fe4}\u{13430}-\u{1343f}\u{13441}\u{13442}`;

const SEEN = new RegExp(String.raw`[^\s\p{White_Space}\p{Cs}${UNSEEN}]`, "u");

/** Whether a reader would see nothing of it. */
export function isBlank(text: string): boolean {
  return !SEEN.test(text);
}

/** Also what turns the direction, ends lines, or looks like nothing that is known (private use). */
const MISLEADING = new RegExp(String.raw`[${UNSEEN}\p{Cf}\p{Co}\p{Zl}\p{Zp}]`, "gu");

/** Joiners and selectors with a meaning where they stand: inside emoji, behind Han characters, in Mongolian words. */
const MEANT = new RegExp(
  String.raw`(?<=\p{Extended_Pictographic}[\ufe0f\p{Emoji_Modifier}]?)\u200d(?=\p{Extended_Pictographic})` +
    String.raw`|(?<=\p{Emoji})[\ufe0e\ufe0f]|(?<=\p{sc=Han})[\ufe00-\ufe02\u{e0100}-\u{e01ef}]` +
    String.raw`|(?<=\p{sc=Mong})[\u180b-\u180f]`,
  "gu",
);

const STACKED_MARKS = /\p{M}{5}/u;

/** Whether a name, a topic or a reason holds what cannot be seen, turns directions, or piles up accents. */
export function misleads(name: string): boolean {
  return name.replace(MEANT, "").search(MISLEADING) >= 0 || STACKED_MARKS.test(name);
}
