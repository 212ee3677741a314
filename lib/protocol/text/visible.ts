/**
 * Whether a text has anything visible: one rule for everything that people write, on the server and in the page. A text
 * without a visible character is blank, however long it is.
 */

/**
 * A visible character. Not visible are white space and characters without ink: controls, what Unicode draws nothing for
 * (Default_Ignorable_Code_Point: zero-width characters, marks of direction, Hangul fillers, variation selectors, tags),
 * and letters and symbols whose shape is empty: the Braille pattern without dots, the null notehead, annotation marks,
 * Khitan and Egyptian fillers.
 */
const SEEN =
  /[^\s\p{White_Space}\p{Cs}\p{Cc}\p{DI}\u2800\ufff9-\ufffc\u{1d159}\u{16fe4}\u{13430}-\u{1343f}\u{13441}\u{13442}]/u;

/** Whether the text has no visible character. */
export function isBlank(text: string): boolean {
  return !SEEN.test(text);
}
