import { assertEquals } from "@std/assert";
import * as v from "valibot";
import { DEFAULT_SETTINGS, readSettings } from "../../lib/protocol/settings.ts";
import { settingsFields } from "../../lib/protocol/settings_schema.ts";

const VALUES: unknown[] = [
  ...[
    "system",
    "dark",
    "compact",
    "auto",
    "pt",
    "24",
    "all",
    "nothing",
    "",
    "22:30",
    "24:00",
    "2:30",
    "UTC",
    "Europe/Lisbon",
  ],
  ...["Mars/Olympus", "x".repeat(65), true, false, null, undefined, 0, 1, {}, "comfortable", "en", "mentions"],
  { general: "all", dm: "nothing" },
  { general: "loud" },
  { "with space": "all" },
  { ["i".repeat(65)]: "all" },
  Object.fromEntries(Array.from({ length: 5_000 }, (_, n) => [`r${n}`, "all"])),
];

Deno.test("readSettings() keeps exactly the values that the API takes", () => {
  const unlike = Symbol("a value that no field has");
  for (const [name, field] of Object.entries(settingsFields)) {
    for (const value of VALUES) {
      const read: Record<string, unknown> = { ...readSettings({ [name]: value }) };
      const expected = v.is(field, value) ? value : Object.entries(DEFAULT_SETTINGS).find(([key]) => key === name)?.[1];
      assertEquals(read[name] ?? unlike, expected, `${name}: ${JSON.stringify(value)?.slice(0, 80)}`);
    }
  }
  assertEquals(readSettings({ later: 1 }), DEFAULT_SETTINGS);
  assertEquals([null, 1, "x", []].map(readSettings), Array(4).fill(DEFAULT_SETTINGS));
});
