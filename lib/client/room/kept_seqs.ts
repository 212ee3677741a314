/** One seq for each room of one account; survives a reload of the tab. */
import { signal } from "@preact/signals";
import * as v from "../decode.ts";
import { integer } from "../connection/schemas.ts";

const list = v.array(v.pair(v.string, integer));
/** The most rooms; beyond it the oldest entry is removed. */
const MOST = 500;

export class KeptSeqs {
  readonly #key: string;
  readonly #session: Storage | null;
  readonly #seqs = signal<ReadonlyMap<string, number>>(new Map());

  constructor(name: string, userId: string, session: Storage | null) {
    this.#key = `parley:${name}:${userId}`;
    this.#session = session;
    try {
      const stored = v.safeParse(list, JSON.parse(session?.getItem(this.#key) ?? "[]"));
      if (stored.success) this.#seqs.value = new Map(stored.output);
    } catch {
      // The storage is forbidden, or holds something else: start with none.
    }
  }

  /** Reads a signal. */
  has(roomId: string): boolean {
    return this.#seqs.value.has(roomId);
  }

  get(roomId: string): number {
    return this.#seqs.peek().get(roomId) ?? 0;
  }

  all(): [roomId: string, seq: number][] {
    return [...this.#seqs.peek()];
  }

  set(roomId: string, seq: number): void {
    const others = this.all().filter(([id]) => id !== roomId);
    this.#put([...others, [roomId, seq]]);
  }

  delete(roomId: string): void {
    if (this.#seqs.peek().has(roomId)) this.#put(this.all().filter(([id]) => id !== roomId));
  }

  clear(): void {
    this.#put([]);
  }

  #put(seqs: [string, number][]): void {
    this.#seqs.value = new Map(seqs.slice(-MOST));
    try {
      if (seqs.length === 0) this.#session?.removeItem(this.#key);
      else this.#session?.setItem(this.#key, JSON.stringify([...this.#seqs.peek()]));
    } catch {
      // The storage is full or forbidden: the value lives as long as the page.
    }
  }
}
