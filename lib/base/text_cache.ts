/** Texts by a key, bounded by the memory that they take; the least recently used go first. */
export class TextCache {
  readonly #maxBytes: number;
  readonly #texts = new Map<string, string>();
  #bytes = 0;
  #misses = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get size(): number {
    return this.#texts.size;
  }

  /** At most what keys and texts take: two bytes a UTF-16 code unit, and something for the entry itself. */
  get bytes(): number {
    return this.#bytes;
  }

  /** How often a text was made because it was not there. */
  get misses(): number {
    return this.#misses;
  }

  /** The text under the key; `make` makes it where there is none. Where `make` throws nothing is kept. */
  get(key: string, make: () => string): string {
    const known = this.#texts.get(key);
    if (known !== undefined) {
      this.#texts.delete(key);
      this.#texts.set(key, known);
      return known;
    }
    this.#misses++;
    const text = make();
    this.#keep(key, text);
    return text;
  }

  #keep(key: string, text: string): void {
    const cost = costOf(key, text);
    // One that would push out most of the others is not worth it.
    if (cost > this.#maxBytes / 16) return;
    this.#texts.set(key, text);
    this.#bytes += cost;
    for (const [oldest, its] of this.#texts) {
      if (this.#bytes <= this.#maxBytes) return;
      this.#texts.delete(oldest);
      this.#bytes -= costOf(oldest, its);
    }
  }
}

const ENTRY_BYTES = 100;

function costOf(key: string, text: string): number {
  return 2 * (key.length + text.length) + ENTRY_BYTES;
}
