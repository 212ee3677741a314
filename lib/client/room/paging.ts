/**
 * Decides which end of a room's window to load next. Two ends must not be loaded in turn for ever: an end that was cut
 * off by a load at the other end is loaded again only when the reader scrolls to it.
 */

export type End = "older" | "newer";

export interface PagingView {
  /** Pixels between the visible part and either end of the loaded part. */
  above: number;
  below: number;
  hasMore: boolean;
  hasNewer: boolean;
  firstSeq: number;
  lastSeq: number;
  /** The window has its largest number of entries, though they may fold into few rows. */
  full: boolean;
}

/** Nearer than this to an end, more is loaded. */
const AHEAD_PX = 800;

export class Paging {
  /** An end that is not loaded until the reader scrolls there. */
  readonly #shut = new Set<End>();
  #begun: { end: End; firstSeq: number; lastSeq: number } | null = null;

  /** The end that the reader scrolled towards. */
  went(end: End): void {
    this.#shut.delete(end);
  }

  /** Loading this end failed. */
  failed(end: End): void {
    this.#begun = null;
    this.#shut.add(end);
  }

  /** Allows a load that failed to be tried again. */
  again(): void {
    this.#shut.clear();
  }

  /** The end to load now. Call it only while nothing is loading, and then load what it returns. */
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
