/**
 * Where a name stands behind an `@`, and whose it is. The one place that decides it: for the server, which keeps whom a
 * message calls, and for the page, which shows it. Browser-safe.
 */
import { charAt, charBefore, isSpaceless } from "./characters.ts";

export type RoomCall = "here" | "room";

const LONGEST = 32;
/** Longer than a name may be, so that the character after a name is seen too. */
const RUN = /[a-z0-9_.-]{1,64}/iy;

/** The longest name that the `@` at `at` may mean, in lower case; "" where it is no mention. See spellingsOf(). */
export function nameAt(text: string, at: number): string {
  let start = at;
  while (text[start - 1] === "_" && at - start < LONGEST) start--; // marks of emphasis
  const before = charBefore(text, start);
  if (/[\p{L}\p{M}\p{N}_@/.\\-]/u.test(before) && !isSpaceless(before)) return "";
  RUN.lastIndex = at + 1;
  const run = RUN.exec(text)?.[0].toLowerCase() ?? "";
  const after = charAt(text, at + 1 + run.length);
  // "@adaé" is not Ada, but a script of its own ends the name
  const goesOn = /[\p{sc=Latn}\p{M}\p{N}_-]/u.test(after) && !/[._-]$/.test(run);
  const names = goesOn ? [sentenceCut(run)].filter((name) => name !== run) : spellingsOf(run);
  return names.find((name) => name.length <= LONGEST) ?? "";
}

/**
 * Whose name it may be, the longest first: in "ask @ada." the point belongs to the sentence, unless somebody's name ends
 * with one, and so do the points of "@ada...yes".
 */
export function spellingsOf(name: string): string[] {
  const cut = sentenceCut(name);
  const all = [name, cut].flatMap((one) => [one, withoutTail(one, ".-"), withoutTail(one, "._-")]);
  return [...new Set(all)].filter((one) => one !== "").sort((a, b) => b.length - a.length);
}

/** Looks up a name's spellings, longest first; returns the first result. All resolving of names goes through here. */
export function resolveName<T>(name: string, look: (spelling: string) => T | null | undefined): T | null {
  for (const spelling of spellingsOf(name)) {
    const found = look(spelling);
    if (found !== null && found !== undefined) return found;
  }
  return null;
}

export function roomCallOf(name: string): RoomCall | undefined {
  return resolveName(name, (word) => word === "here" || word === "room" ? word : null) ?? undefined;
}

/** The name up to the first two marks in a row. */
function sentenceCut(name: string): string {
  const end = name.search(/[.-]{2}/);
  return end < 0 ? name : name.slice(0, end);
}

function withoutTail(name: string, marks: string): string {
  let end = name.length;
  while (end > 0 && marks.includes(name[end - 1] ?? "")) end--;
  return name.slice(0, end);
}
