/**
 * An account's storage in this browser. After the session was ended on purpose it writes nothing more, even if the reader
 * goes on typing or clicking in the page.
 */
export class AccountStorage implements Storage {
  readonly #storage: Storage;
  #ended = false;
  [name: string]: unknown;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  get length(): number {
    return this.#storage.length;
  }

  /** From now on it only reads and removes. */
  end(): void {
    this.#ended = true;
  }

  /** Whether a storage event is about this storage. */
  isOf(area: Storage | null): boolean {
    return area === this.#storage;
  }

  key(at: number): string | null {
    return this.#storage.key(at);
  }

  getItem(key: string): string | null {
    return this.#storage.getItem(key);
  }

  setItem(key: string, value: string): void {
    if (!this.#ended) this.#storage.setItem(key, value);
  }

  removeItem(key: string): void {
    this.#storage.removeItem(key);
  }

  clear(): void {
    this.#storage.clear();
  }
}
