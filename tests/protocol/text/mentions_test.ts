import { assertEquals } from "@std/assert";
import { type Block, type Inline, parseMarkdown } from "../../../lib/protocol/text/markdown.ts";
import { callsIn, resolveName, spellingsOf } from "../../../lib/protocol/text/mentions.ts";

const NAMES: [text: string, names: string[]][] = [
  ["@ada look", ["ada"]],
  ["(@ada), @Bob.Smith and @c-3_po!", ["ada", "bob.smith", "c-3_po"]],
  ["ask @ada.", ["ada."]],
  ["**@ada** and *@bob*", ["ada", "bob"]],
  ["- @ada\n- @bob", ["ada", "bob"]],
  ["@ada @ADA @ada", ["ada"]],
  ["`@ada` and ``@bob``", []],
  ["```\n@ada\n```\n@bob", ["bob"]],
  ["> ```\n> @ada\n> ```", []],
  ["> @ada said it", []],
  ["ada@example.org, @@ada, x@ada", []],
  ["_@ada_ and __@bob__", ["ada_", "bob__"]],
  ["@_spider_ hello", ["_spider_"]],
  ["@bob...hi", ["bob...hi"]],
  ["@bob...é", ["bob..."]],
  ["@bob--see", ["bob--see"]],
  ["@bob.adaé", []],
  ["\\@ada and C:\\@types", []],
  ["https://example.org/@ada [see](https://example.org/?q=@ada)", []],
  ["@ adaé @adaé", []],
  ["`unclosed @ada", ["ada"]],
];

Deno.test("a text calls those who stand after an @ of their own, outside of code, links and quotes", () => {
  for (const [text, names] of NAMES) assertEquals(callsIn(text)?.names ?? [], names, text);
});

Deno.test("@room and @here call everybody; of both @room counts", () => {
  assertEquals(callsIn("@here, lunch"), { names: [], room: "here" });
  assertEquals(callsIn("@here @room. @ada"), { names: ["ada"], room: "room" });
  assertEquals(callsIn("the `@room`"), undefined);
});

Deno.test("a text calls at most twenty names", () => {
  const text = Array.from({ length: 30 }, (_, i) => `@n${i}`).join(" ");
  assertEquals(callsIn(text)?.names.length, 20);
});

Deno.test("resolveName() takes the longest spelling that is somebody's, and finds the name that a sentence goes on behind", () => {
  assertEquals(spellingsOf("ada."), ["ada.", "ada"]);
  assertEquals(spellingsOf("ada"), ["ada"]);
  assertEquals(spellingsOf("__x__."), ["__x__.", "__x__", "__x"]);
  assertEquals(spellingsOf("..."), ["..."]);
  assertEquals(spellingsOf("bob...hi"), ["bob...hi", "bob"]);
  assertEquals(spellingsOf("bob--and.."), ["bob--and..", "bob--and", "bob"]);
  const people = new Map([["bob", 1], ["bob...hi", 2], ["_spider_", 3]]);
  assertEquals(resolveName("bob...hi", (name) => people.get(name)), 2);
  assertEquals(resolveName("bob...ho", (name) => people.get(name)), 1);
  assertEquals(resolveName("eve", (name) => people.get(name)), null);
});

/** Mentions in angle brackets with the name that is called. */
function show(nodes: readonly (Block | Inline)[]): string {
  return nodes.map((node) => {
    if (node.type === "mention") return node.name === undefined ? node.text : `<${node.text}=${node.name}>`;
    if (node.type === "list") return node.items.map(({ children }) => show(children)).join("|");
    if ("children" in node) {
      return node.type === "italic" || node.type === "bold" ? `i(${show(node.children)})` : show(node.children);
    }
    return node.text;
  }).join("");
}

const PEOPLE = ["ada", "bob", "_spider_", "__x__", "room"];
const SHOWN: [text: string, shown: string][] = [
  ["@_spider_ hello", "<@_spider_=_spider_> hello"],
  ["@__x__ hi", "<@__x__=__x__> hi"],
  ["@_nobody_ hi", "@_nobody_ hi"],
  ["@bob...hi", "<@bob=bob>...hi"],
  ["你好@bob", "你好<@bob=bob>"],
  ["@bob你好", "<@bob=bob>你好"],
  ["こんにちは@bobさん", "こんにちは<@bob=bob>さん"],
  ["สวัสดี@bobครับ", "สวัสดี<@bob=bob>ครับ"],
  ["안녕@bob님", "안녕<@bob=bob>님"],
  ["скажи @bobу", "скажи <@bob=bob>у"],
  ["_@bob_ and **_@ada_**", "i(<@bob=bob>) and i(i(<@ada=ada>))"],
  ["_hello @bob_", "i(hello <@bob=bob>)"],
  ["ask @Ada.", "ask <@Ada=ada>."],
  ["@room. @ROOM", "<@room=room>. <@ROOM=room>"],
  ["> @bob\n\n@bob `@bob` [@bob](http://a.b) https://a.b/@bob", "@bob<@bob=bob> @bob @bob https://a.b/@bob"],
  ["\\@bob", "@bob"],
  ["C:\\@bob node_modules\\@bob", "C:\\@bob node_modules\\@bob"],
  ["bob@bob.org foo_@bob имя@bob", "bob@bob.org foo_@bob имя@bob"],
];

Deno.test("a mention is recognised before emphasis, ends where the name ends, and needs no space beside scripts without spaces", () => {
  for (const [text, shown] of SHOWN) {
    assertEquals(show(parseMarkdown(text, (name) => PEOPLE.includes(name))), shown, text);
  }
});

Deno.test("every line of mentions.txt calls its name, and the page shows it where the server keeps it", async () => {
  const file = await Deno.readTextFile(new URL("../fixtures/mentions.txt", import.meta.url));
  const lines = file.trimEnd().split("\n").map((line) => line.replace(/ \(user.*/, ""));
  assertEquals(lines.length, 5);
  for (const line of lines) {
    const kept = callsIn(line)?.names.map((name) => resolveName(name, (one) => PEOPLE.includes(one) ? one : null)) ??
      [];
    assertEquals(kept.length, 1, line);
    const called = new Set(kept);
    assertEquals(show(parseMarkdown(line, (name) => called.has(name))).includes(`=${kept[0]}>`), true, line);
  }
});
