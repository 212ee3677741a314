import { assert, assertEquals } from "@std/assert";
import { renderToString } from "preact-render-to-string";
import type { Room } from "../../lib/protocol/model.ts";
import { Avatar, initials } from "../../lib/ui/parts/avatar.tsx";
import { rank } from "../../lib/ui/sidebar/switcher.tsx";
import { deviceName } from "../../lib/ui/settings/device_name.ts";
import { Field } from "../../lib/ui/parts/forms/field.tsx";
import { chat as en } from "../../lib/ui/strings/en.ts";
import { inEnglish } from "../support/english.tsx";
import { plainTextOf } from "../../lib/protocol/text/plain_text.ts";
import { isEmojiOnly, Prose } from "../../lib/ui/message/prose.tsx";
import { RoomLink } from "../../lib/ui/sidebar/room_link.tsx";
import { clockTime, knownZone } from "../../lib/ui/parts/time.ts";

const room = (name: string, more: Partial<Room> = {}): Room => ({
  id: name,
  kind: "public",
  name,
  topic: "",
  created_at: "",
  role: "member",
  members: 1,
  seq: 0,
  active_at: "",
  messages: 0,
  read_seq: 0,
  read_messages: 0,
  ...more,
});

Deno.test("initials() takes the first letters of the first and last word", () => {
  for (
    const [name, expected] of [
      ["Ada Lovelace", "AL"],
      ["grace", "G"],
      ["Johann Sebastian Bach", "JB"],
      ["release-bot", "RB"],
      ["李 小龙", "李小"],
      ["🦊", "🦊"],
    ] as const
  ) assertEquals(initials(name), expected);
});

Deno.test("avatar: hidden from screen readers, and presence is shown by shape", () => {
  const html = renderToString(<Avatar user={{ display_name: "Ada", color: "#e5484d" }} online={false} />);
  assert(html.includes('aria-hidden="true"') && html.includes('data-online="false"') && html.includes("author-0"));
});

Deno.test("prose: a message's text is rendered as nodes, never as HTML", () => {
  const text = "<img src=x onerror=alert(1)> **b** [x](javascript:alert(1))";
  const html = renderToString(<Prose text={text} />);
  assert(!html.includes("<img") && !html.includes("href") && html.includes("<strong>b</strong>"), html);
  const link = renderToString(<Prose text="[docs](https://example.org/a)" />);
  assert(link.includes('rel="noopener noreferrer nofollow"'), link);
});

Deno.test("isEmojiOnly() is true for a few emoji alone, which are shown large", () => {
  for (const text of ["🎉", "🌞🍉", "👍🏽 👩‍💻", "🇮🇸"]) assert(isEmojiOnly(text), text);
  for (const text of ["ok", "12", "🎉 yes", "", "#", "🎉".repeat(7)]) assert(!isEmojiOnly(text), text);
});

Deno.test("plainTextOf() is one plain line of bounded length", () => {
  assertEquals(plainTextOf("**bold** and `code`\n\n> said\n\n- one\n- two"), "bold and code said one two");
  assertEquals(plainTextOf("x".repeat(4_000)).length, 140);
});

Deno.test("badge: counts above 99 are shown as 99+", () => {
  const html = (unread: number) =>
    renderToString(inEnglish(<RoomLink room={room("den")} unread={unread} current={false} />));
  assert(html(7).includes(">7<"));
  assert(html(100).includes("99+"));
  assert(!html(0).includes("badge"));
});

Deno.test("field: an error is tied to its input", () => {
  const html = renderToString(<Field label="Name" name="name" hint="Any" error="Too long" />);
  assert(html.includes('aria-invalid="true"') && html.includes('aria-describedby="field-name-error"'));
});

Deno.test("rank() puts names that begin with the query first", () => {
  const rooms = [room("old-design"), room("redesign"), room("design"), room("ops")];
  assertEquals(rank(rooms, "des", en).map(({ name }) => name), ["design", "old-design", "redesign"]);
});

Deno.test("lists.some() names two people and counts the rest", () => {
  assertEquals(["A", "B", "C", "D"].map((_, n, all) => en.lists.some(all.slice(0, n + 1))), [
    "A",
    "A and B",
    "A, B and C",
    "A, B and 2 others",
  ]);
});

Deno.test("times: shown in the zone asked for; an unknown zone is UTC", () => {
  assertEquals(clockTime("2026-01-02T23:30:00Z", "Asia/Tokyo", "en-GB"), "08:30");
  assertEquals(knownZone("Mars/Olympus"), "UTC");
});

Deno.test("deviceName() names the browser and the system", () => {
  const firefox = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0";
  assertEquals(deviceName(firefox), { browser: "Firefox", system: "Windows", own: "Mozilla", mobile: false });
  assertEquals(deviceName("curl/8.5.0").own, "curl");
  assertEquals(deviceName(""), { browser: undefined, system: undefined, own: undefined, mobile: false });
});

Deno.test("plainTextOf() never cuts inside a grapheme cluster", () => {
  const family = "👨‍👩‍👧‍👦";
  for (let before = 100; before < 140; before++) {
    const line = plainTextOf("x".repeat(before) + family.repeat(20));
    assert(line.length <= 140 && line.endsWith("…"), line);
    const rest = line.slice(before, -1);
    assertEquals(rest, family.repeat(rest.length / family.length), `${before} before`);
  }
  for (let before = 390; before < 402; before++) assert(plainTextOf(`[a](${"x".repeat(before)}😀)`).isWellFormed());
  assertEquals(plainTextOf(`e${"\u0301".repeat(500)}`).length, 140);
});
