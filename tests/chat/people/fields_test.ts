/** Names and texts that would mislead, as a table. */
import { assertEquals } from "@std/assert";
import * as v from "valibot";
import { displayName, username } from "../../../lib/chat/people/fields.ts";
import { createRoom } from "../../../lib/chat/rooms/rooms.ts";
import { ChatError } from "../../../lib/base/errors.ts";
import { content } from "../../../lib/protocol/commands.ts";
import { openTestChat } from "../../support/chat.ts";
import { addPerson } from "../../support/people.ts";

/** What it is, the text, whether it may be a display name or a room's, and a message. */
const TEXTS: [what: string, text: string, name: boolean, message: boolean][] = [
  ["plain", "Ada Lovelace", true, true],
  ["accents, composed or not", "Zoë Müller e\u0301", true, true],
  ["right to left", "\u0639\u0644\u064a", true, true],
  ["Thai with its vowels and tones", "\u0e1b\u0e31\u0e0d\u0e0d\u0e32", true, true],
  ["an emoji that is a family", "\u{1f468}\u200d\u{1f469}\u200d\u{1f467}", true, true],
  ["a flag of tags", "a \u{1f3f4}\u{e0067}\u{e0062}\u{e007f}", false, true],
  ["a turned direction", "evil\u202egnp.exe", false, true],
  ["an isolate that is not ended", "a\u2066b", false, true],
  ["a mark of direction", "a\u200fb", false, true],
  ["a zero-width space", "ad\u200ba", false, true],
  ["a word joiner", "ad\u2060a", false, true],
  ["a soft hyphen", "ad\u00ada", false, true],
  ["a byte order mark", "\ufeffada", false, true],
  ["a letter that is blank", "\u3164", false, false],
  ["Braille without dots", "\u2800", false, false],
  ["Hangul fillers", "\u115f\u1160\uffa0", false, false],
  ["a null notehead", "\u{1d159}", false, false],
  ["a null notehead in a word", "a\u{1d159}b", false, true],
  ["a variation selector alone", "\ufe0f", false, false],
  ["a variation selector behind a letter", "ada\ufe0f", false, true],
  ["a soft hyphen and an invisible separator", "\u00ad\u2063", false, false],
  ["zero-width and white space", " \u200b\n\u2060\u200d ", false, false],
  ["tags alone", "\u{e0067}\u{e007f}", false, false],
  ["a heart that is an emoji", "I \u2764\ufe0f NY", true, true],
  ["a Han character in another form", "\u8fbb\u{e0100}", true, true],
  ["an unknown character of a later Unicode", "\u{1fbff}", false, true],
  ["a new line", "a\nb", false, true],
  ["six accents on a letter", `a${"\u0301".repeat(6)}`, false, true],
  ["a tower of accents", `a${"\u0301".repeat(20)}`, false, false],
  ["a flood of nothing", `a${"\u200b".repeat(20)}b`, false, false],
  ["a lone surrogate", "a\ud800", false, false],
  ["only spaces", "   ", false, false],
];

for (const [what, text, name, message] of TEXTS) {
  Deno.test(`text fields: ${what} is ${name ? "accepted" : "refused"} as a name, ${message ? "accepted" : "refused"} as a message`, async () => {
    assertEquals(v.is(displayName, text), name, "display name");
    assertEquals(v.is(content, text), message, "message");
    await using chat = await openTestChat();
    const ada = await addPerson(chat, "ada");
    const made = await createRoom(chat, ada, { name: text, kind: "private" }).then(() => true, (error) => {
      if (error instanceof ChatError && error.field === "name") return false;
      throw error;
    });
    assertEquals(made, name, "room");
  });
}

Deno.test("username: characters that look like others are refused, in upper and lower case", () => {
  for (const name of ["аda", "ada\u0301", "ada ", "@ada", "a/b", "unknown", "..", ""]) {
    assertEquals(v.is(username, name), false, name);
  }
  assertEquals(v.parse(username, "A.d-a_1"), "a.d-a_1");
});
