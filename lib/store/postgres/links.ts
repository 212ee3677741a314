/** A pool of connections, which are opened when they are needed. */
import { Link, type LinkOptions, type Shared } from "./link.ts";

interface Slot {
  link: Link | undefined;
  opening: Promise<Link> | undefined;
  busy: number;
}

export class Links {
  readonly #options: LinkOptions;
  readonly #shared: Shared;
  readonly #slots: Slot[];
  /** How many calls one connection may have in flight. */
  readonly #each: number;
  readonly #waiting: (() => void)[] = [];
  #closed = false;

  constructor(options: LinkOptions, shared: Shared, count: number, each: number) {
    this.#options = options;
    this.#shared = shared;
    this.#each = each;
    this.#slots = Array.from({ length: count }, () => ({ link: undefined, opening: undefined, busy: 0 }));
  }

  /** Rejects with `NotOpened` where no connection could be opened: nothing was sent then. */
  async use<T>(run: (link: Link) => Promise<T>): Promise<T> {
    let slot = this.#free();
    while (slot === undefined) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
      slot = this.#free();
    }
    slot.busy++;
    try {
      const link = await this.#linkOf(slot).catch((error) => {
        throw new NotOpened(error);
      });
      return await run(link);
    } finally {
      slot.busy--;
      this.#waiting.shift()?.();
    }
  }

  close(): void {
    this.#closed = true;
    for (const { link } of this.#slots) link?.close();
  }

  /** An open idle connection; else an idle one that is still to open; else the one with the fewest calls in flight. */
  #free(): Slot | undefined {
    const cost = ({ busy, link }: Slot) => busy * 2 + (link?.isOpen === true ? 0 : 1);
    const best = this.#slots.reduce((a, b) => cost(b) < cost(a) ? b : a);
    return best.busy < this.#each ? best : undefined;
  }

  #linkOf(slot: Slot): Promise<Link> {
    if (this.#closed) return Promise.reject(new Error("the store is closed"));
    if (slot.link?.isOpen === true) return Promise.resolve(slot.link);
    slot.opening ??= this.#open(slot);
    return slot.opening;
  }

  async #open(slot: Slot): Promise<Link> {
    try {
      const link = await Link.open(this.#options, this.#shared);
      if (this.#closed) link.close();
      return slot.link = link;
    } finally {
      slot.opening = undefined;
    }
  }
}

/** No connection could be opened, so the call certainly did not happen. */
export class NotOpened extends Error {
  constructor(override readonly cause: unknown) {
    super("no connection");
  }
}
