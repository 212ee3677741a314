/** Loads pages of history into a room's window, while live events go on arriving. */
import { batch, signal } from "@preact/signals";
import type { RoomEvent } from "../../protocol/model.ts";
import type { Page } from "../connection/schemas.ts";
import type { RoomWindow } from "./room_window.ts";

/**
 * The most live events kept while a page loads. Beyond it there is a gap after the page, which the next page closes.
 */
const MEANWHILE = 2_000;

/** `overtaken`: a later jump replaced it; `reset`: a snapshot replaced it. */
export type Jumped = "arrived" | "overtaken" | "reset";

export interface LiveLog {
  /** Applies the events that wait for the next frame. */
  flush(): void;
  /** Applies a later event to the entry that it changes, if that is in the window. */
  change(event: RoomEvent): void;
}

/** A page that is being loaded, and the live events that arrived meanwhile. */
interface Load {
  meanwhile: RoomEvent[];
}

export class RoomPages {
  readonly #window: RoomWindow;
  readonly #log: LiveLog;
  readonly loading = signal<"" | "older" | "newer" | "jump">("");
  /** The page that is being loaded. A page that a later one replaced is dropped when it arrives. */
  #load: Load | null = null;
  #jumps = 0;

  constructor(window: RoomWindow, log: LiveLog) {
    this.#window = window;
    this.#log = log;
  }

  /** A live event was applied. */
  applied(event: RoomEvent): void {
    if (this.#load !== null && this.#load.meanwhile.push(event) > MEANWHILE) this.#load.meanwhile.shift();
  }

  /** A snapshot replaces the window: the page that is being loaded will be dropped. */
  drop(): void {
    this.#load = null;
    this.loading.value = "";
  }

  /** Loads the page before the window. */
  async older(fetchPage: () => Promise<Page>): Promise<void> {
    if (!this.#window.hasMore.peek() || this.loading.peek() !== "") return;
    await this.#loading("older", fetchPage, (page) => {
      this.#window.prepend(page.events, page.mine);
      this.#window.hasMore.value = page.has_more;
      this.#window.trim("newest");
    });
  }

  /** Loads the page after the window. */
  async newer(fetchPage: () => Promise<Page>): Promise<void> {
    if (!this.#window.hasNewer.peek() || this.loading.peek() !== "") return;
    await this.#loading("newer", fetchPage, (page, meanwhile) => {
      this.#window.append(page.events, page.mine);
      this.#reachedEnd(!page.has_more, meanwhile);
      this.#window.trim("oldest");
    });
  }

  /** Replaces the window: by the newest page, or by one around a seq. */
  async jump(fetchPage: () => Promise<Page & { has_newer: boolean }>): Promise<Jumped> {
    const jump = ++this.#jumps;
    const done = await this.#loading("jump", fetchPage, (page, meanwhile) => {
      this.#window.set(page.events, page.mine, false);
      this.#window.hasMore.value = page.has_more;
      this.#reachedEnd(!page.has_newer, meanwhile);
    });
    return done ? "arrived" : jump === this.#jumps ? "reset" : "overtaken";
  }

  /** Whether the page was added to the window. */
  async #loading<P>(
    what: "older" | "newer" | "jump",
    fetchPage: () => Promise<P>,
    merge: (page: P, meanwhile: RoomEvent[]) => void,
  ): Promise<boolean> {
    this.#log.flush();
    const load: Load = this.#load = { meanwhile: [] };
    this.loading.value = what;
    try {
      const page = await fetchPage();
      if (this.#load !== load) return false;
      this.#log.flush();
      batch(() => {
        merge(page, load.meanwhile);
        // Changes between the server's read of the page and its arrival here.
        for (const event of load.meanwhile) this.#log.change(event);
        this.#window.publish();
      });
      return true;
    } finally {
      if (this.#load === load) this.drop();
    }
  }

  /** This was the newest page: the live events that arrived meanwhile follow it, unless there were too many to keep. */
  #reachedEnd(last: boolean, meanwhile: RoomEvent[]): void {
    const reached = last && meanwhile.length < MEANWHILE;
    this.#window.hasNewer.value = !reached;
    if (reached) this.#window.append(meanwhile, {});
  }
}
