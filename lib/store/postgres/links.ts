/** Some connections, opened when they are needed. */
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
  /** How many calls may be under way on one connection. */
  readonly #each: number;
  readonly #waiting: (() => void)[] = [];
  #closed = false;

  constructor(options: LinkOptions, shared: Shared, count: number, each: number) {
    this.#options = options;
    this.#shared = shared;
    this.#each = each;
    this.#slots = Array.from({ length: count }, () => ({ link: undefined, opening: undefined, busy: 0 }));
  }

  /** Rejects with `NotOpened` where no connection could be had: then nothing was asked. */
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

  /** One that is open and has nothing to do, else another that has nothing to do, else the one with the least. */
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

/** No connection could be had: what was to be done is certainly not done. */
export class NotOpened extends Error {
  constructor(override readonly cause: unknown) {
    super("no connection");
  }
}
