/** The text of a message without its marks: for quotes, announcements, notifications and what was found. Browser-safe. */
import { type Block, type Inline, parseMarkdown } from "./markdown.ts";

/** A message's text on one line, at most `length` units of it. */
export function plainTextOf(content: string, length = 140): string {
  const plain = plainText(parseMarkdown(cut(content, 3 * length)));
  return plain.length > length ? `${cut(plain, length - 1).trimEnd()}…` : plain;
}

/** All of it, on one line. */
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
      return block.items.map(({ number, children }) =>
        `${block.ordered ? `${number}${block.mark} ` : ""}${plainText(children)}`
      ).join(" ");
  }
}

function inlineText(children: readonly Inline[]): string {
  return children.map((child) => "children" in child ? inlineText(child.children) : child.text).join("");
}

/** The longest beginning of at most `length` units that ends between two characters as people see them. */
function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  // what begins right at the end shows whether the one before it goes on there
  const characters = typeof Intl.Segmenter === "undefined"
    ? [...text.slice(0, length + 2)]
    : Array.from(new Intl.Segmenter().segment(text.slice(0, length + 64)), ({ segment }) => segment);
  let end = 0;
  for (const character of characters) {
    if (end + character.length > length) break;
    end += character.length;
  }
  // one "character" of very many combining marks is cut after all
  return end === 0 ? text.slice(0, length).toWellFormed() : text.slice(0, end);
}
