/**
 * What the reader sees: a timeline that is on the screen, with a height, on a page that is visible. Pages of history are
 * loaded, messages marked read, counted and told of by this alone, so that no two parts disagree.
 */
import { type ReadonlySignal, signal } from "@preact/signals";

export class Sight {
  readonly #room = signal<string | null>(null);
  readonly #end = signal(false);
  readonly #page = signal(true);

  /** Whether the page is visible. */
  get page(): ReadonlySignal<boolean> {
    return this.#page;
  }

  /** The room whose timeline has a height; on a hidden page too. */
  get room(): ReadonlySignal<string | null> {
    return this.#room;
  }

  pageChanged(visible: boolean): void {
    this.#page.value = visible;
  }

  /** The room's timeline has a height. `end`: what comes next appears on the screen by itself. */
  show(roomId: string, end: boolean): void {
    this.#room.value = roomId;
    this.#end.value = end;
  }

  hide(roomId: string): void {
    if (this.#room.peek() !== roomId) return;
    this.#room.value = null;
    this.#end.value = false;
  }

  isSeen(roomId: string): boolean {
    return this.#page.value && this.#room.value === roomId;
  }

  /** Whether what comes next is seen as it comes. */
  seesEnd(roomId: string): boolean {
    return this.#end.value && this.isSeen(roomId);
  }
}
