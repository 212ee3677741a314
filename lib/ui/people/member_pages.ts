/**
 * The pages of a room's members that the people list has loaded. They are a window of a few pages, so that the list on
 * the page, and what each join makes it read again, stay bounded in a large room.
 */
import { batch, signal } from "@preact/signals";
import type { Member } from "../../protocol/model.ts";

/** The most pages in the window. */
export const MOST_PAGES = 4;

export interface MembersPage {
  members: readonly Member[];
  has_more: boolean;
}

export class MemberPages {
  readonly members = signal<readonly Member[]>([]);
  readonly hasMore = signal(false);
  readonly hasEarlier = signal(false);
  readonly #read: (after: string | undefined) => Promise<MembersPage>;
  /** The cursor of each page that was opened so far, also of those before the window. */
  #starts: (string | undefined)[] = [undefined];
  /** The index of the window's first page. */
  #first = 0;
  #pages: (readonly Member[])[];
  #last: Promise<void> = Promise.resolve();
  #reload: Promise<void> | undefined;

  /** `read` resolves with the page after a cursor; `initial` is the first page. */
  constructor(read: (after: string | undefined) => Promise<MembersPage>, initial: readonly Member[]) {
    this.#read = read;
    this.#pages = [initial];
    this.members.value = initial;
  }

  more(): Promise<void> {
    return this.#inTurn(async () => {
      const start = this.#pages.at(-1)?.at(-1)?.id;
      const { members, has_more } = await this.#read(start);
      this.#starts = [...this.#starts.slice(0, this.#first + this.#pages.length), start];
      this.#pages.push(members);
      if (this.#pages.length > MOST_PAGES) {
        this.#pages.shift();
        this.#first++;
      }
      this.#show(has_more);
    });
  }

  earlier(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#first === 0) return;
      const { members } = await this.#read(this.#starts[this.#first - 1]);
      this.#pages.unshift(members);
      this.#first--;
      const isFull = this.#pages.length > MOST_PAGES;
      if (isFull) this.#pages.pop();
      this.#show(isFull || this.hasMore.peek());
    });
  }

  /** Reads the window's pages again. Several calls that wait become one. */
  reload(): Promise<void> {
    this.#reload ??= this.#inTurn(async () => {
      this.#reload = undefined;
      const count = this.#pages.length;
      const pages: (readonly Member[])[] = [];
      const starts = this.#starts.slice(0, this.#first + 1);
      let more = true;
      while (more && pages.length < count) {
        const page = await this.#read(starts.at(-1));
        pages.push(page.members);
        more = page.has_more && page.members.length > 0;
        starts.push(page.members.at(-1)?.id);
      }
      this.#starts = starts.slice(0, this.#first + pages.length);
      this.#pages = pages;
      this.#show(more);
    });
    return this.#reload;
  }

  #show(hasMore: boolean): void {
    batch(() => {
      this.members.value = this.#pages.flat();
      this.hasMore.value = hasMore;
      this.hasEarlier.value = this.#first > 0;
    });
  }

  /** Runs tasks one after the other: two at once would each start from a state that the other is about to change. */
  #inTurn(run: () => Promise<void>): Promise<void> {
    const turn = this.#last.then(run);
    this.#last = turn.catch(() => {});
    return turn;
  }
}
