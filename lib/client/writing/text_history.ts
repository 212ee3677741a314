/**
 * Undo and redo of one text. A browser keeps one undo history for the whole page, as positions without the text around
 * them. So after a script has set a value, or the room has changed, its undo would insert text that was never there.
 */

/** At position `at`, `removed` was replaced by `added`. */
interface Step {
  at: number;
  removed: string;
  added: string;
}

export interface Restored {
  text: string;
  caret: number;
}

const MOST_STEPS = 200;
/** The most text that all steps together hold, in UTF-16 code units. */
const MOST_TEXT = 200_000;
/** A change of more characters than this was pasted or chosen from a list, not typed. */
const TYPED = 2;

export class TextHistory {
  #text = "";
  #begun = false;
  #done: Step[] = [];
  #undone: Step[] = [];
  /** Whether the next key press belongs to the last step. */
  #open = false;
  #composing = false;

  /** A text is shown that was not typed here: an earlier draft, or one from another device. */
  show(text: string): void {
    this.seal();
    this.record(text, text.length);
    this.seal();
  }

  /**
   * Records the present text, with the caret after the change. The first call sets where the history begins.
   * `composing`: an input method is not done yet.
   */
  record(text: string, caret: number, composing = false): void {
    if (!this.#begun) {
      this.#text = text;
      this.#begun = true;
    }
    if (text === this.#text) return;
    const step = difference(this.#text, text, caret);
    this.#text = text;
    this.#undone = [];
    const last = this.#open ? this.#done.at(-1) : undefined;
    const joined = last === undefined ? null : join(last, step, composing && this.#composing);
    if (joined === null) this.#done.push(step);
    else this.#done[this.#done.length - 1] = joined;
    this.#open = true;
    this.#composing = composing;
    this.#bound();
  }

  /** The next change begins a new step. */
  seal(): void {
    this.#open = false;
    this.#composing = false;
  }

  /** A new text begins; undo does not go back past it. */
  reset(): void {
    this.#text = "";
    this.#begun = false;
    this.#done = [];
    this.#undone = [];
    this.seal();
  }

  undo(): Restored | null {
    const step = this.#done.pop();
    if (step === undefined) return null;
    this.#undone.push(step);
    return this.#replace(step.at, step.added, step.removed);
  }

  redo(): Restored | null {
    const step = this.#undone.pop();
    if (step === undefined) return null;
    this.#done.push(step);
    return this.#replace(step.at, step.removed, step.added);
  }

  #replace(at: number, from: string, to: string): Restored {
    this.seal();
    this.#text = this.#text.slice(0, at) + to + this.#text.slice(at + from.length);
    return { text: this.#text, caret: at + to.length };
  }

  #bound(): void {
    let size = 0;
    for (let at = this.#done.length - 1; at >= 0; at--) {
      const step = this.#done[at];
      size += (step?.added.length ?? 0) + (step?.removed.length ?? 0);
      if (size <= MOST_TEXT && this.#done.length - at <= MOST_STEPS) continue;
      this.#done.splice(0, at + 1);
      return;
    }
  }
}

const MOST_TEXTS = 20;

/** One history for each text: a room's draft, an edit. */
export class TextHistories {
  readonly #all = new Map<string, TextHistory>();

  of(key: string): TextHistory {
    const history = this.#all.get(key) ?? new TextHistory();
    // The least recently used one is removed first.
    this.#all.delete(key);
    this.#all.set(key, history);
    const [oldest] = this.#all.keys();
    if (this.#all.size > MOST_TEXTS && oldest !== undefined) this.#all.delete(oldest);
    return history;
  }
}

function difference(before: string, after: string, caret: number): Step {
  let end = 0;
  const mostEnd = Math.min(before.length, after.length, Math.max(0, after.length - caret));
  while (end < mostEnd && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
  let at = 0;
  const most = Math.min(before.length, after.length) - end;
  while (at < most && before[at] === after[at]) at++;
  return { at, removed: before.slice(at, before.length - end), added: after.slice(at, after.length - end) };
}

/** A typed word is one step; so is a run of single deletions. */
function join(last: Step, next: Step, composing: boolean): Step | null {
  const end = last.at + last.added.length;
  if (composing && next.at >= last.at && next.at + next.removed.length === end) {
    return { ...last, added: last.added.slice(0, next.at - last.at) + next.added };
  }
  const newWord = /\s$/.test(last.added) && !/^\s/.test(next.added);
  if (last.added !== "" && next.removed === "" && next.added.length <= TYPED && next.at === end && !newWord) {
    return { ...last, added: last.added + next.added };
  }
  if (last.added !== "" || next.added !== "") return null;
  if (next.at + next.removed.length === last.at) return { ...last, at: next.at, removed: next.removed + last.removed };
  return next.at === last.at ? { ...last, removed: last.removed + next.removed } : null;
}
