import { assert, assertEquals } from "@std/assert";
import { likenessesOf } from "../../../lib/protocol/text/lookalike.ts";

async function areAlike(a: string, b: string): Promise<boolean> {
  const others = await likenessesOf(b);
  return (await likenessesOf(a)).some((likeness) => others.includes(likeness));
}

Deno.test("names that differ in case, width, spaces or letters that look the same are alike", async () => {
  const pairs = [
    ["general", "General"],
    ["Ops", "ops "],
    ["Straße", "STRASSE"],
    ["general", "ｇｅｎｅｒａｌ"],
    ["Ideas", "ldeas"],
    ["room", "roorn"],
    ["club", "\u0421lub"], // a Cyrillic capital es
    ["release-1", "release-l"],
    ["café", "cafe\u0301"],
    ["a  b", "a b"],
  ] as const;
  for (const [a, b] of pairs) assert(await areAlike(a, b), `${a} and ${b}`);
});

Deno.test("names that the eye tells apart are not alike", async () => {
  const pairs = [
    ["mail", "mall"],
    ["design-team", "design team"],
    ["café", "cafe"],
    ["日本", "日木"],
    ["v1.0", "v1.1"],
    ["équipe", "equipe"],
    ["ops", "oops"],
  ] as const;
  for (const [a, b] of pairs) assert(!await areAlike(a, b), `${a} and ${b}`);
});

Deno.test("[D7] what the longest name claims fits a key of every store", async () => {
  for (const character of ["\ufdfa", "\u{1d165}", "\u0958", "m"]) { // one of them becomes eighteen letters
    const likenesses = await likenessesOf(character.repeat(80));
    assertEquals(likenesses.filter((one) => new TextEncoder().encode(one).length > 1_000), []);
  }
});
