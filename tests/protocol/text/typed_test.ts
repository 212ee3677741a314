/** What was typed is what one reads. */
import { assertEquals } from "@std/assert";
import { type Block, parseMarkdown } from "../../../lib/protocol/text/markdown.ts";
import { plainText, plainTextOf } from "../../../lib/protocol/text/plain_text.ts";

function fixture(name: string): Promise<string> {
  return Deno.readTextFile(new URL(`../fixtures/${name}`, import.meta.url));
}

Deno.test("[T3] a backslash before what would have meant nothing is shown: every line of backslashes.txt", async () => {
  const lines = (await fixture("backslashes.txt")).trimEnd().split("\n");
  assertEquals(lines.length, 4);
  for (const line of [...lines, lines.join("\n")]) {
    assertEquals(parseMarkdown(line), [{ type: "paragraph", children: [{ type: "text", text: line }] }]);
  }
});

const BACKSLASHES: [typed: string, seen: string][] = [
  ["\\*not\\* \\**nor*\\* this", "*not* *nor* this"],
  ["2\\*3", "2\\*3"],
  ["\\_a\\_ and snake\\_case\\_name", "_a_ and snake\\_case\\_name"],
  ["\\`a`", "`a`"],
  ["\\[a](http://b.c) and \\[a]", "[a](http://b.c) and \\[a]"],
  ["[a\\](http://b.c)", "[a](http://b.c)"],
  ["[a](http://b.c/\\_d)", "a"],
  ["\\> a\n\\- b\n\\# c", "> a - b \\# c"],
  ["1\\. a", "1. a"],
  ["a\n2\\. b", "a 2\\. b"],
  ["\\```\na", "``` a"],
  ["\\\\*a*", "\\a"],
  ["\\\\\\*a*", "\\*a*"],
  ["\\\\server\\*a*", "\\\\server*a*"],
  ["`C:\\*` and C:\\", "C:\\* and C:\\"],
  ["https\\://a.b", "https://a.b"],
  ["\\\\\\\\ \\\\", "\\\\\\\\ \\\\"],
];

for (const [typed, seen] of BACKSLASHES) {
  Deno.test(`${JSON.stringify(typed)} reads ${JSON.stringify(seen)}`, () => {
    assertEquals(plainText(parseMarkdown(typed)), seen);
  });
}

function listsOf(blocks: readonly Block[]): unknown[] {
  return blocks.map((block) =>
    block.type === "list"
      ? [block.mark, block.items.map(({ number, children }) => [number, plainText(children)])]
      : block.type
  );
}

Deno.test("[T3] the numbers of a list are those that were typed", async () => {
  assertEquals(listsOf(parseMarkdown(await fixture("list_numbers.txt"))), [[".", [[3, "agreed"], [7, "rejected"]]]]);
  assertEquals(listsOf(parseMarkdown("1) a\n1) b\n2. c")), [[")", [[1, "a"], [1, "b"]]], [".", [[2, "c"]]]]);
  assertEquals(plainTextOf("3. agreed\n7. *rejected*"), "3. agreed 7. rejected");
});

Deno.test("a blank line in a fence inside of a list ends neither", async () => {
  const code: Block = { type: "code_block", language: "sh", text: "first\n\nsecond" };
  const [list, ...rest] = parseMarkdown(await fixture("code_in_list.txt"));
  assertEquals(rest, []);
  assertEquals(list?.type === "list" && list.items.map(({ number }) => number), [1, 2]);
  assertEquals(list?.type === "list" && list.items[0]?.children[1], code);
});

Deno.test("four backticks are a fence, which three do not end", async () => {
  assertEquals(parseMarkdown(await fixture("four_backticks.txt")), [
    { type: "code_block", language: "", text: "```js\nx\n```" },
    { type: "paragraph", children: [{ type: "text", text: "after" }] },
  ]);
});

Deno.test("tabs indent code in lists and fences, and stay in code", () => {
  assertEquals(listsOf(parseMarkdown("-\ta\n\n\tb\n- c")), [["-", [[0, "a b"], [0, "c"]]]]);
  assertEquals(parseMarkdown("```\n\tif\n```"), [{ type: "code_block", language: "", text: "\tif" }]);
  const [item] = parseMarkdown("1.\tx\n\n\t```\n\t\tif\n\t```");
  assertEquals(item?.type === "list" && item.items[0]?.children[1], { type: "code_block", language: "", text: "\tif" });
});

Deno.test("a mark of a list alone is text, and so is what is too deep", () => {
  for (const text of ["-", "*", "+", "1.", "2)", "- \n", "5. "]) {
    assertEquals(parseMarkdown(text).map(({ type }) => type), ["paragraph"], text);
  }
  assertEquals(plainText(parseMarkdown("> > > > > a")), "> a");
});

Deno.test("plainTextOf() is one line without marks, cut between two characters", () => {
  assertEquals(plainTextOf("**Hi** `x`\n> quoted\n\n[link](http://a.b) @ada"), "Hi x quoted link @ada");
  assertEquals(plainTextOf("a".repeat(200)).length, 140);
  assertEquals(plainTextOf("👩‍👩‍👧".repeat(50), 20), "👩‍👩‍👧👩‍👩‍👧…");
});
