/**
 * One try of the append queue: the entries it has read, and over them the writes of its batch. A rule reads what the
 * commands before it in the batch have written.
 */
import type { ChangeRecord, HeadRecord, ItemRecord, MessageItem, RoomRecord } from "../protocol/model.ts";
import { type Key, keys } from "../store/keys.ts";
import type { Put, Write } from "../store/kv.ts";

/** One event of a batch, in the order of its seq. */
export interface Appended {
  record: ItemRecord | ChangeRecord;
  /** The message that was changed (edited, deleted, reacted to), as it is after the change. */
  target?: MessageItem;
  /** head.messages after it. */
  messages: number;
  /** The id of the event before it, where that is known. */
  after?: string;
}

export class Draft {
  readonly roomId: string;
  #room: RoomRecord;
  /** The room's head; it advances with each event of the batch. */
  readonly head: HeadRecord;
  /** The present time, by which rules decide about mutes and edit windows. */
  readonly now: number;
  /**
   * The time of this batch's events. It never goes back within a room, even where the machine's clock does (clock
   * skew).
   */
  readonly at: number;
  readonly events: Appended[] = [];
  readonly #known: Map<string, unknown>;
  readonly #sets = new Map<string, Put>();
  readonly #deletes = new Map<string, Deno.KvKey>();
  /** Keys that the commit checks beside the head: they may change while the head does not. */
  readonly checked = new Set<string>();
  /** One of them may be written for another room too. */
  checksOthers = false;

  constructor(room: RoomRecord, head: HeadRecord, now: number, known: Map<string, unknown>) {
    this.roomId = room.id;
    this.#room = room;
    this.head = { ...head };
    this.now = now;
    this.at = Math.max(now, head.at);
    this.#known = known;
  }

  get room(): RoomRecord {
    return this.#room;
  }

  setRoom(room: RoomRecord): void {
    this.#room = room;
    this.set(keys.room(room.id), room);
  }

  /**
   * The value as the batch has left it so far. The rule must have named the key in `needs` or `follows`. Otherwise this
   * throws, and nothing of the batch is written, because the rule may have made some of its writes.
   */
  get<T>(key: Key<T>): T | null {
    const name = keyName(key);
    const own = this.#sets.get(name);
    if (own !== undefined) return own[1] as T;
    if (this.#deletes.has(name)) return null;
    if (!this.#known.has(name)) throw new Error(`a rule asked for ${name}, which the append had not read`);
    return this.#known.get(name) as T | null;
  }

  /** As `get`; in addition, the commit fails where the key was changed meanwhile. `isOwn`: the key is this room's alone. */
  getChecked<T>(key: Key<T>, { isOwn = false } = {}): T | null {
    this.checked.add(keyName(key));
    this.checksOthers ||= !isOwn;
    return this.get(key);
  }

  set<T>(key: Key<T>, value: T): void {
    const name = keyName(key);
    this.#deletes.delete(name);
    this.#sets.set(name, [key, value]);
  }

  /** As `set`, for a Put that other code has made. */
  put([key, value]: Put): void {
    this.set<unknown>(key, value);
  }

  delete(key: Deno.KvKey): void {
    const name = keyName(key);
    this.#sets.delete(name);
    this.#deletes.set(name, key);
  }

  get writes(): Write {
    return { set: [...this.#sets.values()], delete: [...this.#deletes.values()] };
  }

  get changed(): boolean {
    return this.#sets.size > 0 || this.#deletes.size > 0;
  }
}

export function keyName(key: Deno.KvKey): string {
  return key.join("\0");
}

/** The head of a room that has no events yet. */
export function emptyHead(at: number): HeadRecord {
  return { seq: 0, id: "", floor: 0, messages: 0, members: 0, owners: 0, at };
}
