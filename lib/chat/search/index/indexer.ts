/**
 * Follows every room's log with its index, off the send path: in small steps, a second behind. What was not done when a
 * process ended is found at the next start, or by the pass over all rooms (upkeep/room_pass.ts).
 */
import type { Clock } from "../../../base/clock.ts";
import { ChatError } from "../../../base/errors.ts";
import { Rerun } from "../../../base/rerun.ts";
import { change } from "../../../store/change.ts";
import { keys, ranges } from "../../../store/keys.ts";
import { entriesOf, type Kv, put } from "../../../store/kv.ts";
import { LeaseWatch } from "../../../store/jobs/lease_watch.ts";
import { Pace, Stopped } from "./pace.ts";
import { type IndexSizes, SIZES } from "./segment.ts";
import { advance, EMPTY, type Progress } from "./room_index.ts";
import { FOLDING } from "./units.ts";

/** Events that come within this time are indexed together. */
const DELAY_MS = 1_000;
const RETRY_MS = 5_000;

export interface IndexerOptions {
  kv: Kv;
  clock: Clock;
  /** This process, where others index the same store. */
  name?: string | undefined;
  /** Smaller ones than SIZES show a test in a few messages what otherwise takes many thousands. */
  sizes?: IndexSizes | undefined;
  onError(error: unknown): void;
}

interface Waiting {
  /** Events up to here are known to be in the log. */
  seq: number;
  /** Events up to here are indexed. */
  indexed: number;
  since: number;
}

export class Indexer {
  readonly #options: IndexerOptions;
  readonly #claims: LeaseWatch;
  readonly #pace = new Pace(() => this.#rate());
  /** Events that were noted in the last whole second, and in the one that runs. */
  #noted = { second: 0, before: 0, now: 0 };
  /** In the order in which their turn comes. */
  readonly #rooms = new Map<string, Waiting>();
  #cancelTimer: (() => void) | undefined;
  readonly #turns = new Rerun(() => this.#turnAndAgain());
  #looking: Promise<void> | undefined;
  #closed = false;

  constructor(options: IndexerOptions) {
    this.#options = options;
    this.#claims = new LeaseWatch(options.clock);
  }

  /** Looks for what is not indexed yet. */
  start(): void {
    this.#looking = this.#look().catch((error) => this.#failed(error));
  }

  /** The room's log goes up to `seq`; what is new begins with `first`. */
  note(roomId: string, seq: number, first = seq): void {
    this.#rate();
    this.#noted.now += seq - first + 1;
    const waiting = this.#rooms.get(roomId);
    if (waiting !== undefined) waiting.seq = Math.max(waiting.seq, seq);
    else this.#rooms.set(roomId, { seq, indexed: first - 1, since: this.#options.clock.elapsed() });
    this.#schedule(DELAY_MS);
  }

  /** The room's log may go further than was noted: a turn that begins from now on reads its head (no lost wake-up). */
  doubt(roomId: string): void {
    const { seq = 0, indexed = seq, since = this.#options.clock.elapsed() } = this.#rooms.get(roomId) ?? {};
    this.#rooms.set(roomId, { seq, indexed, since });
    this.#schedule(DELAY_MS);
  }

  #rate(): number {
    const second = Math.floor(this.#options.clock.elapsed() / 1_000);
    const { second: last, now } = this.#noted;
    if (second !== last) this.#noted = { second, before: second === last + 1 ? now : 0, now: 0 };
    return Math.max(this.#noted.before, this.#noted.now);
  }

  /** How many events wait, and how long the first of them has. */
  get lag(): { events: number; seconds: number } {
    let events = 0;
    let since = this.#options.clock.elapsed();
    const now = since;
    for (const waiting of this.#rooms.values()) {
      events += Math.max(0, waiting.seq - waiting.indexed);
      since = Math.min(since, waiting.since);
    }
    return { events, seconds: (now - since) / 1_000 };
  }

  /** Indexes at once everything that is committed, noted or not. Rejects when the store fails. */
  async caughtUp(): Promise<void> {
    await this.#look();
    while (this.#rooms.size > 0 && !this.#closed) {
      await this.#turns.ask();
      // another process may be indexing one of these rooms
      if (this.#rooms.size > 0) await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Forgets the index of a room, or of all of them, which is then made anew. Resolves with how many rooms. */
  async rebuild(roomId?: string): Promise<number> {
    const { kv } = this.#options;
    let rooms = 0;
    for await (const id of roomId === undefined ? this.#roomIds() : [roomId]) {
      await change(kv, [keys.indexed(id)], ({ key, value }) => {
        const record = value ?? EMPTY;
        const garbage = [...record.garbage, ...record.segments.map((segment) => segment.id)];
        const set = [put(key, { ...EMPTY, garbage })];
        return { result: undefined, write: { set, delete: [keys.indexTail(id)] }, proof: "repeatable" };
      });
      rooms++;
    }
    await this.#look();
    return rooms;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#pace.stop();
    this.#cancelTimer?.();
    await Promise.allSettled([this.#looking, this.#turns.settled()]);
  }

  #schedule(ms: number): void {
    if (this.#closed || this.#cancelTimer !== undefined) return;
    this.#cancelTimer = this.#options.clock.after(ms, () => {
      this.#cancelTimer = undefined;
      this.#turns.ask().catch((error) => this.#failed(error));
    });
  }

  /** Runs a turn and, however it ends, schedules the next one for the rooms that still wait. */
  async #turnAndAgain(): Promise<void> {
    try {
      await this.#turn();
      if (this.#rooms.size > 0) this.#schedule(DELAY_MS);
    } catch (error) {
      this.#cancelTimer?.();
      this.#cancelTimer = undefined;
      this.#schedule(RETRY_MS);
      throw error;
    }
  }

  /** Indexes each waiting room until it has caught up; rooms that are noted meanwhile are for the next turn. */
  async #turn(): Promise<void> {
    const rooms = new Map(this.#rooms);
    while (rooms.size > 0) {
      for (const [roomId, waiting] of rooms) {
        if (this.#closed) return;
        const upTo = waiting.seq;
        const progress = await this.#step(roomId);
        if (progress.state === "indexed") waiting.indexed = progress.seq;
        if (progress.state === "indexed" && progress.more) continue;
        rooms.delete(roomId);
        // what was looked at meanwhile is for the next turn
        if (progress.state === "busy" || this.#rooms.get(roomId) !== waiting) continue;
        if (progress.state === "gone" || waiting.seq === upTo) this.#rooms.delete(roomId);
        else waiting.since = this.#options.clock.elapsed(); // what is left has come meanwhile
      }
    }
  }

  async #step(roomId: string): Promise<Progress> {
    const { kv, clock, name, sizes = SIZES } = this.#options;
    try {
      await this.#pace.breathe();
      return await advance({ kv, clock, claims: this.#claims, name, sizes, pace: this.#pace }, roomId);
    } catch (error) {
      if (error instanceof ChatError || error instanceof Stopped) throw error;
      // one room that cannot be read must not hold up the others
      this.#failed(error);
      return { state: "gone" };
    }
  }

  async #look(): Promise<void> {
    const { kv, clock } = this.#options;
    const since = clock.elapsed();
    for await (const id of this.#roomIds()) {
      if (this.#closed) return;
      const [head, index] = await Promise.all([kv.get(keys.head(id)), kv.get(keys.indexed(id))]);
      const record = index.value ?? EMPTY;
      if (head.value === null) continue;
      const { seq, floor } = head.value;
      if (record.seq >= seq && record.floor >= floor && record.garbage.length === 0 && record.folding === FOLDING) {
        continue;
      }
      const waiting = this.#rooms.get(id);
      this.#rooms.set(id, { seq, indexed: record.seq, since: waiting?.since ?? since });
      await this.#pace.breathe();
    }
    if (this.#rooms.size > 0) this.#schedule(DELAY_MS);
  }

  async *#roomIds(): AsyncGenerator<string> {
    for await (const { value } of entriesOf(this.#options.kv, ranges.rooms(), 100)) {
      if (value.deleted_at === undefined) yield value.id;
    }
  }

  #failed(error: unknown): void {
    if (!this.#closed) this.#options.onError(error);
  }
}
