/** Which messages I keep at hand; read when it is first asked for, then kept by the user stream. */
import { signal } from "@preact/signals";
import type { LazyApi } from "../connection/page_api.ts";

export class Bookmarks {
  readonly #api: LazyApi;
  /** Message ids; null while they are not known. */
  readonly ids = signal<ReadonlySet<string> | null>(null);
  #loading: Promise<void> | null = null;
  /** What was told while they were being read. */
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
      // in the turn of the answer: nobody waits for a reading that is over
      this.#loading = null;
    }
  }

  /** The connection was away: what is known may be old. */
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

/** Those of the page; begun by the first that asks. */
export function bookmarksOf(store: { readonly api: LazyApi; bookmarks: Bookmarks | null }): Bookmarks {
  return store.bookmarks ??= new Bookmarks(store.api);
}
