import { BoundedCache } from "./bounded_cache.ts";

/** Texts by a key, bounded by the memory that they take; the least recently used go first. */
export class TextCache {
  readonly #texts: BoundedCache<string>;
  #misses = 0;

  constructor(maxBytes: number) {
    this.#texts = new BoundedCache(maxBytes, costOf);
  }

  get size(): number {
    return this.#texts.size;
  }

  /** At most what keys and texts take: two bytes a UTF-16 code unit, and something for the entry itself. */
  get bytes(): number {
    return this.#texts.bytes;
  }

  /** How often a text was made because it was not there. */
  get misses(): number {
    return this.#misses;
  }

  /** The text under the key; `make` makes it where there is none. Where `make` throws nothing is kept. */
  get(key: string, make: () => string): string {
    const known = this.#texts.find(key);
    if (known !== undefined) return known;
    this.#misses++;
    const text = make();
    this.#texts.keep(key, text);
    return text;
  }
}

const ENTRY_BYTES = 100;

function costOf(key: string, text: string): number {
  return 2 * (key.length + text.length) + ENTRY_BYTES;
}
