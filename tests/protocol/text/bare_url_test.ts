import { assertEquals } from "@std/assert";
import { type Block, type Inline, parseMarkdown } from "../../../lib/protocol/text/markdown.ts";

function linksIn(nodes: readonly (Block | Inline)[]): string[] {
  return nodes.flatMap((node) => {
    if (node.type === "link") return node.href;
    if (node.type === "list") return node.items.flatMap(({ children }) => linksIn(children));
    return "children" in node ? linksIn(node.children) : [];
  });
}

function textOf(nodes: readonly (Block | Inline)[]): string {
  return nodes.map((node) => "children" in node ? textOf(node.children) : "text" in node ? node.text : "").join("");
}

Deno.test("bare URL: every line of links.txt leads where it says, and is shown as typed", async () => {
  const file = await Deno.readTextFile(new URL("../fixtures/links.txt", import.meta.url));
  const lines = file.trimEnd().split("\n").filter((line) => !line.startsWith("#"));
  assertEquals(lines.length, 15);
  for (const line of lines) {
    const [text = "", expected = ""] = line.split("->").map((part) => part.trim());
    const both = ["https://example.org/a", "https://example.org/b"];
    assertEquals(linksIn(parseMarkdown(text)), expected === "two links" ? both : [expected], text);
    assertEquals(textOf(parseMarkdown(text)), text);
  }
});

const CASES: [text: string, links: string[]][] = [
  ["https://zh.wikipedia.org/wiki/中文 https://fa.wikipedia.org/wiki/فارسی", [
    "https://zh.wikipedia.org/wiki/中文",
    "https://fa.wikipedia.org/wiki/فارسی",
  ]],
  ["https://ja.wikipedia.org/wiki/ジャン・ポール。", ["https://ja.wikipedia.org/wiki/ジャン・ポール"]],
  ["https://en.wikipedia.org/wiki/A_(b), (https://en.wikipedia.org/wiki/A_(b))", [
    "https://en.wikipedia.org/wiki/A_(b)",
    "https://en.wikipedia.org/wiki/A_(b)",
  ]],
  ["[https://a.b/c] {https://a.b/c} https://a.b/c[d] https://a.b/c{d}.", [
    "https://a.b/c",
    "https://a.b/c",
    "https://a.b/c[d]",
    "https://a.b/c{d}",
  ]],
  ["(https://a.b/c)and (see https://a.b/c), https://a.b/(", ["https://a.b/c", "https://a.b/c", "https://a.b/"]],
  ["**https://a.b/c**，*https://a.b/c*. _https://a.b/c_", ["https://a.b/c", "https://a.b/c", "https://a.b/c"]],
  ["**看https://a.b/c**谢谢", ["https://a.b/c"]],
  ["https://a.b/۔ https://a.b/। https://a.b/។ https://a.b/၊ https://a.b/—so", Array(5).fill("https://a.b/")],
  ["A案https://x.y／B案https://z.w｜C", ["https://x.y", "https://z.w"]],
  ["http://[::1]:8000/a http://localhost:1/ HTTPS://A.B/", [
    "http://[::1]:8000/a",
    "http://localhost:1/",
    "HTTPS://A.B/",
  ]],
  ["http:// https://. https:/// mailto: xhttps://a.b 1https://a.b https://[", []],
  ["http://a.b/\u202ecod.exe http://a.b/\u200bc", ["http://a.b/", "http://a.b/"]],
  ["mailto:ada@example.org.", ["mailto:ada@example.org"]],
  ["[text](https://a.b/c)。[见https://x.y](https://a.b/d)", ["https://a.b/c", "https://a.b/d"]],
  ['<https://a.b/> "https://a.b/" `https://a.b/`', ["https://a.b/", "https://a.b/"]],
];

for (const [text, links] of CASES) {
  Deno.test(`bare URL: ${JSON.stringify(text)} leads to ${links.length} places`, () => {
    assertEquals(linksIn(parseMarkdown(text)), links);
  });
}
