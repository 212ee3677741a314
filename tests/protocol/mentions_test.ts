import { assertEquals } from "@std/assert";
import { callsIn, cutAtMentions, spellingsOf } from "../../lib/protocol/mentions.ts";

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

Deno.test("what ends a sentence may belong to a name or not", () => {
  assertEquals(spellingsOf("ada."), ["ada.", "ada"]);
  assertEquals(spellingsOf("ada"), ["ada"]);
  assertEquals(spellingsOf("..."), ["..."]);
});

Deno.test("a text is cut at its mentions for the reader", () => {
  assertEquals(cutAtMentions("hi @Ada, you"), [{ text: "hi " }, { text: "@Ada", name: "ada" }, { text: ", you" }]);
  assertEquals(cutAtMentions("nobody"), [{ text: "nobody" }]);
});
