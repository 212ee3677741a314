/**
 * A text as what search compares: words, and single characters of scripts that write without spaces. Case, width,
 * diacritics and ligatures are folded away, alike in messages and in queries.
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
const UNIT = new RegExp(
  // a Hangul syllable in its parts; a character with its marks; a word; an emoji
  String.raw`([\u1100-\u115f]+[\u1160-\u11ff]*|${DENSE}[\p{M}\uff9e\uff9f]*)` +
    String.raw`|[[\p{L}\p{N}\p{M}]--${DENSE}]+|\p{Extended_Pictographic}`,
  "gv",
);

export function unitsOf(text: string): Unit[] {
  const units: Unit[] = [];
  let behind = -1;
  UNIT.lastIndex = 0;
  for (let match = UNIT.exec(text); match !== null; match = UNIT.exec(text)) {
    const dense = match[1] !== undefined;
    const start = match.index;
    const end = UNIT.lastIndex;
    const folded = dense ? match[0].normalize("NFKC") : foldWord(match[0]);
    if (folded === "") continue;
    units.push({ text: folded, start, end, dense, joined: dense && behind === start });
    behind = dense ? end : -1;
  }
  return units;
}

/** Accents, and the points and vowel signs that Hebrew and Arabic mostly leave out. Other scripts' marks are letters. */
const ACCENTS = /[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670]+/g;
const LETTERS: Record<string, string> = {
  ...{ ß: "ss", æ: "ae", œ: "oe", ø: "o", đ: "d", ð: "d", þ: "th", ł: "l", ı: "i", ς: "σ" },
};

function foldWord(word: string): string {
  if (/^[\0-\x7f]*$/.test(word)) return word.toLowerCase();
  return word.normalize("NFKD").toLowerCase().replace(ACCENTS, "")
    .replace(/[ßæœøđðþłıς]/g, (letter) => LETTERS[letter] ?? letter).normalize("NFC");
}
