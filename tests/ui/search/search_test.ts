import { assertEquals } from "@std/assert";
import { hintsFor } from "../../../lib/ui/search/search_hints.ts";
import { snippetOf } from "../../../lib/ui/search/search_snippet.ts";

function shown(content: string, ...words: string[]): string {
  const matches = words.map((word): [number, number] => [content.indexOf(word), content.indexOf(word) + word.length]);
  return snippetOf(content, matches).map(({ text, marked }) => marked ? `[${text}]` : text).join("");
}

Deno.test("snippetOf() marks the words, and cuts a long text to the part around the first", () => {
  assertEquals(shown("tea for two", "tea", "two"), "[tea] for [two]");
  assertEquals(shown("a\n\n b", "b"), "a [b]");
  assertEquals(shown("no match of its own"), "no match of its own");
  assertEquals(
    shown("1. the **ferry** times\n2. the _path_, see `x`", "ferry", "path"),
    "1. the [ferry] times 2. the [path], see x",
  );
  assertEquals(
    shown("```ts\nconst ferry = 2 ** 3;\n```\n> quoted ferry\n\n**so** ferry", "quoted"),
    "const ferry = 2 ** 3; [quoted] ferry so ferry",
  );
  assertEquals(shown("[our map](https://example.org/ferry) of all", "ferry", "all"), "our map of [all]");
  const long = `${"before ".repeat(40)}needle ${"after ".repeat(80)}`;
  const text = shown(long, "needle");
  assertEquals(text.startsWith("… before before"), true);
  assertEquals(text.includes("[needle] after") && text.endsWith("…"), true);
  assertEquals(text.length < 260, true);
  const emoji = "🚀".repeat(300);
  assertEquals(snippetOf(emoji, [[400, 402]]).every((part) => part.text.isWellFormed()), true);
  assertEquals(snippetOf(emoji, []).every((part) => part.text.isWellFormed()), true);
});

const sources = {
  people: [
    { id: "1", username: "ada", display_name: "Ada Lovelace", color: "" },
    { id: "2", username: "grace", display_name: "Grace Hopper", color: "" },
  ],
  rooms: [
    { kind: "public", name: "general", topic: "" },
    { kind: "private", name: "Project X", topic: "secret" },
    { kind: "direct", name: "", topic: "", with: { id: "2", username: "grace", display_name: "Grace", color: "" } },
  ] as const,
};

Deno.test("hintsFor() completes the filter that is being typed", () => {
  const texts = (text: string) => hintsFor(text, sources).map((hint) => hint.text);
  assertEquals(texts("plan from:"), ["plan from:@ada ", "plan from:@grace "]);
  assertEquals(texts("plan from:@hop"), []);
  assertEquals(texts("from:love"), []);
  assertEquals(texts("from:Gr"), ["from:@grace "]);
  assertEquals(texts("in:"), ["in:#general ", 'in:"#Project X" ', "in:@grace "]);
  assertEquals(texts('x in:"#pro'), ['x in:"#Project X" ']);
  assertEquals(texts("has:"), ["has:link ", "has:file ", "has:image ", "has:code "]);
  assertEquals(texts("has:link"), [], "it is whole");
  assertEquals(texts("from:@ada "), []);
  assertEquals(texts("words"), []);
});
