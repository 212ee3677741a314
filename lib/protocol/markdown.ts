/**
 * The Markdown that messages may use, as a small tree. Parsing takes time linear in the text's length and never fails:
 * what is not markup is text. There is no HTML in it and nothing to sanitise: the renderer makes nodes of this tree.
 */
import { type Inline, parseInline } from "./markdown_inline.ts";
export type { Inline } from "./markdown_inline.ts";

export type Block =
  | { type: "paragraph"; children: Inline[] }
  | { type: "code_block"; language: string; text: string }
  | { type: "quote"; children: Block[] }
  | { type: "list"; ordered: boolean; start: number; items: Block[][] };

/** Quotes and lists nest so deep; what is deeper is text. */
const DEPTH = 4;

const FENCE = /^ {0,3}```([^`]*)$/;
const QUOTE = /^ {0,3}> ?/;
const ITEM = /^( {0,3}(?:[-*+]|(\d{1,9})[.)]) {1,4})(?=\S)/;
const BLANK = /^\s*$/;

export function parseMarkdown(text: string): Block[] {
  return parseBlocks(text.replaceAll("\r\n", "\n").split("\n"), 0);
}

function parseBlocks(lines: readonly string[], depth: number): Block[] {
  const blocks: Block[] = [];
  let paragraph: string[] = [];
  const endParagraph = () => {
    if (paragraph.length > 0) blocks.push({ type: "paragraph", children: parseInline(paragraph.join("\n").trim()) });
    paragraph = [];
  };
  for (let at = 0; at < lines.length;) {
    const line = lines[at] ?? "";
    if (BLANK.test(line)) {
      endParagraph();
      at++;
      continue;
    }
    const block = readFence(lines, at) ??
      (depth < DEPTH ? readQuote(lines, at, depth) ?? readList(lines, at, depth, paragraph.length > 0) : undefined);
    if (block === undefined) {
      paragraph.push(line);
      at++;
    } else {
      endParagraph();
      blocks.push(block.block);
      at = block.end;
    }
  }
  endParagraph();
  return blocks;
}

interface Read {
  block: Block;
  /** The first line after it. */
  end: number;
}

/** An unclosed block of code goes on to the end. */
function readFence(lines: readonly string[], at: number): Read | undefined {
  const open = FENCE.exec(lines[at] ?? "");
  if (open === null) return undefined;
  const language = /^[\w+#.-]{1,20}/.exec((open[1] ?? "").trim())?.[0] ?? "";
  let end = at + 1;
  while (end < lines.length && !/^ {0,3}```\s*$/.test(lines[end] ?? "")) end++;
  return { block: { type: "code_block", language, text: lines.slice(at + 1, end).join("\n") }, end: end + 1 };
}

function readQuote(lines: readonly string[], at: number, depth: number): Read | undefined {
  let end = at;
  const inner: string[] = [];
  for (; end < lines.length && QUOTE.test(lines[end] ?? ""); end++) inner.push((lines[end] ?? "").replace(QUOTE, ""));
  if (end === at) return undefined;
  return { block: { type: "quote", children: parseBlocks(inner, depth + 1) }, end };
}

function readList(lines: readonly string[], at: number, depth: number, inParagraph: boolean): Read | undefined {
  const first = ITEM.exec(lines[at] ?? "");
  // "2020. A year" in the middle of a paragraph is not a list
  if (first === null || (inParagraph && first[2] !== undefined && first[2] !== "1")) return undefined;
  const ordered = first[2] !== undefined;
  const items: string[][] = [];
  let width = 0;
  let end = at;
  for (; end < lines.length; end++) {
    const line = lines[end] ?? "";
    const item = ITEM.exec(line);
    const indent = line.search(/\S|$/);
    const nested = items.length > 0 && !BLANK.test(line) && indent >= Math.min(width, 2);
    if (nested) items.at(-1)?.push(line.slice(Math.min(indent, width)));
    else if (item !== null && (item[2] !== undefined) === ordered) {
      width = item[1]?.length ?? 0;
      items.push([line.slice(width)]);
    } else break;
  }
  return {
    block: {
      type: "list",
      ordered,
      start: Number(first[2] ?? 1),
      items: items.map((item) => parseBlocks(item, depth + 1)),
    },
    end,
  };
}

/** The text alone, on one line: for previews and notifications. */
export function plainText(blocks: readonly Block[]): string {
  return blocks.map(blockText).filter((text) => text !== "").join(" ").replace(/\s+/g, " ").trim();
}

function blockText(block: Block): string {
  switch (block.type) {
    case "paragraph":
      return inlineText(block.children);
    case "code_block":
      return block.text;
    case "quote":
      return plainText(block.children);
    case "list":
      return block.items.map((item) => plainText(item)).join(" ");
  }
}

function inlineText(children: readonly Inline[]): string {
  return children.map((child) => {
    switch (child.type) {
      case "text":
      case "code":
        return child.text;
      case "break":
        return " ";
      default:
        return inlineText(child.children);
    }
  }).join("");
}
