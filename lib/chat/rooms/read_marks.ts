/**
 * Read marks: how far a user has read a room. A mark waits in memory for half a second, so that a flood of marks is one
 * write. Meanwhile the other isolates know it from the bus: a mark that was heard of counts like one that was taken here.
 *
 * A mark moves back only by `set` (a message marked as unread). Of two marks that do not move back the further one wins,
 * whichever isolate took it, and whenever. If one of the two moves back, the one that was taken later wins.
 */
import type { Bus, ReadSignal } from "../../bus/bus.ts";
import type { Clock } from "../../base/clock.ts";
import type { ReadRecord } from "../../protocol/model.ts";
import { keys } from "../../store/keys.ts";
import { type Kv, put } from "../../store/kv.ts";

const WRITE_EVERY_MS = 500;
const MARKS_A_COMMIT = 100;
/** The wait after a failed write: the store is unavailable or full. */
const AGAIN_MS = 5_000;
/** How long a mark is remembered: by then the isolate that took it has written it, even to a slow store. */
const KEEP_KNOWN_MS = 5_000;
const MAX_KNOWN = 20_000;
/** The clocks of two processes differ by less (base/store_clock.ts). */
const SKEW_MS = 2_000;

interface Waiting {
  userId: string;
  roomId: string;
  mark: ReadRecord;
  back: boolean;
}

interface Known {
  mark: ReadRecord;
  back: boolean;
  /** When this isolate wrote it, by the store's time. */
  written: number | undefined;
  /** Since when it is known, by the monotonic clock. */
  at: number;
}

export class ReadMarks {
  readonly #kv: Kv;
  readonly #bus: Bus;
  readonly #clock: Clock;
  readonly #onError: (error: unknown) => void;
  readonly #unsubscribe: () => void;
  #waiting = new Map<string, Waiting>();
  /** Taken by other isolates, or written here; the longest ago first. */
  readonly #known = new Map<string, Known>();
  /** Every mark that was taken, heard of or written after this time is still in #known. */
  #forgotten = Number.NEGATIVE_INFINITY;
  #writing: Promise<void> | undefined;
  #cancel: (() => void) | undefined;

  constructor(kv: Kv, bus: Bus, clock: Clock, onError: (error: unknown) => void) {
    this.#kv = kv;
    this.#bus = bus;
    this.#clock = clock;
    this.#onError = onError;
    const shared = bus.isolate !== undefined;
    this.#unsubscribe = bus.subscribe((signal) => {
      if (signal.type === "events") {
        for (const { type, user_id, seq, messages } of signal.events) {
          if (type === "leave") this.#left(user_id, signal.room_id);
          // one's own send, and coming in, move one's mark without a signal of their own
          else if (shared && (type === "chat_message" || type === "join")) {
            this.#moved(user_id, signal.room_id, { seq, messages });
          }
        }
      } else if (shared && signal.type === "user" && signal.read !== undefined) {
        this.#hear(signal.user_id, signal.read);
      }
    });
  }

  /** Sets the mark, also back. With a `line` it goes on the bus: to the user's devices, and to the other isolates. */
  set(userId: string, roomId: string, mark: ReadRecord, line?: string): ReadRecord {
    return this.#take(userId, roomId, mark, line, true);
  }

  /** Moves the mark forward; returns the mark that won. */
  advance(userId: string, roomId: string, mark: ReadRecord, line?: string): ReadRecord {
    const known = this.#get(`${userId}/${roomId}`)?.mark;
    return known !== undefined && known.seq >= mark.seq ? known : this.#take(userId, roomId, mark, line, false);
  }

  /**
   * A person's own message moves their mark to itself. Another device may have set a further mark after the sending
   * `began`. That mark is known here, unless the sending took very long: then the store is asked.
   */
  sent(userId: string, roomId: string, mark: ReadRecord, began: number): void {
    if (began > this.#forgotten) return void this.advance(userId, roomId, mark);
    this.read(userId, roomId).then(({ seq }) => {
      if (seq < mark.seq) this.advance(userId, roomId, mark);
    }).catch(this.#onError);
  }

  #take(userId: string, roomId: string, { seq, messages }: ReadRecord, line: string | undefined, back: boolean) {
    const name = `${userId}/${roomId}`;
    // later than the one before, even in the same millisecond
    const mark = { seq, messages, at: Math.max(this.#clock.now(), (this.#get(name)?.mark.at ?? 0) + 1) };
    this.#known.delete(name);
    this.#waiting.set(name, { userId, roomId, mark, back });
    this.#later(WRITE_EVERY_MS);
    if (line !== undefined) {
      const read = { room_id: roomId, mark, ...(back ? { back } : {}) };
      this.#bus.publish({ type: "user", user_id: userId, line, read });
    }
    return mark;
  }

  #get(name: string): Waiting | Known | undefined {
    return this.#waiting.get(name) ?? this.#known.get(name);
  }

  #later(ms: number): void {
    this.#cancel ??= this.#clock.after(ms, () => {
      this.#cancel = undefined;
      this.#writing = this.flush().catch((error) => {
        this.#onError(error);
        this.#later(AGAIN_MS);
      });
    });
  }

  /** The mark as it stands: the store's, unless one waits to be written, here or elsewhere. */
  present(userId: string, roomId: string, stored: ReadRecord | null): ReadRecord {
    const name = `${userId}/${roomId}`;
    const known = this.#get(name)?.mark;
    if (known === undefined) return stored ?? { seq: 0, messages: 0 };
    if (stored === null || !isLater(stored, known)) return known;
    // the mark of another isolate, whose signal did not arrive
    if (!this.#waiting.has(name)) this.#remember(name, { mark: stored, back: false, written: undefined });
    return stored;
  }

  async read(userId: string, roomId: string): Promise<ReadRecord> {
    return this.present(userId, roomId, (await this.#kv.get(keys.read(userId, roomId))).value);
  }

  /** Writes the marks that wait; called at shutdown too. */
  async flush(): Promise<void> {
    this.#cancel?.();
    this.#cancel = undefined;
    await this.#writing;
    for (;;) {
      const batch = [...this.#waiting].slice(0, MARKS_A_COMMIT);
      if (batch.length === 0) return;
      await this.#kv.commit({ set: batch.map(([, { userId, roomId, mark }]) => put(keys.read(userId, roomId), mark)) });
      for (const [name, written] of batch) {
        if (this.#waiting.get(name) !== written) continue;
        this.#waiting.delete(name);
        this.#remember(name, { ...written, written: this.#clock.now() });
      }
    }
  }

  close(): void {
    this.#unsubscribe();
    this.#known.clear();
  }

  /** A mark from the bus. Of two isolates that took marks, the one that took the winning mark writes it. */
  #hear(userId: string, { room_id, mark, back = false }: ReadSignal): void {
    const name = `${userId}/${room_id}`;
    const known = this.#get(name);
    // our own comes back to us as well
    if (known?.mark === mark) return;
    if (known !== undefined && !(back || known.back ? isLater(mark, known.mark) : mark.seq > known.mark.seq)) return;
    this.#waiting.delete(name);
    const written = known !== undefined && "written" in known ? known.written : undefined;
    if (written !== undefined && (mark.at ?? 0) <= written + SKEW_MS) {
      // our own, losing mark may have been written over it: write the winner again
      this.#known.delete(name);
      this.#waiting.set(name, { userId, roomId: room_id, mark, back });
      this.#later(WRITE_EVERY_MS);
    } else this.#remember(name, { mark, back, written: undefined });
  }

  #moved(userId: string, roomId: string, mark: ReadRecord): void {
    const name = `${userId}/${roomId}`;
    const known = this.#get(name)?.mark;
    if (known !== undefined && known.seq >= mark.seq) return;
    this.#waiting.delete(name);
    this.#remember(name, { mark: { ...mark, at: this.#clock.now() }, back: false, written: undefined });
  }

  /** Drops the marks of a room that was left: a late write must not follow the mark that coming back makes. */
  #left(userId: string, roomId: string): void {
    const name = `${userId}/${roomId}`;
    this.#waiting.delete(name);
    this.#known.delete(name);
  }

  #remember(name: string, { mark, back, written }: Omit<Known, "at">): void {
    const now = this.#clock.elapsed();
    this.#known.delete(name);
    this.#known.set(name, { mark, back, written, at: now });
    for (const [oldest, { at }] of this.#known) {
      if (this.#known.size <= MAX_KNOWN && at >= now - KEEP_KNOWN_MS) break;
      this.#known.delete(oldest);
      this.#forgotten = at;
    }
  }
}

function isLater(one: ReadRecord, other: ReadRecord): boolean {
  const [a, b] = [one.at ?? 0, other.at ?? 0];
  return a > b || (a === b && one.seq > other.seq);
}
