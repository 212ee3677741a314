import { assert, assertEquals } from "@std/assert";
import { findPeople, wantedAt } from "../../../lib/ui/composer/completion.ts";
import { emojiGroups, findEmoji } from "../../../lib/ui/emoji/emoji.ts";

Deno.test("wantedAt() finds the name or emoji being typed before the caret, and none inside words, times and addresses", () => {
  const cases: [text: string, kind: string, query: string][] = [
    ["@", "@", ""],
    ["Ask @gra", "@", "gra"],
    ["(@Inês", "@", "inês"],
    [":ro", ":", "ro"],
    ["Yes :+1", ":", "+1"],
  ];
  for (const [text, kind, query] of cases) {
    const found = wantedAt(text, text.length);
    assertEquals([found?.kind, found?.query, found?.from], [kind, query, text.lastIndexOf(kind)], text);
  }
  for (const text of ["", "mail@example", "10:30", "https://x", ":", ":r", "@ada ", "a:b", "x".repeat(60)]) {
    assertEquals(wantedAt(text, text.length), null, text);
  }
  assertEquals(wantedAt("@ada said", 3)?.query, "ad");
});

Deno.test("findPeople() searches the username and each word of the name, and lists each person once", () => {
  const user = (id: string, display_name: string) => ({ id, username: id, display_name, color: "" });
  const people = [user("grace", "Grace Hopper"), user("ada", "Ada Lovelace"), user("grace", "Grace Hopper")];
  assertEquals(findPeople(people, "hop").map(({ text }) => text), ["@grace "]);
  assertEquals(findPeople(people, "").map(({ key }) => key), ["grace", "ada"]);
  assertEquals(findPeople(people, "ovel"), []);
});

Deno.test("findEmoji() lists the exact name first, and each emoji has one name", () => {
  const all = emojiGroups.flatMap(({ emoji }) => emoji);
  assert(all.length > 1_000);
  assertEquals(new Set(all.map(({ name }) => name)).size, all.length);
  for (const { emoji, name } of all) assert(emoji !== "" && /^[a-z0-9_+-]+$/.test(name), name);
  for (const name of ["heart", "rocket", "+1"]) assertEquals(findEmoji(name, 3)[0]?.name, name);
  assertEquals(findEmoji("no such thing", 3), []);
});
