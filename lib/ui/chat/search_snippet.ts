/** The part of a message that shows why it was found. */

export interface Part {
  text: string;
  marked: boolean;
}

const BEFORE = 60;
const LENGTH = 240;

/** `matches` rise and do not overlap. White space is one space; what is left out is an ellipsis. */
export function snippetOf(content: string, matches: readonly (readonly [number, number])[]): Part[] {
  const first = matches[0]?.[0] ?? 0;
  const start = first <= BEFORE ? 0 : wordStart(content, first - BEFORE, first);
  const end = Math.min(content.length, start + LENGTH);
  const parts: Part[] = [];
  const add = (text: string, marked: boolean) => {
    if (text !== "") parts.push({ text: text.replace(/\s+/g, " "), marked });
  };
  if (start > 0) add("… ", false);
  let at = start;
  for (const [from, to] of matches) {
    if (from >= end) break;
    add(content.slice(at, from), false);
    add(content.slice(from, Math.min(to, end)), true);
    at = Math.min(to, end);
  }
  add(content.slice(at, end).replace(/[\ud800-\udbff]$/, ""), false);
  if (end < content.length) add("…", false);
  return parts;
}

function wordStart(content: string, from: number, before: number): number {
  const space = content.slice(from, before).search(/\s/);
  const at = space < 0 ? from : from + space + 1;
  return /[\udc00-\udfff]/.test(content[at] ?? "") ? at + 1 : at;
}
