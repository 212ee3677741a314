import { assertEquals } from "@std/assert";
import { chat as en } from "../../../lib/ui/strings/en.ts";
import { dayLabel, type Groupable, groupRows } from "../../../lib/client/room/grouping.ts";

let seq = 0;
function entry(user_id: string, time: string, type: Groupable["type"] = "chat_message"): Groupable {
  seq++;
  return { key: `k${seq}`, type, seq, user_id, at: Date.parse(time) };
}

function show(entries: Groupable[], divider: number | null = null, timeZone = "UTC", blocked = new Set<string>()) {
  return groupRows(entries, { timeZone, me: "me", divider, blocked }).map((row) => {
    if (row.type === "day") return `[${row.day}]`;
    if (row.type === "divider") return "----";
    if (row.type === "system") return `sys${row.entries.length}`;
    if (row.type === "hidden") return `hidden${row.entries.length}`;
    return `${row.head ? row.entry.user_id.toUpperCase() : row.entry.user_id}`;
  }).join(" ");
}

Deno.test("grouping: messages of one author within 5 minutes are one group", () => {
  const entries = [
    entry("a", "2026-01-02T10:00:00Z"),
    entry("a", "2026-01-02T10:05:00Z"),
    entry("a", "2026-01-02T10:10:01Z"),
    entry("b", "2026-01-02T10:10:02Z"),
    entry("a", "2026-01-02T10:10:03Z"),
  ];
  assertEquals(show(entries), "[2026-01-02] A a A B A");
});

Deno.test("grouping: a day or a system event ends a group; days are in the reader's time zone", () => {
  const entries = [
    entry("a", "2026-01-02T22:58:00Z"),
    entry("a", "2026-01-02T23:01:00Z"),
    entry("b", "2026-01-02T23:01:30Z", "role_changed"),
    entry("a", "2026-01-02T23:02:00Z"),
  ];
  assertEquals(show(entries), "[2026-01-02] A a sys1 A");
  assertEquals(show(entries, null, "Europe/Paris"), "[2026-01-02] A [2026-01-03] A sys1 A");
  assertEquals(show(entries, null, "No/Such"), "[2026-01-02] A a sys1 A");
});

Deno.test("grouping: runs of joins and leaves collapse, other system events do not", () => {
  const at = "2026-01-02T10:00:00Z";
  const entries = [
    entry("a", at, "join"),
    entry("b", at, "join"),
    entry("a", at, "leave"),
    entry("a", at, "room_updated"),
    entry("a", at, "room_updated"),
    entry("c", at, "join"),
    entry("c", at),
    entry("d", at, "join"),
  ];
  assertEquals(show(entries), "[2026-01-02] sys3 sys1 sys1 sys1 C sys1");
});

Deno.test("grouping: the divider is before the first unread message of somebody else, and ends the group", () => {
  const at = "2026-01-02T10:00:00Z";
  const entries = [entry("a", at), entry("a", at), entry("me", at), entry("a", at), entry("a", at)];
  const first = entries[0]?.seq ?? 0;
  assertEquals(show(entries, first), "[2026-01-02] A ---- A ME A a");
  assertEquals(show(entries, first + 1), "[2026-01-02] A a ME ---- A a");
  assertEquals(show(entries, first + 9), "[2026-01-02] A a ME A a");
  assertEquals(show(entries), "[2026-01-02] A a ME A a");
});

Deno.test("grouping: rows of entries whose clocks went back still have unique keys", () => {
  const entries = ["2026-01-02", "2026-01-03", "2026-01-02"].map((day) => entry("a", `${day}T10:00:00Z`));
  const keys = groupRows(entries, { timeZone: "UTC", me: "me" }).map((row) => row.key);
  assertEquals(new Set(keys).size, keys.length);
});

Deno.test("grouping: dayLabel() says today, yesterday or the date", () => {
  const now = Date.parse("2026-03-01T00:30:00Z");
  assertEquals(dayLabel("2026-03-01", now, "UTC", en), "Today");
  assertEquals(dayLabel("2026-02-28", now, "UTC", en), "Yesterday");
  assertEquals(dayLabel("2026-02-28", now, "America/New_York", en), "Today");
  assertEquals(dayLabel("2026-02-20", now, "UTC", en), "Friday 20 February");
  assertEquals(dayLabel("2025-12-31", now, "UTC", en), "Wednesday, 31 December 2025");
});

Deno.test("grouping: a run of messages by blocked people is one row, and ends a group", () => {
  const entries = [
    entry("a", "2026-01-02T10:00:00Z"),
    entry("x", "2026-01-02T10:00:01Z"),
    entry("y", "2026-01-02T10:00:02Z"),
    entry("a", "2026-01-02T10:00:03Z"),
    entry("x", "2026-01-02T10:00:04Z"),
  ];
  assertEquals(show(entries, null, "UTC", new Set(["x", "y"])), "[2026-01-02] A hidden2 A hidden1");
});
