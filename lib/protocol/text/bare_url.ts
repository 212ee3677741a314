/** Bare URLs: addresses in a text without any markup. Browser-safe. */
import { charAt, charBefore, isSpaceless } from "./characters.ts";

/** One character of an address. White space, quotes, invisible characters and marks of direction end it. */
const CHAR = /[^\s<>"`\p{Cc}\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f]/u;
const START = /https?:\/\/(?=[\p{L}\p{N}[])|mailto:(?=[^\s.,:;])/iuy;
const TARGET = new RegExp(`^(?:https?:\\/\\/|mailto:)${CHAR.source}+$`, "iu");
/**
 * Punctuation of other scripts ends an address, except marks that belong inside a word: hyphens, middle dots, and marks
 * of Hebrew and Tibetan.
 */
const FOREIGN = /(?![!-~\u2010-\u2013\u00b7\u30fb\u2027\u05be\u05f3\u05f4\u0f0b])\p{P}|[\uff1c-\uff1e\uff5c\uff5e]/u;
/** Characters that may be inside an address, but not at its end. */
const TAIL = /[.,;:!?'*_~([{\\\u2010-\u2013\u00b7\u30fb\u2027]/;
const OPENERS = "([{";
const CLOSERS = ")]}";

/** Whether a link may lead there. */
export function isTarget(text: string): boolean {
  return TARGET.test(text);
}

/** The address that begins at `at`, without the punctuation of the sentence around it; "" where there is none. */
export function bareUrlAt(text: string, at: number, parse: { steps: number }): string {
  const before = charBefore(text, at);
  if (/[\p{L}\p{N}]/u.test(before) && !isSpaceless(before)) return "";
  START.lastIndex = at;
  const scheme = START.exec(text)?.[0];
  if (scheme === undefined) return "";
  const start = at + scheme.length;
  const open: string[] = [];
  let end = start;
  while (end < text.length) {
    const char = charAt(text, end);
    parse.steps++;
    if (!CHAR.test(char) || FOREIGN.test(char) || (char === "*" && text[end + 1] === "*")) break;
    if (OPENERS.includes(char)) open.push(char);
    const closes = CLOSERS.indexOf(char);
    // a closing bracket that the address did not open belongs to the sentence
    if (closes >= 0 && open.pop() !== OPENERS[closes]) break;
    end += char.length;
  }
  while (end > start && TAIL.test(text[end - 1] ?? "")) end--;
  return end > start ? text.slice(at, end) : "";
}
