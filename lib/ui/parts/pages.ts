/** A list that is read a page at a time. What answers a question that is not asked any more is dropped. */
import { batch, computed, type ReadonlySignal, signal } from "@preact/signals";

export interface PageOf<Item, Cursor> {
  items: readonly Item[];
  /** Where the next page begins; null: this was the last one. */
  next: Cursor | null;
}

/** Reads the page that begins there; undefined: the first one. */
export type ReadPage<Cursor, Page> = (from: Cursor | undefined) => Promise<Page>;

export class Pages<Item, Cursor, Page extends PageOf<Item, Cursor> = PageOf<Item, Cursor>> {
  readonly #items = signal<readonly Item[] | null>(null);
  /** The page that was read last. */
  readonly last = signal<Page | null>(null);
  readonly hasMore: ReadonlySignal<boolean> = computed(() => this.last.value !== null && this.last.value.next !== null);
  readonly busy = signal(false);
  /** Why the last page could not be read; null where it could. */
  readonly failure = signal<unknown>(null);
  #read: ReadPage<Cursor, Page> | null = null;
  /** What is read next; null: nothing is left. */
  #next: { from: Cursor | undefined } | null = null;
  /** Tells the answer to the last question from those that came too late. */
  #turn = 0;

  /** null until the first page is there. */
  get items(): ReadonlySignal<readonly Item[] | null> {
    return this.#items;
  }

  /** Asks anew, from the first page; what was read before stays until that is there. */
  async begin(read: ReadPage<Cursor, Page>): Promise<void> {
    this.#read = read;
    this.#next = { from: undefined };
    await this.#load(read, undefined);
  }

  /** Asks the same question again, from the first page. */
  async restart(): Promise<void> {
    if (this.#read !== null) await this.begin(this.#read);
  }

  /** Reads the next page, or the one that failed. Nothing while another is on its way. */
  async more(): Promise<void> {
    if (this.busy.peek() || this.#read === null || this.#next === null) return;
    await this.#load(this.#read, this.#next.from);
  }

  /** Takes items out, such as those that were dealt with. */
  remove(isGone: (item: Item) => boolean): void {
    this.#items.value = this.#items.peek()?.filter((item) => !isGone(item)) ?? null;
  }

  /** Whoever asked has gone: the page that is on its way is dropped. */
  drop(): void {
    this.#turn++;
    this.busy.value = false;
  }

  /** As before the first question. */
  clear(): void {
    batch(() => {
      this.drop();
      this.#read = null;
      this.#next = null;
      this.#items.value = null;
      this.last.value = null;
      this.failure.value = null;
    });
  }

  async #load(read: ReadPage<Cursor, Page>, from: Cursor | undefined): Promise<void> {
    const turn = ++this.#turn;
    this.busy.value = true;
    this.failure.value = null;
    try {
      const page = await read(from);
      if (turn === this.#turn) this.#take(page, from === undefined);
    } catch (error) {
      if (turn === this.#turn) this.failure.value = error;
    } finally {
      if (turn === this.#turn) this.busy.value = false;
    }
  }

  #take(page: Page, isFirst: boolean): void {
    batch(() => {
      this.#items.value = isFirst ? page.items : [...this.#items.peek() ?? [], ...page.items];
      this.last.value = page;
      this.#next = page.next === null ? null : { from: page.next };
    });
  }
}
