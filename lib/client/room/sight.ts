/**
 * What the reader sees: a room whose timeline is on the screen, with a height, on a visible page. This alone decides
 * when history is loaded, when messages count as read, which unread counts are shown and which notifications are held
 * back, so that no two parts disagree.
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

  /** The room whose timeline has a height, also while the page is hidden. */
  get room(): ReadonlySignal<string | null> {
    return this.#room;
  }

  pageChanged(visible: boolean): void {
    this.#page.value = visible;
  }

  /**
   * The room's timeline has a height. `end`: the reader is at the bottom, so new messages appear on the screen by
   * themselves.
   */
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

  /** Whether new messages of the room are seen at once. */
  seesEnd(roomId: string): boolean {
    return this.#end.value && this.isSeen(roomId);
  }
}
