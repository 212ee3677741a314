/** Where the reader is in a timeline: follows its end, or keeps what they read in its place while rows come and go. */
import { signal } from "@preact/signals";
import type { RoomState } from "../../client/room_state.ts";
import type { ChatStore } from "../../client/store.ts";

/** Within this of the end the reader follows it. */
const FOLLOW_PX = 100;
/** Within this of either edge of what is loaded more is asked for. */
const AHEAD_PX = 800;

export class Scroller {
  /** The reader is away from the end. */
  readonly away = signal(false);
  readonly #state: RoomState;
  readonly #store: ChatStore;
  #box: HTMLElement | null = null;
  #following = true;
  #placed = false;
  #held: boolean;
  /** A message and how far its top was below the box's, at which scroll position. */
  #anchor: { element: HTMLElement; key: string; top: number; scrollTop: number } | null = null;

  /** `held`: the reader is on their way to a message; what shows until then is not read. */
  constructor(state: RoomState, store: ChatStore, held = false) {
    this.#state = state;
    this.#store = store;
    this.#held = held;
  }

  attach(box: HTMLElement | null): () => void {
    this.#box = box;
    if (box === null) return () => {};
    const onScroll = () => this.#scrolled();
    const onVisible = () => this.#read();
    box.addEventListener("scroll", onScroll, { passive: true });
    document.addEventListener("visibilitychange", onVisible);
    const resized = new ResizeObserver(() => this.afterChange());
    resized.observe(box);
    if (box.firstElementChild) resized.observe(box.firstElementChild);
    this.afterChange();
    return () => {
      box.removeEventListener("scroll", onScroll);
      document.removeEventListener("visibilitychange", onVisible);
      resized.disconnect();
      this.#box = null;
    };
  }

  /** Call it while the old rows still stand: a scroll since the last event must not be undone. */
  beforeChange(): void {
    if (this.#box !== null && this.#placed) this.#remember();
  }

  /** Puts the reader back where they were. */
  afterChange(): void {
    const box = this.#box;
    if (box === null || !this.#state.ready.peek()) return;
    if (this.#placed && this.#following && -box.scrollTop < FOLLOW_PX) {
      box.scrollTop = 0;
      // the end needs none; before the next change there will be one
      this.#anchor = null;
    } else {
      if (this.#placed) {
        // they scrolled away and the event that tells of it is still to come
        if (this.#following) this.#setFollowing(false);
        this.#restore(box);
      } else this.#place(box);
      this.#remember();
    }
    this.#more();
    this.#read();
  }

  toLatest(): void {
    this.#setFollowing(true);
    void this.#store.jumpToLatest().then(() => {
      this.#setFollowing(true);
      if (this.#box !== null) this.#box.scrollTop = 0;
    }, () => {});
    if (this.#box !== null) this.#box.scrollTop = 0;
  }

  /** The message that was looked for is not to be had: this is read as usual. */
  release(): void {
    this.#held = false;
    this.#read();
  }

  centre(id: string): void {
    this.#held = false;
    const element = this.#box?.querySelector<HTMLElement>(`[data-id="${CSS.escape(id)}"]`);
    if (!element) return;
    this.#setFollowing(false);
    element.scrollIntoView({ block: "center" });
    element.focus({ preventScroll: true });
    this.#scrolled();
  }

  /** The first sight of a room: its end, or the unread divider a little below the top where that is further up. */
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
    // a scroll that no event has told of yet is not undone; that the box got shorter than where they were is no scroll
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
    if (box === null || !this.#placed) return;
    this.#setFollowing(-box.scrollTop < FOLLOW_PX && !this.#state.hasNewer.peek());
    this.#remember();
    this.#more();
    this.#read();
  }

  #setFollowing(following: boolean): void {
    this.#following = following;
    this.away.value = !following;
    this.#state.setFollowing(following);
  }

  #more(): void {
    const box = this.#box;
    if (box === null || this.#state.loading.peek() !== "") return;
    const below = -box.scrollTop;
    const above = box.scrollHeight - box.clientHeight - below;
    if (above < AHEAD_PX && this.#state.hasMore.peek()) void this.#store.loadOlder().catch(() => {});
    else if (below < AHEAD_PX && this.#state.hasNewer.peek()) void this.#store.loadNewer().catch(() => {});
  }

  /** What is above the lower edge was seen. */
  #read(): void {
    const box = this.#box;
    if (box === null || this.#held || document.visibilityState === "hidden") return;
    if (this.#following && !this.#state.hasNewer.peek()) return this.#store.markRead(this.#state.appliedSeq);
    const bottom = box.getBoundingClientRect().bottom;
    const rows = box.querySelectorAll<HTMLElement>(".message[data-id]");
    const seq = Number.parseInt(rows[firstBelow(rows, bottom + 1) - 1]?.dataset["id"] ?? "");
    if (seq > 0) this.#store.markRead(seq);
  }
}

/** The first row whose end is below a line. They are in order, so it is found by halving. */
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

/** What is read of a row: its author's name goes when an older one of the same group comes to stand above it. */
function textOf(row: HTMLElement): HTMLElement {
  return row.querySelector<HTMLElement>(".prose") ?? row;
}
