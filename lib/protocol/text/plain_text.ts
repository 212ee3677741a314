/** The text of a message without its marks: for quotes, announcements, notifications and what was found. Browser-safe. */
import { cutAtNames, isRightToLeft } from "./bidi.ts";
import { type Block, type Inline, parseMarkdown } from "./markdown.ts";

/** A message's text on one line, at most `length` units of it; its names and links keep their order in any script. */
export function plainTextOf(content: string, length = 140): string {
  const apart = isRightToLeft(content) ? (text: string) => `\u2068${text}\u2069` : asItIs;
  const plain = plainText(parseMarkdown(cut(content, 3 * length), mayBeName), apart);
  return plain.length > length ? `${cut(plain, length - 1).trimEnd()}…` : plain;
}

/** What keeps a name or a link apart from the text around it. */
type Apart = (text: string) => string;
const asItIs: Apart = (text) => text;

/** Plain text looks no names up. A mark at a name's end may belong to the emphasis around it. */
function mayBeName(spelling: string): boolean {
  return spelling.startsWith("_") || /[a-z0-9]$/.test(spelling);
}

/** All of it, on one line. */
export function plainText(blocks: readonly Block[], apart: Apart = asItIs): string {
  return blocks.map((block) => blockText(block, apart)).filter((text) => text !== "").join(" ").replace(/\s+/g, " ")
    .trim();
}

function blockText(block: Block, apart: Apart): string {
  switch (block.type) {
    case "paragraph":
      return inlineText(block.children, apart);
    case "code_block":
      return block.text;
    case "quote":
      return plainText(block.children, apart);
    case "list":
      return block.items.map(({ number, children }) =>
        `${block.ordered ? `${number}${block.mark} ` : ""}${plainText(children, apart)}`
      ).join(" ");
  }
}

function inlineText(children: readonly Inline[], apart: Apart): string {
  return children.map((child) => {
    if ("children" in child) {
      const text = inlineText(child.children, apart);
      return child.type === "link" ? apart(text) : text;
    }
    if (child.type === "mention") return apart(child.text);
    return cutAtNames(child.text).map((piece, at) => at % 2 === 1 ? apart(piece) : piece).join("");
  }).join("");
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
