/**
 * The scroll position of a timeline: follows the end, or keeps the rows that are being read in place while others come
 * and go.
 */
import { signal } from "@preact/signals";
import { Paging } from "../../client/room/paging.ts";
import type { ReadonlySignal } from "@preact/signals";
import type { RoomSession } from "../../client/room/room_session.ts";
import type { RoomState } from "../../client/room/room_state.ts";
import type { Sight } from "../../client/room/sight.ts";

/** Nearer than this to the end, the timeline follows it. */
const FOLLOW_PX = 100;

/** What the scroller needs of the page. */
export interface ScrolledPage {
  sight: Sight;
  connectionState: ReadonlySignal<string>;
}

export class Scroller {
  /** Whether the reader is away from the end. */
  readonly away = signal(false);
  readonly #session: RoomSession;
  readonly #state: RoomState;
  readonly #page: ScrolledPage;
  readonly #paging = new Paging();
  #box: HTMLElement | null = null;
  #following = true;
  #placed = false;
  /** Whether the box has no height: on a phone the list of rooms is shown instead. */
  #hidden = false;
  #jumping: boolean;
  /** The last scroll position that was set here or reported by an event. */
  #at = 0;
  /** The anchor: a message, the distance of its top from the box's top, and the scroll position at that time. */
  #anchor: { element: HTMLElement; key: string; top: number; scrollTop: number } | null = null;

  /** `jumping`: the timeline is on its way to a message; rows that show until then do not count as read. */
  constructor(session: RoomSession, page: ScrolledPage, jumping = false) {
    this.#session = session;
    this.#state = session.state;
    this.#page = page;
    this.#jumping = jumping;
  }

  attach(box: HTMLElement | null): () => void {
    this.#box = box;
    if (box === null) return () => {};
    const onScroll = () => this.#scrolled();
    box.addEventListener("scroll", onScroll, { passive: true });
    const resized = new ResizeObserver(() => this.afterChange());
    resized.observe(box);
    if (box.firstElementChild) resized.observe(box.firstElementChild);
    this.afterChange();
    const stopPage = this.#page.sight.page.subscribe((visible) => visible && this.afterChange());
    const stopOpen = this.#page.connectionState.subscribe((state) => {
      if (state !== "open") return;
      this.#paging.again();
      this.#more();
    });
    return () => {
      box.removeEventListener("scroll", onScroll);
      stopPage();
      stopOpen();
      resized.disconnect();
      this.#box = null;
      this.#page.sight.hide(this.#state.id);
    };
  }

  /** Call it before the rows change: a scroll since the last event must not be undone. */
  beforeChange(): void {
    if (this.#box !== null && this.#placed && !this.#hidden) this.#remember();
  }

  /** Restores the reader's position. */
  afterChange(): void {
    const box = this.#box;
    if (box === null || !this.#state.ready.peek()) return;
    if (box.clientHeight === 0) return this.#hide();
    if (this.#hidden) this.#unhide(box);
    if (this.#placed && this.#following && -box.scrollTop < FOLLOW_PX) {
      box.scrollTop = 0;
      // The end needs no anchor; there will be one before the next change.
      this.#anchor = null;
    } else {
      if (this.#placed) {
        // The reader scrolled away, and its event is still to come.
        if (this.#following) this.#setFollowing(false);
        this.#restore(box);
      } else this.#place(box);
      this.#remember();
    }
    this.#at = box.scrollTop;
    this.#read();
    this.#more();
  }

  #hide(): void {
    this.#hidden = true;
    this.#page.sight.hide(this.#state.id);
  }

  /** The room is shown again: a reader who followed the end sees the newest rows, others their old position. */
  #unhide(box: HTMLElement): void {
    this.#hidden = false;
    if (this.#following) this.#placed = false;
    // A box without height loses its scroll position.
    if (this.#anchor !== null) this.#anchor.scrollTop = box.scrollTop;
  }

  toLatest(): void {
    this.#jumping = false;
    this.#setFollowing(true);
    void this.#session.jumpToLatest().then((arrived) => {
      if (!arrived) return;
      this.#setFollowing(true);
      if (this.#box !== null) this.#box.scrollTop = 0;
    }, () => {});
    if (this.#box !== null) this.#box.scrollTop = 0;
  }

  /** The message of the jump cannot be loaded: rows count as read again. */
  release(): void {
    this.#jumping = false;
    this.#read();
  }

  centre(id: string): void {
    this.#jumping = false;
    const element = this.#box?.querySelector<HTMLElement>(`[data-id="${CSS.escape(id)}"]`);
    if (!element) return;
    this.#setFollowing(false);
    element.scrollIntoView({ block: "center" });
    element.focus({ preventScroll: true });
    this.#scrolled();
  }

  /**
   * The first position in a room: its end, or, if the unread divider is further up, the divider a little below the top.
   */
  #place(box: HTMLElement): void {
    this.#placed = true;
    box.scrollTop = 0;
    const divider = box.querySelector(".unread");
    if (divider === null) return;
    const above = box.getBoundingClientRect().top + 72 - divider.getBoundingClientRect().top;
    if (above > 0) {
      box.scrollTop = -above;
      this.#setFollowing(-box.scrollTop < FOLLOW_PX);
    }
  }

  #restore(box: HTMLElement): void {
    if (this.#anchor === null) return;
    let { element } = this.#anchor;
    if (!element.isConnected) {
      const again = box.querySelector<HTMLElement>(`[data-key="${CSS.escape(this.#anchor.key)}"]`);
      if (again === null) return;
      element = textOf(again);
    }
    // A scroll whose event is still to come is not undone. But if the content got shorter than the old position, that
    // was no scroll.
    const scrolled = box.scrollTop - this.#anchor.scrollTop;
    const cut = box.scrollTop - 1 <= box.clientHeight - box.scrollHeight;
    const expected = this.#anchor.top - (cut ? Math.min(scrolled, 0) : scrolled);
    const moved = element.getBoundingClientRect().top - box.getBoundingClientRect().top - expected;
    if (Math.abs(moved) >= 0.5) box.scrollTop += moved;
  }

  #remember(): void {
    const box = this.#box;
    if (box === null) return;
    const top = box.getBoundingClientRect().top;
    const rows = box.querySelectorAll<HTMLElement>(".message");
    const row = rows[firstBelow(rows, top)];
    if (row === undefined) return void (this.#anchor = null);
    const element = textOf(row);
    this.#anchor = {
      element,
      key: row.dataset["key"] ?? "",
      top: element.getBoundingClientRect().top - top,
      scrollTop: box.scrollTop,
    };
  }

  #scrolled(): void {
    const box = this.#box;
    if (box === null || !this.#placed || box.clientHeight === 0) return;
    if (box.scrollTop !== this.#at) this.#paging.went(box.scrollTop < this.#at ? "older" : "newer");
    this.#at = box.scrollTop;
    this.#setFollowing(-box.scrollTop < FOLLOW_PX && !this.#state.hasNewer.peek());
    this.#remember();
    this.#read();
    this.#more();
  }

  #setFollowing(following: boolean): void {
    this.#following = following;
    this.away.value = !following;
    this.#state.setFollowing(following);
  }

  #more(): void {
    const box = this.#box;
    const state = this.#state;
    if (box === null || this.#hidden || state.pages.loading.peek() !== "" || !this.#page.sight.isSeen(state.id)) return;
    const below = -box.scrollTop;
    const end = this.#paging.next({
      below,
      above: box.scrollHeight - box.clientHeight - below,
      hasMore: state.hasMore.peek(),
      hasNewer: state.hasNewer.peek(),
      firstSeq: state.firstShownSeq,
      lastSeq: state.lastShownSeq,
      full: state.isFull,
    });
    if (end === null) return;
    const loading = end === "older" ? this.#session.loadOlder() : this.#session.loadNewer();
    loading.catch(() => this.#paging.failed(end));
  }

  /** Rows above the lower edge count as seen. */
  #read(): void {
    const box = this.#box;
    const { id, hasNewer, appliedSeq } = this.#state;
    if (box === null || !this.#placed || this.#hidden) return;
    const end = this.#following && !hasNewer.peek();
    this.#page.sight.show(id, end && !this.#jumping);
    if (this.#jumping) return;
    if (end) return this.#session.markRead(appliedSeq);
    const bottom = box.getBoundingClientRect().bottom;
    const rows = box.querySelectorAll<HTMLElement>(".message[data-id]");
    const seq = Number.parseInt(rows[firstBelow(rows, bottom + 1) - 1]?.dataset["id"] ?? "");
    if (seq > 0) this.#session.markRead(seq);
  }
}

/** The first row whose end is below a line. Rows are in order, so this is a binary search. */
function firstBelow(rows: NodeListOf<HTMLElement>, line: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rows[middle]?.getBoundingClientRect().bottom ?? 0) > line) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * The part of a row to hold in place: its text. The author's name above it disappears when an older row of the same
 * group is added above.
 */
function textOf(row: HTMLElement): HTMLElement {
  return row.querySelector<HTMLElement>(".prose") ?? row;
}
