import type { TextHistories } from "../../client/writing/text_history.ts";
import type { Completion } from "./completion_state.ts";
import type { WritableText } from "./writable_text.ts";

/** The part of writing.ts that the composer uses, once it is fetched. */
export interface Writing {
  readonly histories: TextHistories;
  readonly completion: Completion;
  /** Handles a key. Returns whether it was for the list of completions, undo or redo. */
  key(event: KeyboardEvent, text: WritableText): boolean;
  /**
   * Handles undo and redo from a menu or a gesture in place of the browser, which has one history for the whole page.
   */
  beforeInput(event: InputEvent, text: WritableText): void;
}
