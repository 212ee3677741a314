/** What holds for whatever is made of the cases: scripts, punctuation, nesting, directions. Each failure names its text. */
import { assert, assertEquals } from "@std/assert";
import { type Block, type Inline, parseCounted, parseMarkdown } from "../../../lib/protocol/text/markdown.ts";
import { callsIn, resolveName } from "../../../lib/protocol/text/mentions.ts";
import { plainTextOf } from "../../../lib/protocol/text/plain_text.ts";
import { random } from "../../support/random.ts";

async function lines(name: string): Promise<string[]> {
  const text = await Deno.readTextFile(new URL(`../fixtures/${name}`, import.meta.url));
  return text.trimEnd().split("\n").filter((line) => !line.startsWith("#")).map((line) => line.replace(/ +->.*/, ""));
}

const WORDS = [
  "word",
  "你好",
  "こんにちは",
  "안녕",
  "สวัสดี",
  "مرحبا",
  "שלום",
  "привет",
  "é",
  "👩‍👩‍👧",
  "می‌خواهم",
  "नमस्ते",
  "၁",
];
const ENDS = [..."。，、）」』】”’»…؟،।။។!?.,;:)]}'\"", "——", "，。", "）。"];
const SPACES = [" ", "\n", "\n\n", "\u3000", "\u200f", "\u202e", "\u2067", "\t", ""];
const MARKS = ["*", "**", "_", "__", "`", "```\n", "> ", "- ", "1. ", "[", "](http://u.v)", "(", ")", "\\", "@", "~"];

interface Made {
  text: string;
  one: <T>(from: readonly T[]) => T;
}

function* made(seed: number, rounds: number, pieces: readonly string[]): Generator<Made> {
  const next = random(seed);
  const one = <T>(from: readonly T[]): T => {
    const found = from[Math.floor(next() * from.length)];
    if (found === undefined) throw new Error("nothing to take from");
    return found;
  };
  for (let round = 0; round < rounds; round++) {
    const text = Array.from({ length: 1 + Math.floor(next() * 12) }, () => one(pieces)).join("");
    yield { text, one };
  }
}

function* walk(nodes: readonly (Block | Inline)[]): Generator<Block | Inline> {
  for (const node of nodes) {
    yield node;
    if (node.type === "list") { for (const item of node.items) yield* walk(item.children); }
    else if ("children" in node) yield* walk(node.children);
  }
}

/** All text of the tree, without its marks and numbers. */
function textOf(nodes: readonly (Block | Inline)[]): string {
  return [...walk(nodes)].map((node) => "text" in node ? node.text : "").join("");
}

const letters = (text: string) => [...text].filter((char) => /[\p{L}\p{M}\p{So}]/u.test(char)).sort().join("");

async function cases(): Promise<string[]> {
  const files = ["links.txt", "mentions.txt", "backslashes.txt", "code_in_list.txt", "four_backticks.txt"];
  return (await Promise.all(files.map(lines))).flat();
}

Deno.test("whatever is made of the cases parses in bounded steps, and keeps every letter", async () => {
  // addresses and languages of code are no text of their own
  const pieces = (await cases()).filter((line) => !/http|```/.test(line));
  const marks = MARKS.filter((mark) => !/http|```/.test(mark));
  for (const { text } of made(11, 4_000, [...pieces, ...WORDS, ...ENDS, ...SPACES, ...marks])) {
    const { blocks, steps } = parseCounted(text);
    assert(steps <= 100 * (text.length + 10), `${steps} steps: ${JSON.stringify(text)}`);
    assertEquals(letters(textOf(blocks)), letters(text), JSON.stringify(text));
  }
});

Deno.test("a link's address has no white space, no mark of direction and no punctuation of a sentence at its end", async () => {
  const pieces = [
    ...await lines("links.txt"),
    "https://example.org/a",
    "http://x.y/(z)",
    ...WORDS,
    ...ENDS,
    ...SPACES,
    ...MARKS,
  ];
  for (const { text } of made(12, 4_000, pieces)) {
    for (const node of walk(parseMarkdown(text))) {
      if (node.type !== "link") continue;
      const label = textOf(node.children);
      assert(
        /^(https?:\/\/|mailto:)[^\s\u200e\u200f\u202a-\u202e\u2066-\u2069]+$/i.test(node.href),
        JSON.stringify(text),
      );
      if (label === node.href) {
        assert(!/[。，、）」』】”’»…؟،।.,;:!?'"]$/u.test(label) && text.includes(label), JSON.stringify(text));
      }
    }
  }
});

Deno.test("[T2] an address between words and ends of sentences of any script is the link that it was", () => {
  for (const before of ["", "看", "見て", "봐", "ดู", ...SPACES.filter((one) => one !== "" && one !== "\t")]) {
    for (const end of ["", ...ENDS.filter((one) => !`'")]}`.includes(one)), ")", "]", "}"]) {
      for (const after of ["", " and", "\n", ...(/[^\0-\x7f]/.test(end) ? WORDS : [])]) {
        const text = `${before}https://example.org/a/${end}${after}`;
        const links = [...walk(parseMarkdown(text))].filter((node) => node.type === "link");
        assertEquals(links.map(({ href }) => href), ["https://example.org/a/"], JSON.stringify(text));
      }
    }
  }
});

Deno.test("the page marks exactly the members whom the server keeps, whatever stands around their names", () => {
  const people = ["bob", "_spider_", "__x__", "ada.l", "j-k"];
  const names = people.map((name) => `@${name}`);
  let found = 0;
  for (
    const { text } of made(13, 6_000, [...names, ...names, ...WORDS, ...ENDS, ...SPACES, ...MARKS, "...", "hi", "_"])
  ) {
    const kept = callsIn(text)?.names.map((name) => resolveName(name, (one) => people.includes(one) ? one : null)) ??
      [];
    const members = new Set(kept.filter((name) => name !== null));
    const marked = [...walk(parseMarkdown(text, (name) => members.has(name)))].flatMap((node) =>
      node.type === "mention" ? node.name ?? [] : []
    );
    assertEquals(new Set(marked), members, JSON.stringify(text));
    found += members.size;
  }
  assert(found > 3_000, `${found} were called`);
});

Deno.test("a name is called behind and before a word of any script that needs no space, and behind every sentence's end", () => {
  const spaceless = ["你好", "こんにちは", "コーヒー", "안녕", "สวัสดี", "ສະບາຍດີ", "សួស្តី", "မင်္ဂလာပါ"];
  for (const name of ["bob", "_spider_", "__x__"]) {
    for (const before of ["", " ", "(", "“", "。", "،", "*", ...spaceless]) {
      for (const after of ["", " ", "...", "。", "،", "؟", "!", ")", "*", ...spaceless, "مرحبا"]) {
        const text = `${before}@${name}${after}`;
        const kept = callsIn(text)?.names.map((one) => resolveName(one, (spelling) => spelling === name ? name : null));
        assertEquals(kept, [name], JSON.stringify(text));
      }
    }
  }
});

Deno.test("a text whose marks mean nothing is shown as typed, backslashes and all", async () => {
  const pieces = [
    ...await lines("backslashes.txt"),
    ...WORDS,
    "\\",
    "\\\\",
    "\\x",
    "C:\\",
    "\\[",
    "\\(",
    "\\!",
    "\\.",
    " ",
  ];
  for (const { text } of made(14, 4_000, pieces)) {
    // by itself no piece begins anything, but two of them may
    if (/_.*_|\*.*\*/.test(text.replaceAll("\\", ""))) continue;
    assertEquals(textOf(parseMarkdown(text)), text.trimEnd(), JSON.stringify(text));
  }
});

Deno.test("a plain text is one line of whole characters, whatever it is made of", async () => {
  for (const { text, one } of made(15, 2_000, [...await cases(), ...WORDS, ...ENDS, ...SPACES, ...MARKS])) {
    const length = one([10, 40, 140]);
    const plain = plainTextOf(text.repeat(one([1, 20])), length);
    assert(plain.length <= length && !/\s\s|\n/.test(plain) && plain.isWellFormed(), JSON.stringify([text, plain]));
  }
});
