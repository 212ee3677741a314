import { batch, signal } from "@preact/signals";
import { type Choice, findEmojiChoices, findPeople, type Wanted, wantedAt } from "./completion.ts";
import type { User } from "../../protocol/model.ts";
import type { WritableText } from "./writable_text.ts";

/** The people that the text can mention. */
export interface CompletionSource {
  /** In the order in which they are offered. */
  people(): Iterable<User>;
  /** `@room` and `@here`, if the room accepts them. */
  calls(query: string): Choice[];
}

type Caret = Pick<HTMLTextAreaElement, "value" | "selectionStart" | "selectionEnd">;
type PressedKey = Pick<KeyboardEvent, "key" | "shiftKey" | "isComposing" | "preventDefault">;

/** Completion of people and emoji in the composer. */
export class Completion {
  readonly #source: CompletionSource;
  readonly #wanted = signal<Wanted | null>(null);
  readonly choices = signal<readonly Choice[]>([]);
  /** The option that Enter takes. */
  readonly at = signal(0);
  /** The position of the word for which the reader closed the list: it stays closed there. */
  #closed = -1;

  constructor(source: CompletionSource) {
    this.#source = source;
  }

  get kind(): "@" | ":" {
    return this.#wanted.value?.kind ?? "@";
  }

  /** Call it when the text or the caret has changed. */
  update(box: Caret): void {
    const next = box.selectionStart === box.selectionEnd ? wantedAt(box.value, box.selectionStart) : null;
    if (next === null) this.#closed = -1;
    if (next === null || next.from === this.#closed) return this.#show(null, []);
    if (next.kind === "@") {
      return this.#show(next, [...findPeople(this.#source.people(), next.query), ...this.#source.calls(next.query)]);
    }
    this.#wanted.value = next;
    // The text has changed since: this answer is stale.
    findEmojiChoices(next.query).then((found) => this.#wanted.peek() === next && this.#show(next, found), () => {});
  }

  /** Handles a key. Returns whether it was for the list. */
  key(event: PressedKey, text: WritableText): boolean {
    const list = this.choices.peek();
    if (list.length === 0 || event.isComposing) return false;
    const { at } = this;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const chosen = list[at.peek()];
    if (step !== undefined) at.value = (at.peek() + step + list.length) % list.length;
    else if (event.key === "Escape") this.close();
    else if ((event.key === "Enter" || event.key === "Tab") && !event.shiftKey && chosen !== undefined) {
      this.pick(chosen, text);
    } else return false;
    event.preventDefault();
    return true;
  }

  pick(choice: Choice, text: WritableText): void {
    const range = this.#wanted.peek();
    this.#show(null, []);
    if (range !== null) text.insert(choice.text, range.from, range.to);
  }

  close(): void {
    this.#closed = this.#wanted.peek()?.from ?? -1;
    this.#show(null, []);
  }

  #show(next: Wanted | null, found: readonly Choice[]): void {
    batch(() => {
      this.#wanted.value = next;
      this.choices.value = found;
      this.at.value = 0;
    });
  }
}
