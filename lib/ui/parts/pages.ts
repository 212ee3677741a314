/** A list that is read a page at a time. Answers to an earlier question are dropped. */
import { batch, computed, type ReadonlySignal, signal } from "@preact/signals";

export interface PageOf<Item, Cursor> {
  items: readonly Item[];
  /** The cursor of the next page; null: this was the last one. */
  next: Cursor | null;
}

/** Reads the page at a cursor; undefined: the first page. */
export type ReadPage<Cursor, Page> = (from: Cursor | undefined) => Promise<Page>;

export class Pages<Item, Cursor, Page extends PageOf<Item, Cursor> = PageOf<Item, Cursor>> {
  readonly #items = signal<readonly Item[] | null>(null);
  /** The page that was read last. */
  readonly last = signal<Page | null>(null);
  readonly hasMore: ReadonlySignal<boolean> = computed(() => this.last.value !== null && this.last.value.next !== null);
  readonly busy = signal(false);
  /** Why the last page could not be read; null if it could. */
  readonly failure = signal<unknown>(null);
  #read: ReadPage<Cursor, Page> | null = null;
  /** The cursor of the next read; null: nothing is left. */
  #next: { from: Cursor | undefined } | null = null;
  /** Distinguishes the answer to the present question from late answers to earlier ones. */
  #turn = 0;

  /** null until the first page is here. */
  get items(): ReadonlySignal<readonly Item[] | null> {
    return this.#items;
  }

  /** Asks a new question, from the first page. The old items stay until that page is here. */
  async begin(read: ReadPage<Cursor, Page>): Promise<void> {
    this.#read = read;
    this.#next = { from: undefined };
    await this.#load(read, undefined);
  }

  /** Asks the same question again, from the first page. */
  async restart(): Promise<void> {
    if (this.#read !== null) await this.begin(this.#read);
  }

  /** Reads the next page, or the one that failed. Does nothing while a read is under way. */
  async more(): Promise<void> {
    if (this.busy.peek() || this.#read === null || this.#next === null) return;
    await this.#load(this.#read, this.#next.from);
  }

  /** Removes items, such as reports that were closed. */
  remove(isGone: (item: Item) => boolean): void {
    this.#items.value = this.#items.peek()?.filter((item) => !isGone(item)) ?? null;
  }

  /** The component is gone: drops the answer that is still to come. */
  drop(): void {
    this.#turn++;
    this.busy.value = false;
  }

  /** Returns to the state before the first question. */
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
