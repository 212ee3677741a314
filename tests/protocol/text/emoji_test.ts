/** [M13] One form of each emoji, over everything that Unicode recommends for interchange and everything in the picker. */
import { assert, assertEquals } from "@std/assert";
import { normalEmoji } from "../../../lib/protocol/text/emoji.ts";
import { decodeCommand } from "../../../lib/protocol/commands.ts";
import { emojiGroups } from "../../../lib/ui/emoji/emoji.ts";
import { QUICK_EMOJI } from "../../../lib/ui/parts/menu.tsx";
import { isEmojiOnly } from "../../../lib/ui/message/prose.tsx";

const RGI = /^\p{RGI_Emoji}$/v;
const TONES = ["", ..."🏻🏼🏽🏾🏿"];
const picker = emojiGroups.flatMap(({ emoji }) => emoji.map((one) => one.emoji));

/** The engine's own set, which is Unicode's: what of the likely sequences is in it. */
function* everyRgi(): Generator<string> {
  const single: string[] = [];
  for (let point = 0x23; point <= 0x1faff; point++) {
    const one = String.fromCodePoint(point);
    if (/^\p{Emoji}$/u.test(one)) single.push(one);
  }
  yield* single.flatMap((one) => [one, `${one}\ufe0f`, `${one}\ufe0f\u20e3`, ...TONES.map((tone) => one + tone)]);
  const letters = Array.from({ length: 26 }, (_, i) => String.fromCodePoint(0x1f1e6 + i));
  for (const a of letters) for (const b of letters) yield a + b;
  const people = [...single.filter((one) => /\p{Emoji_Modifier_Base}/u.test(one)), ..."👯🤼🧞🧟"];
  const ends = [..."♂♀⚕⚖✈➡"].map((one) => `${one}\ufe0f`);
  const things = [...ends, ..."🌾🍳🎓🎤🎨🏫🏭💻💼🔧🔬🚀🚒🦯🦼🦽🎄🦰🦱🦲🦳🍼"];
  for (const one of people) for (const tone of TONES) for (const thing of things) yield `${one}${tone}\u200d${thing}`;
}

const every = [...new Set([...everyRgi(), ...picker])].filter((text) => RGI.test(text));

Deno.test("[M13] the normal form of every emoji, however its selectors are written, is the recommended one", () => {
  assert(every.length > 3_000, `only ${every.length} emoji were found`);
  for (const emoji of every) {
    const plain = emoji.replaceAll("\ufe0f", "");
    const full = [...plain].map((one) => `${one}\ufe0f`).join("");
    for (const form of [emoji, plain, full, `${plain}\ufe0e`]) assertEquals(normalEmoji(form), emoji, emoji);
  }
});

Deno.test("[M13] picker, names and quick menu give the normal form; each may be a reaction", () => {
  assert(picker.length > 1_600);
  assertEquals(picker.filter((emoji) => normalEmoji(emoji) !== emoji || !RGI.test(emoji)), []);
  assertEquals(QUICK_EMOJI.filter((emoji) => normalEmoji(emoji) !== emoji), []);
  for (const emoji of every) {
    const command = { type: "react", room_id: "general", message_id: "1-abcdefgh", emoji };
    assert(decodeCommand(JSON.stringify(command)).ok, emoji);
  }
});

Deno.test("every emoji alone is shown large, written either way, and so are six of the longest", () => {
  for (const emoji of every) {
    assert(isEmojiOnly(emoji), `${emoji} ${[...emoji].map((one) => one.codePointAt(0)?.toString(16))}`);
    if (!/^[#*\d]/.test(emoji)) assert(isEmojiOnly(emoji.replaceAll("\ufe0f", "")), emoji);
  }
  const longest = every.toSorted((a, b) => b.length - a.length)[0] ?? "";
  assert(isEmojiOnly(longest.repeat(6)));
  for (const text of ["1", "#", "12", "1️⃣ a"]) assert(!isEmojiOnly(text), text);
});

Deno.test("[M13] a short code keeps its characters", () => {
  for (const text of ["+1", "e12", "#1", "ok", "日本"]) assertEquals(normalEmoji(text), text);
});
