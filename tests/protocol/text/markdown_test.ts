import { assert, assertEquals } from "@std/assert";
import { type Block, type Inline, parseCounted, parseMarkdown } from "../../../lib/protocol/text/markdown.ts";
import { plainText } from "../../../lib/protocol/text/plain_text.ts";

/** A compact notation, so that a table of cases can be read. */
function show(blocks: readonly Block[]): string {
  return blocks.map((block) => {
    if (block.type === "paragraph") return `p(${inline(block.children)})`;
    if (block.type === "code_block") return `pre[${block.language}](${block.text})`;
    if (block.type === "quote") return `q(${show(block.children)})`;
    return `${block.ordered ? "ol" : "ul"}(${
      block.items.map(({ number, children }) => (block.ordered ? number : "") + show(children)).join("|")
    })`;
  }).join("");
}

function inline(children: readonly Inline[]): string {
  return children.map((child) => {
    if (child.type === "text" || child.type === "mention") return child.text.replaceAll("\n", "↵");
    if (child.type === "code") return `c(${child.text})`;
    if (child.type === "link") return `a[${child.href}](${inline(child.children)})`;
    return `${child.type === "bold" ? "b" : "i"}(${inline(child.children)})`;
  }).join("");
}

// deno-fmt-ignore
const CASES: [string, string][] = [
  ["plain", "p(plain)"],
  ["a\nb\n\nc", "p(a↵b)p(c)"],
  ["**bold** and *it* and __b__ and _i_", "p(b(bold) and i(it) and b(b) and i(i))"],
  ["***both***", "p(i(b(both)))"],
  ["**a *b* c**", "p(b(a i(b) c))"],
  ["**a *b** c", "p(*i(a i(b)) c)"],
  ["snake_case_name 2*3*4", "p(snake_case_name 2i(3)4)"],
  ["2 * 3 * 4", "p(2 * 3 * 4)"],
  ["**open", "p(**open)"],
  ["** no **", "p(** no **)"],
  ["****", "p(****)"],
  ["\\*not\\* \\q", "p(*not* \\q)"],
  ["`a *b*` ``c`d`` `open", "p(c(a *b*) c(c`d) `open)"],
  ["```ts\nlet a;\n\n*b*\n```\nafter", "pre[ts](let a;\n\n*b*)p(after)"],
  ["```\nopen", "pre[](open)"],
  ["text\n```\ncode\n```", "p(text)pre[](code)"],
  ["> a\n> > b\nc", "q(p(a)q(p(b)))p(c)"],
  ["- a\n- b\n  - c\n- d", "ul(p(a)|p(b)ul(p(c))|p(d))"],
  ["3. a\n4. b", "ol(3p(a)|4p(b))"],
  ["in\n2020. A year", "p(in↵2020. A year)"],
  ["[text](https://a.b/c)", "p(a[https://a.b/c](text))"],
  ["[**t**](https://a.b/c_(d))", "p(a[https://a.b/c_(d)](b(t)))"],
  ["[x](javascript:alert(1))", "p([x](javascript:alert(1)))"],
  ["[x](JAVASCRIPT:1) [y](data:text/html,x) [z](/path)", "p([x](JAVASCRIPT:1) [y](data:text/html,x) [z](/path))"],
  ["[[a](http://x.y)", "p([a[http://x.y](a))"],
  ["see https://a.b/c?d=e_f_g, ok", "p(see a[https://a.b/c?d=e_f_g](https://a.b/c?d=e_f_g), ok)"],
  ["(http://a.b/(c)) **http://a.b**", "p((a[http://a.b/(c)](http://a.b/(c))) b(a[http://a.b](http://a.b)))"],
  ["mailto:a@b.c. xhttp://a.b http://", "p(a[mailto:a@b.c](mailto:a@b.c). xhttp://a.b http://)"],
  ["<b>x</b> <script>", "p(<b>x</b> <script>)"],
  ["http://a.b<script>", "p(a[http://a.b](http://a.b)<script>)"],
  ["`http://a.b`", "p(c(http://a.b))"],
  ["", ""],
  ["\n\n", ""],
  ["héllo **wörld** 👩‍👩‍👧 _ok_", "p(héllo b(wörld) 👩‍👩‍👧 i(ok))"],
];

for (const [text, expected] of CASES) {
  Deno.test(`parseMarkdown(${JSON.stringify(text)})`, () => assertEquals(show(parseMarkdown(text)), expected));
}

const HOSTILE = [
  ..."*_`[]()>-#\\h<:".split(""),
  ...[
    "> ",
    "- ",
    "1. ",
    "*a",
    "**a",
    "_a ",
    "[a](",
    "](",
    "[a](b",
    "http://",
    "mailto::",
    "*a_b`c[",
    "`a``b",
    "``` ",
    "\n> ",
    "\n- ",
    "***a** ",
  ],
  ...["[a](http://b(", "http://.", " *a** b", "_*__**", "\n```\n", "\n  - "],
];

Deno.test("hostile texts parse in steps that grow with their length alone, to a tree of bounded depth", () => {
  for (const piece of HOSTILE) {
    const parsed = (length: number) => parseCounted(piece.repeat(Math.ceil(length / piece.length)));
    // ten times the longest message
    const { blocks, steps } = parsed(40_000);
    assert(depth(blocks) <= 20, `${JSON.stringify(piece)} nests too deep`);
    const fewer = parsed(10_000).steps;
    assert(steps <= 5 * fewer, `${JSON.stringify(piece)}: ${fewer} steps for 10,000 characters, ${steps} for 40,000`);
  }
});

Deno.test("no text is lost: what is not markup stays", () => {
  const random = seeded(7);
  const alphabet = "ab *_`[]()>-\\\n1.h:/";
  for (let round = 0; round < 2_000; round++) {
    const text = Array.from({ length: 40 }, () => alphabet[Math.floor(random() * alphabet.length)]).join("");
    const kept = plainText(parseMarkdown(text)).replace(/[^ab]/g, "");
    const language = /^ {0,3}```/m.test(text);
    if (!language) assertEquals(kept, text.replace(/[^ab]/g, ""), JSON.stringify(text));
  }
});

Deno.test("plainText() is one line", () => {
  const text = "**Hi** there\n> quoted\n\n- one\n- two `x`\n\n```js\nlet a\n```\n[link](http://a.b)";
  assertEquals(plainText(parseMarkdown(text)), "Hi there quoted one two x let a link");
});

function depth(nodes: readonly (Block | Inline)[]): number {
  return Math.max(
    0,
    ...nodes.map((node) => {
      if (node.type === "list") return 1 + Math.max(0, ...node.items.map(({ children }) => depth(children)));
      return "children" in node ? 1 + depth(node.children) : 1;
    }),
  );
}

function seeded(seed: number): () => number {
  return () => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648;
}
