import { assertEquals } from "@std/assert";
import { matchText, parseQuery } from "../../../../lib/chat/search/index/query.ts";
import { compareTokens, cut, textTokens } from "../../../../lib/chat/search/index/tokens.ts";
import { unitsOf } from "../../../../lib/chat/search/index/units.ts";

function tokens(text: string): string[] {
  const found = new Set<string>();
  textTokens(unitsOf(text), found);
  return [...found];
}

const TOKENS: [text: string, tokens: string[]][] = [
  ["Hello, World!", ["hello", "world"]],
  ["don't l'été", ["don", "t", "l", "ete"]],
  ["Straße ŒUVRE Łódź Øre İstanbul ısı", ["strasse", "oeuvre", "lodz", "ore", "istanbul", "isi"]],
  ["ΟΔΟΣ οδός", ["οδοσ"]],
  ["ｆｕｌｌ ﬁne ①", ["full", "fine", "1"]],
  ["Ёлка й", ["елка", "и"]],
  ["send_message(room-id, 42)", ["send", "message", "room", "id", "42"]],
  ["https://example.org/a?b=c", ["https", "example", "org", "a", "b", "c"]],
  ["東京都へ行く", ["東京", "京都", "都へ", "へ行", "行く", "く"]],
  ["ｶﾞﾗｽ ガラス", ["ガラ", "ラス", "ス"]],
  ["iPhone東京 ok", ["iphone", "東京", "京", "ok"]],
  ["안녕하세요", ["안녕", "녕하", "하세", "세요", "요"]],
  ["안녕".normalize("NFD"), ["안녕", "녕"]],
  ["ภาษาไทย", ["ภา", "าษ", "ษา", "าไ", "ไท", "ทย", "ย"]],
  ["שָׁלוֹם مُحَمَّد", ["שלום", "محمد"]],
  ["हिन्दी भाषा", ["हिन्दी", "भाषा"]],
  ["ship it 🚀!", ["ship", "it", "🚀"]],
  ["𠮷野家", ["𠮷野", "野家", "家"]],
  ["e\u0301 \u0301", ["e"]],
  ["... --- !", []],
  ["Donau\u00addampf\u200b\u2060schiff", ["donaudampfschiff"]],
  ["می\u200cخواهم", ["میخواهم"]],
  ["क्\u200dष न\u200cमस्ते", ["क्ष", "नमस्ते"]],
  ["東\u2060京\ufe00都", ["東京", "京都", "都"]],
  ["❤\ufe0f a\ufe0f 1\ufe0f\u20e3 \u00ad x\u00ad y", ["❤", "a", "1\u20e3", "x", "y"]],
];

for (const [text, expected] of TOKENS) {
  Deno.test(`the words of ${JSON.stringify(text)}`, () => assertEquals(tokens(text), expected));
}

/** The query, the text, and what of it matches; null: nothing does. */
const MATCHES: [query: string, text: string, matched: string[] | null][] = [
  ["deploy", "We Deploy on Fridays", ["Deploy"]],
  ["depl", "We deploy on Fridays", ["deploy"]],
  ["depl ", "We deploy on Fridays", null],
  ["de* frid", "We deploy on Fridays", ["deploy", "Fridays"]],
  ["fridays deploy", "We deploy on Fridays", ["deploy", "Fridays"]],
  ["x", "x marks xylophones", ["x"]],
  ['"on fridays"', "We deploy on, Fridays!", ["on, Fridays"]],
  ["“on fridays”", "We deploy on Fridays", ["on Fridays"]],
  ['"fridays on"', "We deploy on Fridays", null],
  ['"on frid"', "We deploy on Fridays", null],
  ["l'ete", "C'est l'été.", ["l'été"]],
  ["STRASSE", "In der Straße", ["Straße"]],
  ["京都", "東京都に", ["京都"]],
  ["京", "東京都に", ["京"]],
  ["東 京", "東京", ["東京"]],
  ["東都", "東京都", null],
  ['"東京"', "東 京", null],
  ["ガラス", "ｶﾞﾗｽの靴", ["ｶﾞﾗｽ"]],
  ["room_id", "the roomId and room_id", ["room_id"]],
  ["🚀", "ship it 🚀!", ["🚀"]],
  ["donaudampf", "die Donau\u00addampf\u00adschiff", ["Donau\u00addampf\u00adschiff"]],
  ["donau\u00addampf", "die Donaudampfschiff", ["Donaudampfschiff"]],
  ["میخواهم", "می\u200cخواهم بروم", ["می\u200cخواهم"]],
  ["می\u200cخواهم", "میخواهم", ["میخواهم"]],
  ["❤️", "I ❤ NY", ["❤"]],
];

for (const [query, text, expected] of MATCHES) {
  Deno.test(`${JSON.stringify(query)} in ${JSON.stringify(text)}`, () => {
    const matches = matchText(parseQuery(query).terms, text);
    assertEquals(matches?.map(([start, end]) => text.slice(start, end)) ?? null, expected);
  });
}

Deno.test("parseQuery() tells filters from words", () => {
  const { terms, filters } = parseQuery(
    'from:@ada in:"Project X" HAS:link on:2026-01-31 see http://x.org re:plan "in:quotes"',
  );
  assertEquals(filters, {
    from: ["@ada"],
    in: ["Project X"],
    has: ["link"],
    before: [],
    after: [],
    on: ["2026-01-31"],
  });
  assertEquals(terms.map(({ units }) => units.map(({ text }) => text).join(" ")), [
    ...["see", "http x org", "re plan", "in quotes"],
  ]);
});

Deno.test("long words are cut between characters, and tokens are in the store's order", async () => {
  assertEquals(cut("x".repeat(50)), "x".repeat(40));
  assertEquals(cut("x".repeat(39) + "𠮷y"), "x".repeat(39));
  const kv = await Deno.openKv(":memory:");
  const all = ["", "a", "ab", "b", "é", "\u{ff5e}", "\u{fffd}", "𠮷", "𠮷野", "野"];
  for (const token of all) await kv.set(["t", token], 1);
  const stored: string[] = [];
  for await (const { key } of kv.list({ prefix: ["t"] })) stored.push(String(key[1]));
  kv.close();
  assertEquals(all.toSorted(compareTokens), stored);
});
