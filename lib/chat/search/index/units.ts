/**
 * A text as what search compares: words, and single characters of scripts that write without spaces. Case, width,
 * diacritics and ligatures are folded away, alike in messages and in queries, and so is what draws nothing: a soft hyphen
 * or a joiner inside a word (Default_Ignorable_Code_Point) is there for the layout.
 */

export interface Unit {
  /** Folded. */
  text: string;
  /** Where it stands in the text, in UTF-16 code units, end exclusive. */
  start: number;
  end: number;
  /** Of a script without spaces: one character, with its marks. */
  dense: boolean;
  /** Dense, and right behind another one. */
  joined: boolean;
}

/** Han, kana, Hangul, Thai, Lao, Khmer, Myanmar: in pairs of characters, for where a word ends only a reader knows. */
const DENSE = String
  .raw`[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}\u30fc\uff70]`;
const WORD = String.raw`[[\p{L}\p{N}\p{M}]--${DENSE}--\p{DI}]`;
const UNIT = new RegExp(
  // a Hangul syllable in its parts; a character with its marks; a word; an emoji
  String.raw`([\u1100-\u115e]+[\u1161-\u11ff]*\p{DI}*|[${DENSE}--\p{DI}][\p{M}\uff9e\uff9f\p{DI}]*)` +
    String.raw`|${WORD}(?:\p{DI}*${WORD})*|\p{Extended_Pictographic}`,
  "gv",
);

/** The version of the folding: an index says by which one it was made. */
export const FOLDING = 2;

/** What the first folding made other words of: something that draws nothing, in or behind a word. */
const REFOLDED = /[[\p{L}\p{N}\p{M}]--\p{DI}](?:[[\p{L}\p{M}]&&\p{DI}]|\p{DI}+[[\p{L}\p{N}\p{M}]--\p{DI}])/v;

/** Whether an index of the first folding has other words of this text. */
export function isRefolded(text: string): boolean {
  return REFOLDED.test(text);
}

export function unitsOf(text: string): Unit[] {
  const units: Unit[] = [];
  let behind = -1;
  UNIT.lastIndex = 0;
  for (let match = UNIT.exec(text); match !== null; match = UNIT.exec(text)) {
    const dense = match[1] !== undefined;
    const start = match.index;
    const end = UNIT.lastIndex;
    const folded = dense ? withoutIgnored(match[0]).normalize("NFKC") : foldWord(match[0]);
    if (folded === "") continue;
    units.push({ text: folded, start, end, dense, joined: dense && behind === start });
    behind = dense ? end : -1;
  }
  return units;
}

/** Accents, and the points and vowel signs that Hebrew and Arabic mostly leave out. Other scripts' marks are letters. */
const ACCENTS = /[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670]+/g;
const LETTERS: Record<string, string> = {
  ß: "ss",
  æ: "ae",
  œ: "oe",
  ø: "o",
  đ: "d",
  ð: "d",
  þ: "th",
  ł: "l",
  ı: "i",
  ς: "σ",
};

function foldWord(word: string): string {
  if (/^[\0-\x7f]*$/.test(word)) return word.toLowerCase();
  return withoutIgnored(word).normalize("NFKD").toLowerCase().replace(ACCENTS, "")
    .replace(/[ßæœøđðþłıς]/g, (letter) => LETTERS[letter] ?? letter).normalize("NFC");
}

function withoutIgnored(text: string): string {
  return text.replace(/\p{DI}+/gu, "");
}
