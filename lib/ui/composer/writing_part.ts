import type { TextHistories } from "../../client/writing/text_history.ts";
import type { Completion } from "./completion_state.ts";
import type { WritableText } from "./writable_text.ts";

/** What the composer uses of writing.ts, once that is fetched. */
export interface Writing {
  readonly histories: TextHistories;
  readonly completion: Completion;
  /** Whether it was a key for the list of completions, for undo or for redo. */
  key(event: KeyboardEvent, text: WritableText): boolean;
  /** Takes undo and redo over that come from a menu or a gesture: the browser knows one history for the page. */
  beforeInput(event: InputEvent, text: WritableText): void;
}
