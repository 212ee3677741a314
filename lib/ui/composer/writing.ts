/**
 * What writing needs beyond typing (completion, undo). A chunk of its own, fetched once the page is live, or earlier
 * with the first focus of the composer.
 */
export { Files } from "../../client/writing/files.ts";
export { Attachments } from "./attachments.tsx";
export { CompletionList } from "./completion_list.tsx";
import { TextHistories } from "../../client/writing/text_history.ts";
import type { ChatView } from "../page/context.ts";
import { Completion } from "./completion_state.ts";
import { callsOf, peopleOf } from "./whom_to_name.ts";
import type { WritableText } from "./writable_text.ts";
import type { Writing } from "./writing_part.ts";

/** One for each page; made for the first caller. */
export function writingIn(view: ChatView): Writing {
  if (view.writing === null) {
    const completion = new Completion({
      people: () => peopleOf(view),
      calls: (query) => callsOf(view, query),
    });
    view.writing = {
      histories: new TextHistories(),
      completion,
      key: (event, text) => completion.key(event, text) || undoKey(event, text),
      beforeInput,
    };
    followKeyboard();
  }
  return view.writing;
}

/**
 * In some browsers the on-screen keyboard covers the page. The visual viewport says how much of it, so that the chat
 * ends above the keyboard.
 */
function followKeyboard(): void {
  const seen = globalThis.visualViewport;
  if (!seen) return;
  const follow = () => {
    // The reader zoomed in and sees a part of the page.
    const covered = seen.scale <= 1.01 && seen.height < innerHeight - 1;
    document.documentElement.style.setProperty("--seen", covered ? `${seen.height}px` : "100dvh");
    // Safari scrolls the page up to show the box, which is in the visible part by now: scroll back.
    if (covered && seen.offsetTop > 0) scrollTo(0, 0);
  };
  seen.addEventListener("resize", follow);
  seen.addEventListener("scroll", follow);
  follow();
}

/** Keeps the top of a box in view when the box becomes lower, for any reason. Returns a function that stops it. */
export function keepCaretInSight(box: HTMLTextAreaElement): () => void {
  const show = () => showCaret(box);
  const resized = new ResizeObserver(show);
  resized.observe(box);
  // Between two frames the box may get larger and lower again; no observer reports that.
  const changed = () => requestAnimationFrame(show);
  const windows = [globalThis, globalThis.visualViewport ?? globalThis];
  for (const one of windows) one.addEventListener("resize", changed);
  return () => {
    resized.disconnect();
    for (const one of windows) one.removeEventListener("resize", changed);
  };
}

function showCaret(box: HTMLTextAreaElement): void {
  if (document.activeElement !== box || box.scrollHeight <= box.clientHeight) return;
  const lines = (text: string) => text.split("\n").length;
  const at = lines(box.value.slice(0, box.selectionEnd)) / lines(box.value);
  box.scrollTop = at * box.scrollHeight - box.clientHeight / 2;
}

function undoKey(event: KeyboardEvent, text: WritableText): boolean {
  const step = stepOf(event);
  if (step === null) return false;
  event.preventDefault();
  text.restore(step);
  return true;
}

function beforeInput(event: InputEvent, text: WritableText): void {
  const step = event.inputType === "historyUndo" ? "undo" : event.inputType === "historyRedo" ? "redo" : null;
  if (step === null) return;
  event.preventDefault();
  text.restore(step);
}

/** Whether this is undo or redo, by the keys of any system. */
function stepOf({ ctrlKey, metaKey, altKey, shiftKey, key }: KeyboardEvent): "undo" | "redo" | null {
  if (altKey || !(ctrlKey || metaKey)) return null;
  const letter = key.toLowerCase();
  if (letter === "y" && ctrlKey && !shiftKey) return "redo";
  return letter !== "z" ? null : shiftKey ? "redo" : "undo";
}
