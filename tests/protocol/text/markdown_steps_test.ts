/** S5: what a text costs is linear in its length, whatever it repeats. Steps are counted, not timed. */
import { assert } from "@std/assert";
import { type Block, type Inline, parseCounted, parseMarkdown } from "../../../lib/protocol/text/markdown.ts";

const MARKS = ["*", "_", "`", "[", "]", "(", ")", ">", "-", "\\", "@", "~", "\n", " ", "a"];
const NESTED = ["> ", "- ", "1. ", "  ", "```\n", "- a\n", "> a\n", "  - a\n", "> - ", "1) a\n\n   b\n", "\t"];
const PHRASES = [
  ...["[a](", "![a](", "`a ", "**a", "*a_b`c[", "***a** ", "*a **b ", "_*__**", " *a** b", "a* b_ ", "\\*", "\\\\*a* "],
  ...["[a](b", "[a](x)", "](x)", "[a](http://b", "[a](http://b)", "[](http://a)", "[a](http://b(", "[a](http://b\\"],
  ...["http://", "http://a", "http://a)", "http://.", "http://[", "https://a.b。", "mailto::", "mailto:a@b ", "h", "m"],
  ...["@a", "@a.", "@_", "@a...b ", "a_@b_", "`a``b", "\n```\n", "~~~\n", "\n  - ", "\n> ", "你**好。**", "\u{1F44D}_"],
  ...["*".repeat(3_999) + " ", "`".repeat(63) + "a", "_".repeat(40) + "@", "(".repeat(33) + "a"],
];

function steps(token: string, length: number): number {
  return parseCounted(token.repeat(Math.ceil(length / token.length)).slice(0, length), () => false).steps;
}

/** Each four times the one before. The bound of elements holds down the cost of the longest, so that it shows too little. */
const LENGTHS = [1_000, 4_000, 16_000] as const;

/** In words, so that a failure can be read; undefined where the steps grow as the length does. */
function tooMany(what: string, stepsOf: (length: number) => number): string | undefined {
  const [short, middle, long] = [stepsOf(LENGTHS[0]), stepsOf(LENGTHS[1]), stepsOf(LENGTHS[2])];
  const isLinear = middle <= 5 * short && long <= 5 * middle && long <= LENGTHS[2] * 60;
  return isLinear ? undefined : `${what}: ${short} -> ${middle} -> ${long}`;
}

function check(tokens: Iterable<string>): void {
  const slow = Array.from(tokens, (token) => tooMany(JSON.stringify(token), (length) => steps(token, length)));
  const found = slow.filter((one) => one !== undefined);
  assert(found.length === 0, found.join("\n"));
}

Deno.test("[T4] markdown: 16,000 characters of a repeated token take at most 5 times the steps of 4,000, and these of 1,000", () => {
  check(PHRASES);
  check(NESTED);
  check(NESTED.flatMap((one) => NESTED.map((other) => one + other)));
  check(MARKS);
  check(MARKS.flatMap((one) => MARKS.map((other) => one + other)));
});

Deno.test("markdown: so it is for triples of marks", () => {
  const inline = MARKS.slice(0, 7);
  check(inline.flatMap((a) => inline.flatMap((b) => [...inline, "a"].map((c) => a + b + c))));
});

Deno.test("markdown: openers without closers, and closers without openers, each of the other kind behind it", () => {
  const openers = ["*", "**", "***", "_", "`", "``", "[", "[a](", "> ", "- ", "\\*"];
  const slow: string[] = [];
  for (const first of openers) {
    for (const second of [...openers, "*)", "`` ", "]", "a_ ", "a** ", ")"]) {
      const text = (length: number) =>
        ` ${first}a`.repeat(length / 8).slice(0, length / 2) + `a${second}b`.repeat(length / 8).slice(0, length / 2);
      const found = tooMany(`${first} ${second}`, (length) => parseCounted(text(length)).steps);
      if (found !== undefined) slow.push(found);
    }
  }
  assert(slow.length === 0, slow.join("\n"));
});

const MANY_CODES = "`a` ".repeat(1_000);

/** The last ones begin a list whose first item takes all elements that are left. */
const CROWDED = [
  ...["**a** ", "`a` ", "- a\n", "> a\n\n", "- - a\n", "- - - a\n", "- a\n  - a\n  > a\n", "> - > - **a**\n\n"],
  ...["[a](http://b)", "http://a ", "a\n\n", "1. `a`\n", "- `a` *b*\n", "- `a` `b`\n\n  a\n"],
].map((piece) => piece.repeat(16_000 / piece.length)).concat(
  `- ${MANY_CODES}\n${"- a\n".repeat(600)}`,
  `- > - ${MANY_CODES}\n${"- a\n".repeat(600)}`,
  `- - ${MANY_CODES}\n${"  - a\n".repeat(500)}${"- a\n".repeat(500)}`,
  `- ${MANY_CODES}\n${"- - - a\n".repeat(600)}`,
);

Deno.test("[T4] markdown: a message is shown with at most 1,000 elements, and nothing of its text is lost", () => {
  for (const text of CROWDED) {
    const what = JSON.stringify(text.slice(0, 20));
    const blocks = parseMarkdown(text);
    const elements = count(blocks);
    assert(elements <= 1_000, `${what}: ${elements}`);
    // what is a word in it is there as often as it was typed
    const typed = text.match(/(?<![a-z])[ab](?![a-z])/g)?.length ?? 0;
    const kept = JSON.stringify(blocks).replaceAll("\\n", " ").match(/(?<![a-z])[ab](?![a-z])/g)?.length ?? 0;
    assert(kept >= typed, `${what}: ${kept} of ${typed}`);
  }
});

function count(nodes: readonly (Block | Inline)[]): number {
  return nodes.reduce((sum, node) => {
    if (node.type === "text") return sum;
    if (node.type === "list") return sum + 1 + node.items.reduce((all, item) => all + 1 + count(item.children), 0);
    return sum + 1 + ("children" in node ? count(node.children) : 0);
  }, 0);
}
