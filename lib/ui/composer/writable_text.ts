/** The composer's text. */
export interface WritableText {
  restore(step: "undo" | "redo"): void;
  insert(text: string, from: number, to: number): void;
}
