/**
 * What many sockets ask for in the same moment is read and encoded once: the snapshot of a room at its last event, and
 * the replay from one cursor. The name of each says all that it depends on, so that what was kept is never older than
 * what a reading now would give: an event that was delivered, a floor that was raised or a profile that changed makes
 * another name. Membership, and what is a reader's own, is read for each of them afterwards.
 */
import type { EncodedEvent } from "../../bus/bus.ts";
import type { Chat } from "../../chat/chat.ts";
import { readEvents, readPage } from "../../chat/messages/feed.ts";
import { framesOf } from "../outgoing.ts";
import type { EncodedPage, HubContext, SharedReplay } from "../hub_context.ts";
import type { LocalRoom } from "../local.ts";

const SNAPSHOT_ITEMS = 50;
const REPLAY_EVENTS = 100;
const KEEP_MS = 5_000;
/** All that is kept; in UTF-16 code units. */
const MAX_LENGTH = 4 * 1024 * 1024;

/** Events that follow a cursor. */
export class Replay implements SharedReplay {
  readonly events: EncodedEvent[];
  readonly isRead: boolean;
  readonly length: number;
  #frames: string[] | undefined;
  #count = 0;

  constructor(events: EncodedEvent[], isRead: boolean) {
    this.events = events;
    this.isRead = isRead;
    this.length = events.reduce((sum, { line }) => sum + line.length, 0);
  }

  frames(count: number): string[] {
    if (this.#frames === undefined || this.#count !== count) {
      this.#frames = framesOf(this.events, 0, count);
      this.#count = count;
    }
    return this.#frames;
  }
}

interface Kept {
  reading: Promise<EncodedPage | Replay>;
  at: number;
  /** 0 while it is being read. */
  length: number;
}

export class SharedReads {
  readonly #hub: HubContext;
  /** The oldest first. */
  readonly #kept = new Map<string, Kept>();
  readonly #cancel: () => void;
  #length = 0;

  constructor(hub: HubContext) {
    this.#hub = hub;
    this.#cancel = hub.chat.clock.every(KEEP_MS, () => this.#sweep());
  }

  close(): void {
    this.#cancel();
    this.#kept.clear();
  }

  /** The newest items of a room up to its last event. Call when `follower.open` has just returned. */
  page(room: LocalRoom, chat: Chat): Promise<EncodedPage> {
    const { id, lastSeq: upTo, lastId, floor } = room;
    const read = async (): Promise<EncodedPage> => {
      const { reacted, events, has_more } = await readPage(chat, id, { upTo, floor, limit: SNAPSHOT_ITEMS });
      const cursor = `${chat.epoch}:${lastId}`;
      const fields = JSON.stringify({ type: "snapshot", room_id: id, cursor, events, has_more }).slice(1, -1);
      return { fields, reacted: reacted.map(({ seq, id }) => ({ seq, id })), length: fields.length };
    };
    return this.#once(`page ${this.#state(room)} ${upTo} ${lastId} ${floor}`, read);
  }

  /** Events after `after`, which is before the room's last event. */
  replay(room: LocalRoom, after: number): Promise<Replay> {
    const last = Math.min(room.lastSeq, after + REPLAY_EVENTS);
    return this.#once(`replay ${this.#state(room)} ${after} ${last}`, async () => {
      const known = room.tail.after(after, REPLAY_EVENTS);
      if (known !== undefined) return new Replay(known, false);
      return new Replay(await readEvents(this.#hub.chat, room.id, after, last, REPLAY_EVENTS), true);
    });
  }

  #state(room: LocalRoom): string {
    return `${room.id} ${room.rewrites} ${this.#hub.profiles.version}`;
  }

  async #once<T extends EncodedPage | Replay>(name: string, read: () => Promise<T>): Promise<T> {
    const known = this.#find<T>(name);
    if (known === undefined) return await this.#start(name, read);
    try {
      return await known;
    } catch {
      // one failure is not everybody's: those who shared it share one more try
      return await (this.#find<T>(name) ?? this.#start(name, read));
    }
  }

  #find<T>(name: string): Promise<T> | undefined {
    const known = this.#kept.get(name);
    if (known === undefined || this.#hub.chat.clock.elapsed() - known.at >= KEEP_MS) return undefined;
    // the name begins with the kind
    return known.reading as Promise<T>;
  }

  #start<T extends EncodedPage | Replay>(name: string, read: () => Promise<T>): Promise<T> {
    this.#forget(name);
    const reading = read();
    const kept: Kept = { reading, at: this.#hub.chat.clock.elapsed(), length: 0 };
    this.#kept.set(name, kept);
    reading.then(({ length }) => {
      if (this.#kept.get(name) !== kept) return;
      kept.length = length;
      this.#length += length;
      for (const [oldest] of this.#kept) {
        if (this.#length <= MAX_LENGTH) break;
        this.#forget(oldest);
      }
    }, () => {
      if (this.#kept.get(name) === kept) this.#forget(name);
    });
    return reading;
  }

  #forget(name: string): void {
    this.#length -= this.#kept.get(name)?.length ?? 0;
    this.#kept.delete(name);
  }

  #sweep(): void {
    const now = this.#hub.chat.clock.elapsed();
    for (const [name, { at }] of this.#kept) if (now - at >= KEEP_MS) this.#forget(name);
  }
}
