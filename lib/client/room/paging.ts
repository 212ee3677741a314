/** Which end of a room's window is loaded next. Never both in turn: what one load cut off, only the reader asks for again. */

export type End = "older" | "newer";

export interface PagingView {
  /** Pixels between what is shown and either end of what is loaded. */
  above: number;
  below: number;
  hasMore: boolean;
  hasNewer: boolean;
  firstSeq: number;
  lastSeq: number;
  /** The window holds all that it may, though little of it shows. */
  full: boolean;
}

/** Within this of an end more is asked for. */
const AHEAD_PX = 800;

export class Paging {
  /** Not loaded until the reader goes there. */
  readonly #shut = new Set<End>();
  #begun: { end: End; firstSeq: number; lastSeq: number } | null = null;

  /** The reader scrolled towards this end. */
  went(end: End): void {
    this.#shut.delete(end);
  }

  /** It could not be loaded. */
  failed(end: End): void {
    this.#begun = null;
    this.#shut.add(end);
  }

  /** What failed may be had now. */
  again(): void {
    this.#shut.clear();
  }

  /** Call it while nothing is loading; whatever it answers is then loaded. */
  next(view: PagingView): End | null {
    this.#settle(view);
    const end = this.#wanted(view);
    this.#begun = end === null ? null : { end, firstSeq: view.firstSeq, lastSeq: view.lastSeq };
    return end;
  }

  #settle(view: PagingView): void {
    if (this.#begun === null) return;
    const { end, firstSeq, lastSeq } = this.#begun;
    if (end === "older" && view.lastSeq < lastSeq) this.#shut.add("newer");
    if (end === "newer" && view.firstSeq > firstSeq) this.#shut.add("older");
    if (view.full) this.#shut.add(end);
  }

  #wanted({ above, below, hasMore, hasNewer }: PagingView): End | null {
    if (above < AHEAD_PX && hasMore && !this.#shut.has("older")) return "older";
    if (below < AHEAD_PX && hasNewer && !this.#shut.has("newer")) return "newer";
    return null;
  }
}
