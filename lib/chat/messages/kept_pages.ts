/**
 * Pages of history that were read a while ago, within a bound of memory. A page is kept for one state of its room's log:
 * every change of a message is an event, so while the room's last event is the same, nothing in the page has changed.
 * Nobody has to be told of a change: a reader reads the room's head first, and another state has other keys.
 */
import { BoundedCache } from "../../base/bounded_cache.ts";
import { keepJson } from "../../base/kept_json.ts";
import type { HeadRecord, ItemRecord, RoomEvent, User } from "../../protocol/model.ts";

export interface ItemsPage {
  readonly items: ItemRecord[];
  /** Where the next page begins; undefined: there is none. */
  readonly next: number | undefined;
}

interface Shown {
  people: readonly (User | undefined)[];
  events: RoomEvent[];
}

const MAX_BYTES = 16 * 1024 * 1024;
/** What an item, its event and the event's JSON take in memory, besides texts. */
const ITEM_BYTES = 2_000;

export class KeptPages {
  readonly #pages: BoundedCache<ItemsPage>;
  /** The events of a page's items, with the names that people had. */
  readonly #shown = new WeakMap<readonly ItemRecord[], Shown>();

  constructor(maxBytes = MAX_BYTES) {
    this.#pages = new BoundedCache(maxBytes, costOf);
  }

  /** An upper bound for most texts. */
  get bytes(): number {
    return this.#pages.bytes;
  }

  find(key: string): ItemsPage | undefined {
    return this.#pages.find(key);
  }

  /** Only for a page that was read while the room's head was the one of its key, before and after. */
  keep(key: string, page: ItemsPage): void {
    this.#pages.keep(key, page);
  }

  /** The events of these items: the same array, and the same JSON, while nobody in it has another name or picture. */
  eventsOf(items: readonly ItemRecord[], people: readonly (User | undefined)[], make: () => RoomEvent[]): RoomEvent[] {
    const known = this.#shown.get(items);
    // the directory returns the same object until the profile changes
    if (known?.people.length === people.length && known.people.every((user, at) => user === people[at])) {
      return known.events;
    }
    const events = keepJson(make());
    this.#shown.set(items, { people, events });
    return events;
  }
}

/** The key of a page: the room's state, and which items are asked for. */
export function pageKey(
  roomId: string,
  { id, floor }: Pick<HeadRecord, "id" | "floor">,
  query: { before?: number; after?: number; limit: number; messagesOnly: boolean },
): string {
  return JSON.stringify([roomId, id, floor, query.before, query.after, query.limit, query.messagesOnly]);
}

function costOf(_: string, { items }: ItemsPage): number {
  return items.reduce((sum, item) => sum + ITEM_BYTES + (item.kind === "message" ? 4 * item.content.length : 0), 0);
}
