import { assert, assertEquals } from "@std/assert";
import { makeLog } from "../../lib/base/log.ts";

const NASTY = [
  "two\nlines",
  "\r\n",
  '{"level":"error"}',
  '"',
  "\\",
  "\u001b[31mred\u001b[0m",
  "\u0085\u2028\u2029\u007f\u0000",
  "\ud800 alone",
  "\u202eright to left",
  "x".repeat(1_000_000),
];

for (const format of ["text", "json"] as const) {
  Deno.test(`log: a line in ${format} is one line without control characters, whatever its fields are`, () => {
    for (const text of NASTY) {
      const lines: string[] = [];
      makeLog({ level: "info", format }, (line) => lines.push(line)).info(text, { text, n: 1, none: undefined });
      assertEquals(lines.length, 1);
      const [line = ""] = lines;
      // deno-lint-ignore no-control-regex -- they are what is looked for
      assert(!/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(line), JSON.stringify(text.slice(0, 40)));
      assert(line.length < 60_000, "it is cut");
    }
  });
}

Deno.test("log: a JSON line parses to its fields", () => {
  for (const text of NASTY.filter((text) => text.length < 1_000)) {
    const lines: string[] = [];
    makeLog({ level: "info", format: "json" }, (line) => lines.push(line)).warn(text, { text, ok: true });
    const { time, ...rest } = JSON.parse(lines[0] ?? "");
    assert(!Number.isNaN(Date.parse(time)));
    assertEquals(rest, { level: "warn", message: text, text, ok: true });
  }
});

Deno.test("log: a field cannot replace the line's level or message", () => {
  const lines: string[] = [];
  makeLog({ level: "info", format: "json" }, (line) => lines.push(line)).warn("true", {
    level: "debug",
    message: "no",
  });
  const { level, message } = JSON.parse(lines[0] ?? "");
  assertEquals([level, message], ["warn", "true"]);
});

Deno.test("log: a failure that repeats within seconds is logged once with a count; a failed request is always logged", () => {
  const lines: string[] = [];
  const log = makeLog({ level: "warn", format: "text" }, (line) => lines.push(line));
  for (let i = 0; i < 100; i++) log.warn("the store is away", { error: "refused" });
  log.warn("the store is away", { error: "timed out" });
  assertEquals(lines.length, 2);
  for (let i = 0; i < 3; i++) log.error("a request failed", { error: "refused", request_id: `r${i}` });
  assertEquals(lines.length, 5);
  for (let i = 0; i < 300; i++) log.warn("another", { error: `error ${i}` });
  log.warn("the store is away", { error: "timed out" });
  assertEquals(lines.length, 306, "what was forgotten is said again");
});
