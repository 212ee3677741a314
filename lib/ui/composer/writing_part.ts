import type { TextHistories } from "../../client/writing/text_history.ts";

/** What the composer uses of writing.ts, once that is fetched. */
export interface Writing {
  readonly histories: TextHistories;
  /** Whether it was a key for undo or redo. */
  key(event: KeyboardEvent, text: Restorable): boolean;
  /** Takes undo and redo over that come from a menu or a gesture: the browser knows one history for the page. */
  beforeInput(event: InputEvent, text: Restorable): void;
}

/** The composer's text. */
export interface Restorable {
  restore(step: "undo" | "redo"): void;
}
