/** A draft per room and account, kept in the browser so that it survives a switch and a reload. */

import * as v from "valibot";

/** So many rooms' drafts are kept; past that, writing one in another room drops one. */
const MOST = 100;
const unsavedList = v.array(v.tuple([v.string(), v.pipe(v.number(), v.safeInteger())]));

export class Drafts {
  readonly #storage: Storage | null;
  readonly #prefix: string;
  readonly #unsaved: string;
  readonly #drafts = new Map<string, string>();
  /** Called when the reader changed one. */
  onEdited: (roomId: string) => void = () => {};

  constructor(userId: string, storage: Storage | null) {
    this.#storage = storage;
    this.#prefix = `parley:draft:${userId}:`;
    this.#unsaved = `parley:unsaved:${userId}`;
  }

  get(roomId: string): string {
    const known = this.#drafts.get(roomId);
    if (known !== undefined) return known;
    try {
      return this.#storage?.getItem(this.#prefix + roomId) ?? "";
    } catch {
      return "";
    }
  }

  /** The reader wrote it. "" removes it. Drafts past the length of any message are cut in the storage only. */
  set(roomId: string, text: string): void {
    if (this.get(roomId) === text) return;
    this.adopt(roomId, text);
    this.onEdited(roomId);
  }

  /** Which of them the server has not been told, since when. */
  unsaved(): [roomId: string, at: number][] {
    try {
      const stored = v.safeParse(unsavedList, JSON.parse(this.#storage?.getItem(this.#unsaved) ?? "[]"));
      return stored.success ? stored.output : [];
    } catch {
      return [];
    }
  }

  markUnsaved(rooms: ReadonlyMap<string, number>): void {
    try {
      if (rooms.size === 0) this.#storage?.removeItem(this.#unsaved);
      else this.#storage?.setItem(this.#unsaved, JSON.stringify([...rooms]));
    } catch {
      // full or forbidden: it lives as long as the page
    }
  }

  /** Written elsewhere, or here. */
  adopt(roomId: string, text: string): void {
    this.#drafts.set(roomId, text);
    try {
      if (text === "") this.#storage?.removeItem(this.#prefix + roomId);
      else {
        const kept = this.#keys().filter((key) => key !== this.#prefix + roomId);
        for (const key of kept.slice(MOST - 1)) this.#storage?.removeItem(key);
        this.#storage?.setItem(this.#prefix + roomId, text.slice(0, 20_000));
      }
    } catch {
      // full or forbidden: it lives as long as the page
    }
  }

  /** For sign-out. */
  clear(): void {
    this.#drafts.clear();
    try {
      this.#storage?.removeItem(this.#unsaved);
      for (const key of this.#keys()) this.#storage?.removeItem(key);
    } catch {
      // forbidden: then there are none
    }
  }

  #keys(): string[] {
    const storage = this.#storage;
    if (storage === null) return [];
    return Array.from({ length: storage.length }, (_, i) => storage.key(i) ?? "")
      .filter((key) => key.startsWith(this.#prefix));
  }
}
