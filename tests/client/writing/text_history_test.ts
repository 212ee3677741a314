import { assertEquals } from "@std/assert";
import { TextHistories, TextHistory } from "../../../lib/client/writing/text_history.ts";
import { random } from "../../support/random.ts";

/** Types key by key at the end. */
function type(history: TextHistory, before: string, keys: string): string {
  let text = before;
  for (const key of keys) history.record(text += key, text.length);
  return text;
}

Deno.test("history: typing is undone and redone by words, deleting in one step", () => {
  const history = new TextHistory();
  history.show("");
  const text = type(history, "", "Hello dear world");
  history.record("Hello dear worl", 15);
  history.record("Hello dear wor", 14);
  assertEquals(history.undo()?.text, text);
  assertEquals(history.undo()?.text, "Hello dear ");
  assertEquals(history.undo(), { text: "Hello ", caret: 6 });
  assertEquals(history.redo()?.text, "Hello dear ");
  assertEquals(history.redo()?.text, text);
  assertEquals(history.redo()?.text, "Hello dear wor");
  assertEquals(history.redo(), null);
});

Deno.test("history: a completion is a step of its own, and redo does not double it", () => {
  const history = new TextHistory();
  history.show("");
  // a name that is found by another word: what was typed is replaced
  type(history, "", "Ask @hop");
  history.seal();
  history.record("Ask @grace ", 11);
  history.seal();
  type(history, "Ask @grace ", "now");
  assertEquals(history.undo()?.text, "Ask @grace ");
  assertEquals(history.undo()?.text, "Ask @hop");
  assertEquals(history.redo(), { text: "Ask @grace ", caret: 11 });
  assertEquals(history.redo()?.text, "Ask @grace now");
});

Deno.test("history: what an input method composes is one step, however often it changes its mind", () => {
  const history = new TextHistory();
  history.show("");
  type(history, "", "is ");
  for (const text of ["is n", "is に", "is にh", "is にほ", "is 日本"]) history.record(text, text.length, true);
  history.seal();
  assertEquals(history.undo()?.text, "is ");
  assertEquals(history.redo()?.text, "is 日本");
});

Deno.test("history: the draft that a room opens with is where it begins; one from elsewhere can be taken back", () => {
  const history = new TextHistory();
  history.show("of yesterday");
  assertEquals(history.undo(), null);
  type(history, "of yesterday", "!");
  history.show("from another device");
  assertEquals(history.undo()?.text, "of yesterday!");
  history.reset();
  assertEquals([history.undo(), history.redo()], [null, null]);
});

Deno.test("history: any edits lead back to the beginning and forth again", () => {
  const number = random(7);
  for (let round = 0; round < 50; round++) {
    const history = new TextHistory();
    history.show("");
    let text = "";
    for (let n = 0; n < 40; n++) {
      const from = Math.floor(number() * (text.length + 1));
      const to = Math.min(text.length, from + Math.floor(number() * 3));
      const added = "ab \u{1f600}".slice(0, Math.floor(number() * 6));
      text = text.slice(0, from) + added + text.slice(to);
      history.record(text, from + added.length);
    }
    let back = text;
    for (let step = history.undo(); step !== null; step = history.undo()) back = step.text;
    assertEquals(back, "");
    let forth = back;
    for (let step = history.redo(); step !== null; step = history.redo()) forth = step.text;
    assertEquals(forth, text);
  }
});

Deno.test("history: it is bounded in steps, in text and in texts", () => {
  const history = new TextHistory();
  history.show("");
  for (let n = 1; n <= 500; n++) {
    history.record("x".repeat(n), n);
    history.seal();
  }
  let steps = 0;
  while (history.undo() !== null) steps++;
  assertEquals(steps, 200);
  const large = new TextHistory();
  large.show("");
  for (let n = 1; n <= 5; n++) {
    large.record(String(n).repeat(90_000), 90_000);
    large.seal();
  }
  assertEquals(large.undo()?.text[0], "4");
  assertEquals(large.undo(), null);
  const all = new TextHistories();
  const first = all.of("first");
  for (let n = 0; n < 20; n++) all.of(`room ${n}`);
  assertEquals(all.of("first") === first, false);
});
