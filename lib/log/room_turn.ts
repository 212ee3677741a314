/**
 * Whose turn it is to append to a room, where several processes append to the rooms of one store.
 *
 * All of them check the room's head, so of two commits at once one is lost and begins again. The process that won still
 * knows the head and needs fewer round trips than the one that lost, so without more it wins for as long as it has
 * something to append (starvation). So whoever has lost says so in the store, in one record a room:
 *
 * | state  | what a process does                                                  | leads to                                 |
 * | ------ | -------------------------------------------------------------------- | ---------------------------------------- |
 * | free   | it appends. A batch that soon follows its last one reads the record  | waiting: it lost races, or has read that |
 * |        | with its other keys                                                  | it is another's turn                     |
 * | waiting| it takes the record, or puts itself at the end of its list, and      | holding                                  |
 * |        | reads it again until it is its turn                                  |                                          |
 * | holding| it appends alone for a slice of time, so that it knows the head and  | waiting, if it has more; free            |
 * |        | commits as fast as a single process; the commit that ends the slice  |                                          |
 * |        | also gives the turn to the next of the list, or removes the record   |                                          |
 *
 * The record is advice. What keeps the order is the check of the head in every commit (D2), so nothing goes wrong where
 * two processes think that it is their turn, where one does not look, or where an older version knows no turns. A
 * process that ended in its turn leaves a record that does not change any more: after a while, by one's own clock, the
 * next one takes it. No lock and no transaction of the store is held meanwhile.
 */
import type { Clock } from "../base/clock.ts";
import { keys, type Turn } from "../store/keys.ts";
import type { Entry, Kv, Write } from "../store/kv.ts";
import { put } from "../store/kv.ts";

/** How long a process may append before it gives the turn to another one that waits. */
const SLICE_MS = 100;
/** A turn is over once its record stands unchanged for so long; each place in the list adds some. */
const OVER_MS = 600;
const OVER_EACH_MS = 100;
/** The first of the list reads the record at each poll, the second at every other one, and so on up to this. */
const MOST_POLLS = 12;
/** In a room to which it appended so short a time ago, a process reads the record with the other keys of a batch. */
const BUSY_MS = 1_000;
/** A queue has appended by then, or has given up. */
const BEGUN_MS = 15_000;
/** How long a process reads the record before it appends, after it last met another one in the room. */
const CONTENDED_MS = 2_000;
/** Whoever has waited for so long appends without a turn. */
const MAX_WAIT_MS = 10_000;

export interface RoomTurnOptions {
  kv: Kv;
  clock: Clock;
  /** This process's name, of all that use the store. */
  name: string;
  roomId: string;
  /** Resolves when the record is to be read again. */
  poll(): Promise<void>;
}

interface Held {
  since: number;
  turn: Turn;
  versionstamp: string;
  /** The slice is over, and the record was read since: the next commit passes the turn on. */
  isEnding: boolean;
}

export class RoomTurn {
  readonly roomId: string;
  readonly #options: RoomTurnOptions;
  /** The record as it was read, or written, last, while it is this process's turn. */
  #held: Held | undefined;
  #contendedUntil = -Infinity;
  #busyUntil = -Infinity;
  #isLooking = false;
  #isOthers = false;
  #begunUntil = -Infinity;

  constructor(options: RoomTurnOptions) {
    this.#options = options;
    this.roomId = options.roomId;
  }

  get isHeld(): boolean {
    return this.#held !== undefined;
  }

  /** Whether another process appended to the room not long ago. */
  get isContended(): boolean {
    return this.#options.clock.elapsed() < this.#contendedUntil;
  }

  get isSliceOver(): boolean {
    return this.#held !== undefined && this.#options.clock.elapsed() - this.#held.since >= SLICE_MS;
  }

  /** The batch's commit has to pass the turn on. */
  get isEnding(): boolean {
    return this.#held?.isEnding === true;
  }

  /** Whether a try reads the record: in a busy room, but in one's own turn only at its end, or after something went wrong. */
  isWanted(knowsHead: boolean): boolean {
    return this.#held === undefined ? this.#isBusy : this.isSliceOver || !knowsHead;
  }

  get #isBusy(): boolean {
    return this.#options.clock.elapsed() < this.#busyUntil;
  }

  /** Whether there is something to remember of the room. */
  get isRecent(): boolean {
    return this.isHeld || this.isContended || this.#isBusy || this.#options.clock.elapsed() < this.#begunUntil;
  }

  /** A queue of the room begins: its first commit will make the room busy. */
  begun(): void {
    this.#begunUntil = this.#options.clock.elapsed() + BEGUN_MS;
  }

  /** A commit of this process was done. */
  appended(): void {
    this.#busyUntil = this.#options.clock.elapsed() + BUSY_MS;
  }

  /** Waits while it is another process's turn. Reads nothing where none was met of late. */
  async enter(): Promise<void> {
    if (!this.isHeld && (this.isContended || this.#isOthers)) await this.#wait(false);
  }

  /**
   * After a lost race. Where it is not the first one of late, or not its batch's first (`again`: a slow store's losses are
   * rare), this process asks for its turn, and waits for it. Resolves with false where the next try may follow at once.
   */
  async lost(again: boolean): Promise<boolean> {
    const asks = (this.isContended || again) && !this.isHeld;
    this.#meet();
    if (asks) await this.#wait(true);
    return asks;
  }

  /** A commit beside another process's would be lost: the record has to be read before it. */
  get mustReadFirst(): boolean {
    return this.isHeld || this.isContended;
  }

  /** A look at the record has shown another process's turn. */
  get isOthers(): boolean {
    return this.#isOthers;
  }

  /** Reads the record beside a commit that needs no other read: the next batch goes by it. */
  look(): void {
    if (!this.#isLooking) void this.#look();
  }

  async #look(): Promise<void> {
    this.#isLooking = true;
    try {
      const entry = await this.#options.kv.get(keys.turn(this.roomId));
      if (this.isHeld) return;
      this.#isOthers = !this.heard(entry);
      // it came after this process had given up its wait: perhaps nothing is left to be appended
      await this.release();
    } catch {
      /* the commit beside it fails as well, and says so */
    } finally {
      this.#isLooking = false;
    }
  }

  /** Takes what was read of the record. Returns false where it is another process's turn. */
  heard({ value, versionstamp }: Entry<Turn>): boolean {
    if (value === null || versionstamp === null) {
      this.#held = undefined;
      return true;
    }
    this.#meet();
    if (value.by === this.#options.name) {
      const since = this.#held?.since ?? this.#options.clock.elapsed();
      this.#held = { since, turn: value, versionstamp, isEnding: this.isSliceOver };
      return true;
    }
    this.#held = undefined;
    return false;
  }

  /**
   * What a commit writes further, to end the turn with it. Blind: who came to the list meanwhile notices that it is not
   * in it. `hasMore`: this process will want its turn again.
   */
  passOn(hasMore: boolean): Pick<Write, "set" | "delete"> {
    return this.#held === undefined ? {} : this.#passOn(this.#held.turn, hasMore);
  }

  /** The commit that passed the turn on was done. */
  ended(): void {
    this.#held = undefined;
  }

  /** Ends the turn, where nothing is to be appended any more. */
  async release(): Promise<void> {
    const { kv, name, roomId } = this.#options;
    const key = keys.turn(roomId);
    let held: Pick<Held, "turn" | "versionstamp"> | undefined = this.#held;
    this.#held = undefined;
    while (held !== undefined) {
      const checks = [{ key, versionstamp: held.versionstamp }];
      if (await kv.commit({ checks, ...this.#passOn(held.turn, false) }) !== null) return;
      const { value, versionstamp } = await kv.get(key);
      held = value?.by === name && versionstamp !== null ? { turn: value, versionstamp } : undefined;
    }
  }

  #passOn({ next: [first, ...others] }: Turn, hasMore: boolean): Pick<Write, "set" | "delete"> {
    const { name, roomId } = this.#options;
    const key = keys.turn(roomId);
    if (first === undefined) return { delete: [key] };
    return { set: [put(key, { by: first, next: hasMore ? [...others, name] : others })] };
  }

  #meet(): void {
    this.#contendedUntil = this.#options.clock.elapsed() + CONTENDED_MS;
  }

  /** `claim`: takes the turn also where it is nobody's. */
  async #wait(claim: boolean): Promise<void> {
    const { kv, clock, name, roomId } = this.#options;
    const key = keys.turn(roomId);
    this.#isOthers = false;
    const began = clock.elapsed();
    let seen: { versionstamp: string | null; since: number } | undefined;
    while (clock.elapsed() - began < MAX_WAIT_MS) {
      const { value, versionstamp } = await kv.get(key);
      if (value === null && !claim || value?.by === name) {
        this.heard({ key, value, versionstamp });
        return;
      }
      const now = clock.elapsed();
      if (seen?.versionstamp !== versionstamp) seen = { versionstamp, since: now };
      const { next = [] } = value ?? {};
      const place = next.indexOf(name);
      const isOver = value === null || now - seen.since >= OVER_MS + OVER_EACH_MS * Math.max(place, 0);
      if (!isOver && place >= 0) {
        for (let polls = 0; polls <= Math.min(place, MOST_POLLS); polls++) await this.#options.poll();
        continue;
      }
      const turn = isOver
        ? { by: name, next: next.filter((one) => one !== name) }
        : { ...value, next: [...next, name] };
      const written = await kv.commit({ checks: [{ key, versionstamp }], set: [put(key, turn)] });
      if (written === null || !isOver) continue;
      this.heard({ key, value: turn, versionstamp: written });
      return;
    }
  }
}
