/** S5 in the browser: no task renders more than its share of what hostile texts hold. */
import { assertEquals } from "@std/assert";
import { marksIn, openTurns, TURN_MARKS } from "../../lib/ui/message/turns.ts";

function open() {
  const tasks: (() => void)[] = [];
  return { turns: openTurns((run) => void tasks.push(run)), tasks, next: () => tasks.shift()?.() };
}

Deno.test("turns: hostile texts are rendered one a task, the last first", () => {
  const { turns, tasks, next } = open();
  const heavy = marksIn("[a](".repeat(1_000));
  const done: number[] = [];
  for (let text = 0; text < 50; text++) {
    if (turns.take(heavy)) done.push(text);
    else turns.wait(heavy, () => done.push(text));
  }
  assertEquals(done, [0]);
  for (let task = 1; tasks.length > 0; task++) {
    next();
    assertEquals(done.length, Math.min(1 + task, 50));
  }
  assertEquals(done.slice(1, 3), [49, 48]);
});

Deno.test("turns: a task renders as many texts as fit into it, and all plain ones", () => {
  const { turns, next } = open();
  const quarter = TURN_MARKS / 4;
  const taken = () => Array.from({ length: 6 }, () => turns.take(quarter)).filter(Boolean).length;
  assertEquals(taken(), 4);
  assertEquals(turns.take(marksIn("A plain text, of which there may be any number.")), true);
  next();
  assertEquals(taken(), 4);
});

Deno.test("turns: a text that is gone before its turn is not rendered, and delays no other", () => {
  const { turns, tasks, next } = open();
  turns.take(TURN_MARKS);
  const done: string[] = [];
  turns.wait(TURN_MARKS, () => done.push("first"));
  const undo = turns.wait(TURN_MARKS, () => done.push("gone"));
  undo();
  next();
  assertEquals(done, ["first"]);
  next();
  assertEquals(tasks.length, 0);
});
