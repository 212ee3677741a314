/** What kind of character stands beside a mark. Browser-safe. */

/** Letters of scripts that put no spaces between words, and of Korean, which puts its endings right behind a name. */
const SPACELESS =
  /[\p{scx=Hani}\p{scx=Hira}\p{scx=Kana}\p{scx=Bopo}\p{sc=Hang}\p{sc=Thai}\p{sc=Laoo}\p{sc=Khmr}\p{sc=Mymr}\p{sc=Tibt}]/u;
/** ASCII's symbols are punctuation as in CommonMark; others (emoji, `¯`) are like letters. */
const PUNCTUATION = /[\p{P}$+<=>^`|~]/u;

export function isSpaceless(char: string): boolean {
  return SPACELESS.test(char);
}

export function isPunctuation(char: string): boolean {
  return PUNCTUATION.test(char);
}

/** The whole character before `at`; "" at the beginning. */
export function charBefore(text: string, at: number): string {
  const two = text.slice(Math.max(0, at - 2), at);
  // the second half of a surrogate pair needs the first
  return /[\udc00-\udfff]$/.test(two) ? two : two.slice(-1);
}

/** The whole character at `at`; "" at the end. */
export function charAt(text: string, at: number): string {
  const point = text.codePointAt(at);
  return point === undefined ? "" : String.fromCodePoint(point);
}
