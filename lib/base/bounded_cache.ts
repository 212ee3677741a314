/** Values by a key, bounded by the memory that they take; the least recently used go first. */
export class BoundedCache<V> {
  readonly #maxBytes: number;
  readonly #costOf: (key: string, value: V) => number;
  /** The least recently used first. */
  readonly #values = new Map<string, V>();
  #bytes = 0;

  /** `costOf`: the bytes that an entry takes; always the same for the same entry. */
  constructor(maxBytes: number, costOf: (key: string, value: V) => number) {
    this.#maxBytes = maxBytes;
    this.#costOf = costOf;
  }

  get size(): number {
    return this.#values.size;
  }

  /** The sum of what the entries cost. */
  get bytes(): number {
    return this.#bytes;
  }

  find(key: string): V | undefined {
    const value = this.#values.get(key);
    if (value === undefined) return undefined;
    this.#values.delete(key);
    this.#values.set(key, value);
    return value;
  }

  /** Keeps nothing where the key is known, or where the value would push out most of the others. */
  keep(key: string, value: V): void {
    const cost = this.#costOf(key, value);
    if (this.#values.has(key) || cost > this.#maxBytes / 16) return;
    this.#values.set(key, value);
    this.#bytes += cost;
    for (const [oldest, its] of this.#values) {
      if (this.#bytes <= this.#maxBytes) return;
      this.#values.delete(oldest);
      this.#bytes -= this.#costOf(oldest, its);
    }
  }
}
