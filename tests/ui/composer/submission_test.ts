import { assertEquals } from "@std/assert";
import { LIMITS } from "../../../lib/protocol/limits.ts";
import { submissionOf } from "../../../lib/ui/composer/submission.ts";

const LONG = "x".repeat(LIMITS.content + 1);

Deno.test("submissionOf(): Enter sends, waits, refuses or does nothing, by the text and its files", () => {
  const cases: [what: string, ...Parameters<typeof submissionOf>, ReturnType<typeof submissionOf>][] = [
    ["a text goes out", "hello", [], false, "deliver"],
    ["a text of the greatest length goes out", LONG.slice(1), [], false, "deliver"],
    ["nothing is no message", "", [], false, "nothing"],
    ["white space is no message", " \n\t", [], false, "nothing"],
    ["a file alone is one", "", ["done"], false, "deliver"],
    ["files on their way are waited for", "look", ["done", "sending"], false, "hold"],
    ["a file that waits for the connection too", "look", ["lost"], false, "hold"],
    ["a file that failed is dealt with first", "look", ["sending", "failed"], false, "failed_files"],
    ["a text that is too long is made shorter first", LONG, [], false, "too_long"],
    ["so too while files are on their way", LONG, ["sending"], false, "too_long"],
    ["an edit is too long like a message", LONG, [], true, "too_long"],
    ["an edit to nothing asks whether to delete", "", [], true, "deliver"],
    ["files of the next message do not hold an edit up", "better", ["sending", "failed"], true, "deliver"],
  ];
  for (const [what, text, files, editing, expected] of cases) {
    assertEquals(submissionOf(text, files, editing), expected, what);
  }
});
