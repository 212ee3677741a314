/** What writing needs beyond typing. It is a chunk of its own, fetched when the composer first has the focus. */
import "./chat_page.tsx"; // see lazy.ts
import { TextHistories } from "../../client/text_history.ts";
import type { ChatView } from "./context.ts";
import type { ComposerText } from "./use_composer_text.ts";

export interface Writing {
  readonly histories: TextHistories;
  /** Whether it was a key for undo or redo. */
  key(event: KeyboardEvent, text: ComposerText): boolean;
  /** Takes undo and redo over that come from a menu or a gesture: the browser knows one history for the page. */
  beforeInput(event: InputEvent, text: ComposerText): void;
}

export function startWriting(view: ChatView): void {
  view.writing ??= { histories: new TextHistories(), key, beforeInput };
}

function key(event: KeyboardEvent, text: ComposerText): boolean {
  const step = stepOf(event);
  if (step === null) return false;
  event.preventDefault();
  text.restore(step);
  return true;
}

function beforeInput(event: InputEvent, text: ComposerText): void {
  const step = event.inputType === "historyUndo" ? "undo" : event.inputType === "historyRedo" ? "redo" : null;
  if (step === null) return;
  event.preventDefault();
  text.restore(step);
}

/** On this system or another. */
function stepOf({ ctrlKey, metaKey, altKey, shiftKey, key }: KeyboardEvent): "undo" | "redo" | null {
  if (altKey || !(ctrlKey || metaKey)) return null;
  const letter = key.toLowerCase();
  if (letter === "y" && ctrlKey && !shiftKey) return "redo";
  return letter !== "z" ? null : shiftKey ? "redo" : "undo";
}
