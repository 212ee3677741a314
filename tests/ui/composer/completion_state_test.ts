import { assertEquals } from "@std/assert";
import type { Choice } from "../../../lib/ui/composer/completion.ts";
import { Completion } from "../../../lib/ui/composer/completion_state.ts";
import { ANN, BOB } from "../../client/support.ts";
import { until } from "../../support/until.ts";

const CALL: Choice = { key: "@room", text: "@room ", emoji: "@", label: "room" };

function completionOf() {
  const inserted: [text: string, from: number, to: number][] = [];
  const completion = new Completion({
    people: () => [ANN, BOB],
    calls: (query) => query !== "" && "room".startsWith(query) ? [CALL] : [],
  });
  const text = {
    insert: (text: string, from: number, to: number) => void inserted.push([text, from, to]),
    restore: () => {},
  };
  /** The text, the caret at its end. */
  const write = (value: string) =>
    completion.update({ value, selectionStart: value.length, selectionEnd: value.length });
  let prevented = 0;
  const press = (key: string, more: { shiftKey?: boolean; isComposing?: boolean } = {}) =>
    completion.key({ key, shiftKey: false, isComposing: false, preventDefault: () => prevented++, ...more }, text);
  const labels = () => completion.choices.value.map(({ key }) => key);
  return { completion, write, press, labels, inserted, prevented: () => prevented };
}

Deno.test("completion: arrows walk around the list, and Enter or Tab takes the chosen one over what was typed", () => {
  for (const key of ["Enter", "Tab"]) {
    const c = completionOf();
    c.write("hi @");
    assertEquals([c.labels(), c.completion.at.value], [[ANN.id, BOB.id], 0]);
    c.press("ArrowUp");
    assertEquals(c.completion.at.value, 1);
    c.press("ArrowDown");
    c.press("ArrowDown");
    assertEquals(c.completion.at.value, 1);
    assertEquals([c.press(key), c.inserted, c.labels()], [true, [["@bob ", 3, 4]], []], key);
    assertEquals(c.prevented(), 4);
  }
});

Deno.test("completion: Escape closes the list for that word, and the next word opens it again", () => {
  const c = completionOf();
  c.write("@b");
  assertEquals(c.press("Escape"), true);
  c.write("@bo");
  assertEquals(c.labels(), []);
  assertEquals(c.press("Enter"), false, "Enter sends");
  c.write("@bo ");
  c.write("@bo @a");
  assertEquals(c.labels(), [ANN.id]);
});

Deno.test("completion: Shift+Enter, letters and the keys of an input method are left to the box", () => {
  const c = completionOf();
  c.write("@b");
  assertEquals([c.press("Enter", { shiftKey: true }), c.press("Enter", { isComposing: true }), c.press("x")], [
    false,
    false,
    false,
  ]);
  assertEquals([c.prevented(), c.inserted, c.labels()], [0, [], [BOB.id]]);
});

Deno.test("completion: a selection opens no list; @room and @here come after people", () => {
  const c = completionOf();
  c.completion.update({ value: "@b", selectionStart: 0, selectionEnd: 2 });
  assertEquals(c.labels(), []);
  c.write("@r");
  assertEquals(c.labels(), ["@room"]);
});

Deno.test("completion: emoji that are found after the text changed are not shown", async () => {
  const c = completionOf();
  c.write(":rock");
  c.write(":rocket");
  await until(() => c.labels().length > 0);
  assertEquals(c.completion.kind, ":");
  assertEquals(c.labels().every((key) => key.includes("rocket")), true);
  c.write(":tad");
  c.write("done");
  await new Promise((resolve) => setTimeout(resolve, 0));
  assertEquals(c.labels(), []);
});
