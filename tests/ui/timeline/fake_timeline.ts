/**
 * The timeline's box as far as the scroller asks it: rows of a height each, the last at the box's end. Its scroll position
 * is 0 there and negative above, as in the reversed box of the page (timeline.css).
 */

class FakeResizeObserver implements ResizeObserver {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
}
globalThis.ResizeObserver = FakeResizeObserver;
Object.assign(globalThis, { CSS: { escape: (text: string) => text } });

class FakeRow {
  readonly dataset: { id: string; key: string };
  readonly height: number;
  readonly #box: FakeTimeline;

  constructor(box: FakeTimeline, id: string, height: number) {
    this.#box = box;
    this.dataset = { id, key: id };
    this.height = height;
  }

  get isConnected(): boolean {
    return this.#box.rows.includes(this);
  }

  querySelector(): null {
    return null;
  }

  getBoundingClientRect() {
    const at = this.#box.rows.indexOf(this);
    const below = this.#box.rows.slice(at + 1).reduce((sum, { height }) => sum + height, 0);
    const bottom = this.#box.clientHeight - below - this.#box.scrollTop;
    return { top: bottom - this.height, bottom };
  }

  focus(): void {}

  scrollIntoView(): void {
    const { top } = this.getBoundingClientRect();
    this.#box.scrollTop += top - (this.#box.clientHeight - this.height) / 2;
  }
}

export class FakeTimeline extends EventTarget {
  rows: FakeRow[] = [];
  clientHeight: number;
  readonly firstElementChild = null;
  /** The first row that is new to the reader. */
  unread: FakeRow | null = null;
  #scrollTop = 0;

  constructor(height: number) {
    super();
    this.clientHeight = height;
  }

  /** Shows these messages, each so high; those that stay keep their element. */
  show(ids: readonly string[], height: number): void {
    this.rows = ids.map((id) => this.rows.find(({ dataset }) => dataset.id === id) ?? new FakeRow(this, id, height));
    this.scrollTop = this.#scrollTop;
  }

  get scrollHeight(): number {
    return Math.max(this.clientHeight, this.rows.reduce((sum, { height }) => sum + height, 0));
  }

  get scrollTop(): number {
    return this.#scrollTop;
  }

  set scrollTop(at: number) {
    this.#scrollTop = Math.min(0, Math.max(this.clientHeight - this.scrollHeight, at));
  }

  /** The reader scrolls. */
  scrollTo(at: number): void {
    this.scrollTop = at;
    this.dispatchEvent(new Event("scroll"));
  }

  /** How far below the box's top a message begins. */
  topOf(id: string): number | undefined {
    return this.rows.find(({ dataset }) => dataset.id === id)?.getBoundingClientRect().top;
  }

  getBoundingClientRect() {
    return { top: 0, bottom: this.clientHeight };
  }

  querySelectorAll(): FakeRow[] {
    return this.rows;
  }

  querySelector(selector: string): FakeRow | null {
    if (selector === ".unread") return this.unread;
    return this.rows.find(({ dataset }) => selector.includes(`"${dataset.id}"`)) ?? null;
  }
}

/** The compiler is told that it is an element: it answers all that the scroller asks. */
export function isBox(value: unknown): value is HTMLElement {
  return value instanceof FakeTimeline;
}
