/** A draft per room and account, kept in the browser so that it survives a switch and a reload. */

/** So many rooms' drafts are kept; past that, writing one in another room drops one. */
const MOST = 100;

export class Drafts {
  readonly #storage: Storage | null;
  readonly #prefix: string;
  readonly #drafts = new Map<string, string>();

  constructor(userId: string, storage: Storage | null) {
    this.#storage = storage;
    this.#prefix = `parley:draft:${userId}:`;
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

  /** "" removes it. Drafts past the length of any message are cut in the storage only. */
  set(roomId: string, text: string): void {
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
