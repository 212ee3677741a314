/** A draft per room and account, kept in the browser so that it survives a switch and a reload. */

/** So many rooms' drafts are kept; past that, writing one in another room drops one. */
const MOST = 100;

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
    this.#unsaved = `parley:unsaved:${userId}:`;
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
      return this.#keys(this.#unsaved).slice(0, MOST).map((key) => [
        key.slice(this.#unsaved.length),
        Number(this.#storage?.getItem(key)) || 0,
      ]);
    } catch {
      return [];
    }
  }

  /** A key a room: two tabs may write in two rooms. */
  markUnsaved(roomId: string, at: number): void {
    try {
      this.#storage?.setItem(this.#unsaved + roomId, String(at));
    } catch {
      // full or forbidden: it lives as long as the page
    }
  }

  /** The server was told what was written then; not what another tab wrote since. */
  markSaved(roomId: string, at: number): void {
    try {
      const written = Number(this.#storage?.getItem(this.#unsaved + roomId));
      if (written <= at) this.#storage?.removeItem(this.#unsaved + roomId);
    } catch {
      // forbidden: then there is nothing
    }
  }

  /** Written elsewhere, or here. */
  adopt(roomId: string, text: string): void {
    this.#drafts.set(roomId, text);
    try {
      if (text === "") this.#storage?.removeItem(this.#prefix + roomId);
      else {
        const kept = this.#keys(this.#prefix).filter((key) => key !== this.#prefix + roomId);
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
      for (const key of [...this.#keys(this.#prefix), ...this.#keys(this.#unsaved)]) this.#storage?.removeItem(key);
    } catch {
      // forbidden: then there are none
    }
  }

  #keys(prefix: string): string[] {
    const storage = this.#storage;
    if (storage === null) return [];
    return Array.from({ length: storage.length }, (_, i) => storage.key(i) ?? "")
      .filter((key) => key.startsWith(prefix));
  }
}
