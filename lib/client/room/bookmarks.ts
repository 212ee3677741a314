/** The reader's bookmarked messages: read on first use, then kept up to date by the user stream. */
import { signal } from "@preact/signals";
import type { LazyApi } from "../connection/page_api.ts";

export class Bookmarks {
  readonly #api: LazyApi;
  /** Message ids; null until they are known. */
  readonly ids = signal<ReadonlySet<string> | null>(null);
  #loading: Promise<void> | null = null;
  /** Changes that arrived while the list was being read. */
  #meanwhile = new Map<string, boolean>();

  constructor(api: LazyApi) {
    this.#api = api;
  }

  load(): Promise<void> {
    if (this.ids.peek() !== null) return Promise.resolve();
    this.#loading ??= this.#read();
    return this.#loading;
  }

  async #read(): Promise<void> {
    try {
      const ids = new Set(await this.#api.bookmarkIds());
      for (const [id, marked] of this.#meanwhile) {
        if (marked) ids.add(id);
        else ids.delete(id);
      }
      this.#meanwhile.clear();
      this.ids.value = ids;
    } finally {
      // In the same turn as the answer, so that no change is added to a read that is over.
      this.#loading = null;
    }
  }

  /** The connection was down: the list may be stale. */
  forget(): void {
    this.ids.value = null;
  }

  changed(messageId: string, marked: boolean): void {
    const known = this.ids.peek();
    if (known === null) {
      if (this.#loading !== null) this.#meanwhile.set(messageId, marked);
      return;
    }
    const ids = new Set(known);
    if (marked) ids.add(messageId);
    else ids.delete(messageId);
    this.ids.value = ids;
  }

  async set(roomId: string, messageId: string, marked: boolean): Promise<void> {
    await this.#api.setBookmark(roomId, messageId, marked);
    this.changed(messageId, marked);
  }
}

/** The page's bookmarks; made for the first caller. */
export function bookmarksOf(store: { readonly api: LazyApi; bookmarks: Bookmarks | null }): Bookmarks {
  return store.bookmarks ??= new Bookmarks(store.api);
}
