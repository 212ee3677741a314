/** [M2] What is blank, what is not, and that every way in asks the same function. */
import { assertEquals } from "@std/assert";
import { reasonOf } from "../../../lib/chat/people/fields.ts";
import { decodeCommand } from "../../../lib/protocol/commands.ts";
import { isBlank } from "../../../lib/protocol/text/visible.ts";
import { openTestApi } from "../../api/support.ts";

const BLANK = [
  ...[
    "",
    " \n\u3000",
    "\u200b",
    "\u3164",
    "\u2800",
    "\0",
    "\ufe0f",
    "\u00ad\u2063",
    "\u{1d159}",
    "\u115f\u1160",
    "\uffa0",
  ],
  ...["\ufeff", "\u200e\u202e", "\u180e", "\u{e0020}\u{e007f}", "\u{e0100}", "\u001b", "\u2028", "\ufffc", "\u{13441}"],
];
const VISIBLE = ["a", ".", "\u200bx", "\u{1f44d}\ufe0f", "\u2801", "\u1160\u1100", "\uf8ff", "\u{1fbff}", "\u20e3"];

Deno.test("[M2] isBlank: nothing that can be seen is blank, anything that can is not", () => {
  for (const text of BLANK) assertEquals(isBlank(text), true, JSON.stringify(text));
  for (const text of VISIBLE) assertEquals(isBlank(text), false, JSON.stringify(text));
});

Deno.test("[M2] sending, editing, naming, reacting: a blank text is refused with its field's name", async () => {
  await using api = await openTestApi();
  const ada = await api.person("ada");
  const id = await api.send(ada, "general", "one");
  const made = await api.call("POST", "/api/rooms", { as: ada, body: { name: "Room" } });
  for (const text of BLANK) {
    const shown = JSON.stringify(text);
    const ways: [method: string, path: string, body: Record<string, unknown>, field: string][] = [
      ["POST", "/api/rooms/general/messages", { content: text }, "content"],
      ["PATCH", `/api/rooms/general/messages/${id}`, { content: text }, "content"],
      ["POST", "/api/rooms", { name: text }, "name"],
      ["PATCH", `/api/rooms/${made.body.room_id}`, { name: text }, "name"],
      ["PATCH", "/api/me", { display_name: text }, "display_name"],
      ["POST", `/api/rooms/general/messages/${id}/reports`, { reason: text }, "reason"],
    ];
    for (const [method, path, body, field] of ways) {
      const answer = await api.call(method, path, { as: ada, body });
      assertEquals([answer.status, answer.code, answer.body?.error?.field], [422, "invalid", field], path + shown);
    }
    const frame = { type: "chat_message", room_id: "general", content: text };
    const decoded = decodeCommand(JSON.stringify(frame));
    assertEquals(decoded.ok ? "" : decoded.error.field, "content", shown);
    const react = { type: "react", room_id: "general", message_id: id, emoji: text };
    const reaction = decodeCommand(JSON.stringify(react));
    assertEquals(reaction.ok ? "" : reaction.error.field, "emoji", shown);
  }
});

Deno.test("[M2] a topic and a reason that hold something invisible are refused; white space alone is none", async () => {
  await using api = await openTestApi();
  const ada = await api.person("ada");
  for (const text of ["\u2800", "\u3164", "a\u{1d159}", "\0", "a\u2066b"]) {
    const answer = await api.call("POST", "/api/rooms", { as: ada, body: { name: "Room", topic: text } });
    assertEquals([answer.code, answer.body.error.field], ["invalid", "topic"], JSON.stringify(text));
  }
  assertEquals(reasonOf(" \n "), undefined);
});

Deno.test("[M2] U+0000 is refused in every field, over REST, in queries and by socket", async () => {
  await using api = await openTestApi();
  const ada = await api.person("ada");
  const ways: [method: string, path: string, body: Record<string, unknown> | undefined, field: string][] = [
    ["POST", "/api/rooms/general/messages", { content: "a\0b" }, "content"],
    ["POST", "/api/rooms/general/messages", { content: "a", "b\0": 1 }, "b\\u0000"],
    ["PUT", "/api/rooms/general/draft", { content: "a\0" }, "content"],
    ["POST", "/api/users", { username: "eve", password: "long enough\0 secret" }, "password"],
    ["GET", "/api/search?q=a%00b", undefined, "q"],
    ["POST", "/api/files?name=a%00.txt", undefined, "name"],
  ];
  for (const [method, path, body, field] of ways) {
    const answer = await api.call(method, path, { as: ada, body });
    assertEquals([answer.code, answer.body.error.field], ["invalid", field], path);
  }
  const kept = await api.call("POST", "/api/rooms/general/messages", {
    as: ada,
    body: { content: "a text that says \\u0000" },
  });
  assertEquals(kept.status, 201);
  const frame = decodeCommand('{"type":"save_draft","id":7,"room_id":"general","content":"a\\u0000"}');
  assertEquals(frame.ok ? [] : [frame.id, frame.error.code, frame.error.field], [7, "invalid", "content"]);
});

Deno.test("[C1] a byte order mark before the JSON is refused, over REST and by socket alike", async () => {
  await using api = await openTestApi();
  const ada = await api.person("ada");
  const answer = await api.call("POST", "/api/rooms/general/messages", { as: ada, body: '\ufeff{"content":"a"}' });
  assertEquals([answer.status, answer.code], [400, "bad_json"]);
  const frame = decodeCommand('\ufeff{"type":"ping"}');
  assertEquals(frame.ok ? "" : frame.error.code, "bad_frame");
});
