/**
 * What the parser makes of generated texts is what `micromark` makes of them, over what both know: emphasis, code,
 * fences, lists, quotes, links, escapes. Chosen otherwise:
 *
 * - No headings, rules, HTML, indented code, images, tables, entities, definitions, titles of links: they are text.
 * - A line break is a line break, and white space at the beginning of a line is kept.
 * - A quote ends with its last `>`, and a list with its last indented line: no lazy continuation.
 * - A mark of a list without text begins no list: "-" and "2." are what somebody typed.
 * - A link leads to an absolute http, https or mailto address and has something to press; addresses in the text are links.
 * - A backslash whose mark would have meant nothing is shown, and so are two.
 * - Symbols beyond ASCII (emoji, the face's `¯`) are letters beside emphasis, and so is punctuation of scripts without
 *   spaces; between their letters emphasis may begin and end.
 * - Quotes and lists nest 4 deep, emphasis 8 deep; a message has at most 1,000 elements, what follows is text.
 * - A tab after a mark goes to a multiple of four columns from where the block's text begins.
 */
import { assert, assertEquals } from "@std/assert";
import { fromMarkdown } from "mdast-util-from-markdown";
import { parse, postprocess, preprocess } from "micromark";
import { type Block, type Inline, parseMarkdown } from "../../../lib/protocol/text/markdown.ts";
import { random as seeded } from "../../support/random.ts";

const UNSHARED = [
  ...["headingAtx", "setextUnderline", "thematicBreak", "htmlFlow", "htmlText", "autolink"],
  ...["labelStartImage", "characterReference", "definition", "hardBreakEscape", "hardBreakTrailing"],
];

type Nodes = ReturnType<typeof fromMarkdown>["children"][number];

function theirTree(text: string): Nodes[] {
  return fromMarkdown(text, { extensions: [{ disable: { null: UNSHARED } }] }).children;
}

/** Whether a line belongs to a quote or a list without its mark. */
function isLazy(text: string): boolean {
  const parser = parse({ extensions: [{ disable: { null: UNSHARED } }] });
  postprocess(parser.document().write(preprocess()(text, undefined, true)));
  return Object.values(parser.lazy).some((lazy) => lazy);
}

function hasBlankLink(nodes: readonly Nodes[]): boolean {
  return nodes.some((node) =>
    (node.type === "link" && theirs(node.children).trim() === "") ||
    ("children" in node && hasBlankLink(node.children))
  );
}

function hasIndentedCode(nodes: readonly Nodes[], text: string): boolean {
  return nodes.some((node) =>
    (node.type === "code" && !/[`~]/.test(text[node.position?.start.offset ?? 0] ?? "")) ||
    ("children" in node && hasIndentedCode(node.children, text))
  );
}

/** Whether a list begins with a mark that stands alone in its line. */
function beginsEmpty(nodes: readonly Nodes[]): boolean {
  return nodes.some((node) => {
    if (node.type !== "list" && node.type !== "blockquote" && node.type !== "listItem") return false;
    const [first] = node.children;
    const line = node.position?.start.line;
    const alone = first?.type === "listItem" && first.children[0]?.position?.start.line !== line;
    return alone || beginsEmpty(node.children);
  });
}

function theirs(nodes: readonly Nodes[]): string {
  return nodes.map((node): string => {
    switch (node.type) {
      case "text":
        return node.value;
      case "break":
        return "\n";
      case "inlineCode":
        return `c(${node.value.replaceAll("\n", " ")})`;
      case "code":
        return `pre[${/^[\w+#.-]{1,20}/.exec(node.lang ?? "")?.[0] ?? ""}](${node.value})`;
      case "strong":
        return `b(${theirs(node.children)})`;
      case "emphasis":
        return `i(${theirs(node.children)})`;
      case "link":
        return `a[${node.url}](${theirs(node.children)})`;
      case "blockquote":
        return `q(${theirs(node.children)})`;
      case "list":
        return `${node.ordered ? `ol${node.start}` : "ul"}(${theirs(node.children)})`;
      case "listItem":
        return `li(${theirs(node.children)})`;
      case "paragraph":
        return `p(${theirs(node.children)})`;
      default:
        throw new Error(`nobody shares ${node.type}`);
    }
  }).join("");
}

function ours(nodes: readonly (Block | Inline)[]): string {
  return nodes.map((node): string => {
    switch (node.type) {
      case "text":
      case "mention":
        return node.text;
      case "code":
        return `c(${node.text})`;
      case "code_block":
        return `pre[${node.language}](${node.text})`;
      case "bold":
        return `b(${ours(node.children)})`;
      case "italic":
        return `i(${ours(node.children)})`;
      case "link": {
        const label = ours(node.children);
        return label === node.href ? label : `a[${node.href}](${label})`;
      }
      case "quote":
        return `q(${ours(node.children)})`;
      case "list":
        return `${node.ordered ? `ol${node.items[0]?.number}` : "ul"}(${
          node.items.map(({ children }) => `li(${ours(children)})`).join("")
        })`;
      case "paragraph":
        return `p(${ours(node.children)})`;
    }
  }).join("");
}

/** Without white space at the ends of lines and backslashes. */
function tidy(shown: string): string {
  return shown.replaceAll("\\", "").replace(/[ \t]*\n[ \t]*/g, "\n").replace(/([(]) +/g, "$1").replace(/ +(?=\))/g, "");
}

/** Whether it holds something that was chosen otherwise. */
function isOurOwn(text: string, tree: readonly Nodes[]): boolean {
  return beginsEmpty(tree) || hasBlankLink(tree) || hasIndentedCode(tree, text) || isLazy(text);
}

/** The texts over which the two disagree, of those that hold nothing that was chosen otherwise. */
function disagreements(texts: readonly string[]): string[] {
  let agreed = 0;
  const found: string[] = [];
  for (const text of texts) {
    const tree = theirTree(text);
    // backslashes are left out: which of them are shown is our own rule
    const [mine, yours] = [tidy(ours(parseMarkdown(text))), tidy(theirs(tree))];
    if (mine === yours) agreed++;
    else if (!isOurOwn(text, tree)) {
      found.push(`${JSON.stringify(text)}\n  ${JSON.stringify(mine)}\n  ${JSON.stringify(yours)}`);
    }
  }
  assert(agreed > texts.length / 3, `they agree over ${agreed} of ${texts.length} texts`);
  return found;
}

function corpus(seed: number, pieces: readonly string[], length: number, rounds: number): string[] {
  const random = seeded(seed);
  return Array.from({ length: rounds }, () => {
    const size = 1 + Math.floor(random() * length);
    return Array.from({ length: size }, () => pieces[Math.floor(random() * pieces.length)] ?? "").join("");
  });
}

Deno.test("[T1] markdown: emphasis, code and escapes are as in micromark", () => {
  const pieces = ["*", "**", "_", "__", "`", "``", "\\", "a", "b", " ", ".", "(", "é", "，", "\n"];
  const texts = corpus(1, pieces, 14, 6_000).map((text) => `x${text}x`);
  assertEquals(disagreements(texts).slice(0, 10), []);
});

Deno.test("[T1] markdown: links are as in micromark, around and inside of emphasis and code", () => {
  const pieces = ["[", "]", "](http://u.v)", "](http://u.v/(w))", "(", ")", "*", "_", "`", "\\", "a", "b c", " "];
  const texts = corpus(2, pieces, 12, 9_000).map((text) => `x${text}x`);
  assertEquals(disagreements(texts).slice(0, 10), []);
});

Deno.test("[T1] markdown: fences, lists and quotes are as in micromark", () => {
  const starts = [
    "- ",
    "* ",
    "-   ",
    "1. ",
    "2. ",
    "7) ",
    "> ",
    ">",
    "```",
    "````",
    "~~~",
    "```js",
    "   ",
    "  ",
    "    ",
    "",
  ];
  const ends = ["a", "a", "b", "*c*", ""];
  const random = seeded(3);
  const one = (from: readonly string[]) => from[Math.floor(random() * from.length)] ?? "";
  const line = () => {
    const parts = Array.from({ length: 1 + Math.floor(random() * 3) }, () => one(starts));
    // inside of others a list begins with 1: micromark has other numbers begin none there where a paragraph is before
    return parts.map((part, at) => at > 0 ? part.replace(/[27](?=[.)])/, "1") : part).join("") + one(ends);
  };
  const texts = Array.from(
    { length: 8_000 },
    () => Array.from({ length: 1 + Math.floor(random() * 7) }, line).join("\n"),
  );
  assertEquals(disagreements(texts).slice(0, 10), []);
});
