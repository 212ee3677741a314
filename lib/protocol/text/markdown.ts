/**
 * The Markdown that messages may use, as a small tree. Parsing takes steps linear in the text's length (they are
 * counted) and never fails: what is not markup is text. There is no HTML in it and nothing to sanitise: the renderer
 * makes nodes of this tree. Where it keeps to CommonMark and where not: tests/protocol/text/markdown_oracle_test.ts.
 */
import { type Parse, parseInline } from "./markdown_inline.ts";
import type { Inline } from "./inline.ts";
export type { Inline } from "./inline.ts";

export type Block =
  | { type: "paragraph"; children: Inline[] }
  | { type: "code_block"; language: string; text: string }
  | { type: "quote"; children: Block[] }
  /** `mark` is what follows a number, or the bullet. */
  | { type: "list"; ordered: boolean; mark: string; items: ListItem[] };

export interface ListItem {
  /** As typed. */
  number: number;
  children: Block[];
}

/** Quotes and lists nest so deep; what is deeper is text. */
const DEPTH = 4;
/**
 * After so many elements the rest of a message is text: a page holds fifty messages and more. Those that are open then
 * are counted at their end, and each may hold a paragraph: in all at most 1,000.
 */
export const MOST_NODES = 984;

const FENCE = /^( {0,3})(`{3,}|~{3,})(.*)$/;
const QUOTE = /^ {0,3}>/;
const ITEM = /^( {0,3})([-*+]|(\d{1,9})[.)])(?=[ \t]|$)/;
const BLANK = /^\s*$/;

/** Parses a message. `isCalled` says whether a spelling names a mentioned person; without it no mention is looked for. */
export function parseMarkdown(text: string, isCalled?: (spelling: string) => boolean): Block[] {
  return parseCounted(text, isCalled).blocks;
}

/** As parseMarkdown(), with the number of steps that it took. */
export function parseCounted(text: string, isCalled?: (spelling: string) => boolean): Parse & { blocks: Block[] } {
  const parse: Parse = { isCalled, steps: text.length, left: MOST_NODES };
  const blocks = parseBlocks(text.replaceAll("\r\n", "\n").replace(/\n$/, "").split("\n"), 0, parse);
  return { ...parse, blocks };
}

function parseBlocks(lines: readonly string[], depth: number, parse: Parse): Block[] {
  const blocks: Block[] = [];
  let paragraph: string[] = [];
  const endParagraph = () => {
    if (paragraph.length === 0) return;
    parse.left--;
    blocks.push({ type: "paragraph", children: parseInline(paragraph.join("\n").trimEnd(), parse) });
    paragraph = [];
  };
  for (let at = 0; at < lines.length;) {
    const line = lines[at] ?? "";
    parse.steps += 1 + line.length;
    if (parse.left <= 0) {
      paragraph.push(...lines.slice(at));
      break;
    }
    if (BLANK.test(line)) {
      endParagraph();
      at++;
      continue;
    }
    const block = readFence(lines, at, parse) ??
      (depth < DEPTH ? readQuote(lines, at, depth, parse) ?? readList(lines, at, depth, parse, paragraph) : undefined);
    if (block === undefined) {
      paragraph.push(line);
      at++;
    } else {
      endParagraph();
      blocks.push(block.block());
      parse.left--;
      at = block.end;
    }
  }
  endParagraph();
  return blocks;
}

interface Read {
  /** Parses the block; to be called after the blocks before it were parsed. */
  block: () => Block;
  /** The first line after it. */
  end: number;
}

/** An unclosed block of code goes on to the end. */
function readFence(lines: readonly string[], at: number, parse: Parse): Read | undefined {
  const [, indent = "", marks = "", info = ""] = FENCE.exec(lines[at] ?? "") ?? [];
  if (marks === "" || (marks.startsWith("`") && info.includes("`"))) return undefined;
  const inner: string[] = [];
  let end = at + 1;
  for (; end < lines.length; end++) {
    const line = lines[end] ?? "";
    parse.steps += 1 + line.length;
    const [, , close = "", rest = ""] = FENCE.exec(line) ?? [];
    if (close.startsWith(marks) && BLANK.test(rest)) break;
    inner.push(withoutColumns(line, indent.length));
  }
  const language = /^[\w+#.-]{1,20}/.exec(info.trim())?.[0] ?? "";
  return { block: () => ({ type: "code_block", language, text: inner.join("\n") }), end: end + 1 };
}

/** A quote ends where the marks end (no lazy continuation): an answer below a quote is the author's own text. */
function readQuote(lines: readonly string[], at: number, depth: number, parse: Parse): Read | undefined {
  let end = at;
  const inner: string[] = [];
  for (; end < lines.length; end++) {
    const line = lines[end] ?? "";
    const mark = QUOTE.exec(line)?.[0];
    if (mark === undefined) break;
    parse.steps += 1 + line.length;
    const rest = line.slice(mark.length);
    inner.push(rest.startsWith("\t") ? `  ${rest.slice(1)}` : rest.replace(/^ /, ""));
  }
  if (end === at) return undefined;
  const block = (): Block => {
    // a quote repeats another person's text, so it mentions nobody
    const { isCalled } = parse;
    parse.isCalled = undefined;
    const children = parseBlocks(inner, depth + 1, parse);
    parse.isCalled = isCalled;
    return { type: "quote", children };
  };
  return { block, end };
}

interface Marker {
  mark: string;
  number: number | undefined;
  /** Where its text begins, in columns. */
  width: number;
  rest: string;
}

function markerOf(line: string): Marker | undefined {
  const [whole = "", , sign = "", digits] = ITEM.exec(line) ?? [];
  if (sign === "") return undefined;
  const rest = line.slice(whole.length);
  const gap = BLANK.test(rest) ? 0 : columnsOf(rest, whole.length);
  // five spaces and more would be code there: the text begins after one
  const space = gap === 0 || gap > 4 ? 1 : gap;
  return {
    mark: sign.slice(-1),
    number: digits === undefined ? undefined : Number(digits),
    width: whole.length + space,
    rest: gap === 0 ? "" : withoutColumns(rest, space, whole.length),
  };
}

function readList(
  lines: readonly string[],
  at: number,
  depth: number,
  parse: Parse,
  paragraph: readonly string[],
): Read | undefined {
  const first = markerOf(lines[at] ?? "");
  // a mark alone is what somebody typed; "2020. A year" in the middle of a paragraph is not a list
  if (first === undefined || first.rest === "" || (paragraph.length > 0 && (first.number ?? 1) !== 1)) return undefined;
  const items: { number: number; lines: string[] }[] = [];
  let end = at;
  while (end < lines.length && parse.left > 0) {
    const marker = markerOf(lines[end] ?? "");
    if (marker?.mark !== first.mark) break;
    const item = { number: marker.number ?? 0, lines: [marker.rest] };
    items.push(item);
    // itself and its first paragraph, before any item is parsed: the first ones could use up what all of them need
    parse.left -= 2;
    end = readItem(lines, end + 1, marker, item.lines, parse);
  }
  const block = (): Block => ({
    type: "list",
    ordered: first.number !== undefined,
    mark: first.mark,
    items: items.map(({ number, lines }) => {
      parse.left++; // what is in it counts itself
      return { number, children: parseBlocks(lines, depth + 1, parse) };
    }),
  });
  return { block, end };
}

/** Takes the lines that are indented as far as an item's text, and blank ones between them. */
function readItem(lines: readonly string[], from: number, marker: Marker, into: string[], parse: Parse): number {
  // an empty item has nothing after a blank line
  const isOver = marker.rest === "" && BLANK.test(lines[from] ?? "");
  let end = from;
  for (; end < lines.length; end++) {
    const line = lines[end] ?? "";
    parse.steps += 1 + line.length;
    const blank = BLANK.test(line);
    if (!blank && (isOver || columnsOf(line) < marker.width)) break;
    into.push(withoutColumns(line, marker.width));
  }
  return end;
}

/** How far white space goes; a tab goes to the next multiple of four. */
function columnsOf(line: string, start = 0): number {
  let column = start;
  for (const char of line) {
    if (char === " ") column++;
    else if (char === "\t") column += 4 - column % 4;
    else break;
  }
  return column - start;
}

/** Removes that many columns of white space; a tab that is cut in two leaves spaces. */
function withoutColumns(line: string, columns: number, start = 0): string {
  let column = start;
  let at = 0;
  for (; column < start + columns; at++) {
    if (line[at] === " ") column++;
    else if (line[at] === "\t") column += 4 - column % 4;
    else break;
  }
  return " ".repeat(Math.max(0, column - start - columns)) + line.slice(at);
}
