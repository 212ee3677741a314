/** The part of a message that shows why it was found. */
import { parseMarkdown } from "../../protocol/text/markdown.ts";
import { plainText } from "../../protocol/text/plain_text.ts";

export interface Part {
  text: string;
  marked: boolean;
}

const BEFORE = 60;
const LENGTH = 240;

type Matches = readonly (readonly [from: number, to: number])[];

/**
 * `matches` are ascending and do not overlap. White space becomes one space, left-out text an ellipsis; Markdown's
 * marks are removed.
 */
export function snippetOf(markdown: string, matchesThere: Matches): Part[] {
  const { content, matches } = withoutMarks(markdown, matchesThere);
  const first = matches[0]?.[0] ?? 0;
  const start = first <= BEFORE ? 0 : wordStart(content, first - BEFORE, first);
  const end = Math.min(content.length, start + LENGTH);
  const parts: Part[] = [];
  const add = (text: string, marked: boolean) => {
    if (text !== "") parts.push({ text: text.replace(/\s+/g, " "), marked });
  };
  if (start > 0) add("… ", false);
  let at = start;
  for (const [found, to] of matches) {
    if (found >= end) break;
    // The sign belongs to the name, in either direction of the text.
    const from = found > at && content[found - 1] === "@" ? found - 1 : found;
    add(content.slice(at, from), false);
    add(content.slice(from, Math.min(to, end)), true);
    at = Math.min(to, end);
  }
  add(content.slice(at, end).replace(/[\ud800-\udbff]$/, ""), false);
  if (end < content.length) add("…", false);
  return parts;
}

/**
 * Maps positions: the plain text is the source with some characters left out, so each of its characters is found in the
 * source, in order.
 */
function withoutMarks(markdown: string, matches: Matches): { content: string; matches: Matches } {
  const content = plainText(parseMarkdown(markdown));
  const place: number[] = [];
  let at = 0;
  for (const char of markdown.split("")) {
    place.push(at);
    if (char === content[at] || (content[at] === " " && /\s/.test(char))) at++;
  }
  place.push(at);
  if (at < content.length) return { content: markdown, matches };
  return { content, matches: matches.map(([from, to]) => [place[from] ?? at, place[to] ?? at] as const) };
}

function wordStart(content: string, from: number, before: number): number {
  const space = content.slice(from, before).search(/\s/);
  const at = space < 0 ? from : from + space + 1;
  return /[\udc00-\udfff]/.test(content[at] ?? "") ? at + 1 : at;
}
