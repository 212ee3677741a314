import { assertEquals } from "@std/assert";
import { decodeCommand } from "../../lib/protocol/commands.ts";

function isEmoji(emoji: string): boolean {
  const command = { type: "react", room_id: "general", message_id: "1-abcdefgh", emoji };
  return decodeCommand(JSON.stringify(command)).ok;
}

Deno.test("a reaction is something that can be seen, of one piece", () => {
  for (const emoji of ["👍", "👩🏽‍🚀", "👩‍👩‍👧‍👦", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "❤️", "1️⃣", "🇩🇪", "+1"]) assertEquals(isEmoji(emoji), true, emoji);
  const bad = [
    "",
    " ",
    "a b",
    "\u200b",
    "\u200d",
    "\u202e",
    "a\u202eb",
    "\ufeff",
    "\ue000",
    "a\u0000",
    "\ud800",
    "x".repeat(33),
  ];
  for (const emoji of bad) assertEquals(isEmoji(emoji), false, JSON.stringify(emoji));
  assertEquals(isEmoji("👍".repeat(17)), false);
});

Deno.test("[C3] names that objects inherit are unknown fields and unknown commands", () => {
  for (const name of ["__proto__", "constructor", "toString", "hasOwnProperty"]) {
    const asField = decodeCommand(`{"type":"ping","${name}":{}}`);
    assertEquals(asField.ok ? "" : [asField.error.code, asField.error.field], ["invalid", name]);
    const asType = decodeCommand(`{"type":"${name}"}`);
    assertEquals(asType.ok ? "" : asType.error.code, "unknown_command");
  }
});
