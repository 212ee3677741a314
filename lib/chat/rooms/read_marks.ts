/**
 * Read marks: how far a user has read a room. A mark waits in memory for half a second, so that a flood of marks is one
 * write. Meanwhile the other isolates know it from the bus: a mark that was heard of counts like one that was taken here.
 *
 * A mark moves back only by `set` (a message marked as unread). Of two marks that do not move back the further one wins,
 * whichever isolate took it, and whenever. If one of the two moves back, the one that was taken later wins. Signals may
 * be lost, so the write itself compares: it checks the stored marks that it was decided by.
 */
import type { Bus, ReadSignal } from "../../bus/bus.ts";
import type { Clock } from "../../base/clock.ts";
import type { ReadRecord } from "../../protocol/model.ts";
import { busy } from "../../store/change.ts";
import { keys } from "../../store/keys.ts";
import { type Kv, type Put, put } from "../../store/kv.ts";

const WRITE_EVERY_MS = 500;
/** Lost races of one write, which other processes' marks of the same people are. */
const TRIES = 20;
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
    if (this.knowsSince(began)) return void this.advance(userId, roomId, mark);
    this.read(userId, roomId).then(({ seq }) => {
      if (seq < mark.seq) this.advance(userId, roomId, mark);
    }).catch(this.#onError);
  }

  /** Whether every mark that was set here or heard of since then is known. */
  knowsSince(time: number): boolean {
    return time > this.#forgotten;
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
    const known = this.#get(name);
    if (known === undefined) return stored ?? { seq: 0, messages: 0 };
    if (stored === null || !wins(stored, { ...known.mark, back: known.back })) return known.mark;
    // the mark of another isolate, whose signal did not arrive
    if (!this.#waiting.has(name)) this.#remember(name, taken(stored));
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
    for (let lost = 0; this.#waiting.size > 0;) {
      const batch = [...this.#waiting].slice(0, this.#kv.limits.checksAWrite);
      if (await this.#write(batch)) lost = 0;
      else if (++lost === TRIES) throw busy();
    }
  }

  /** Writes those marks that win over the stored ones. Returns false where a stored one changed meanwhile. */
  async #write(batch: [name: string, waiting: Waiting][]): Promise<boolean> {
    const stored = await this.#kv.getMany(batch.map(([, { userId, roomId }]) => keys.read(userId, roomId)));
    const further = new Map<string, ReadRecord>();
    const checks: { key: Deno.KvKey; versionstamp: string | null }[] = [];
    const set: Put[] = [];
    for (const [i, [name, { userId, roomId, mark, back }]] of batch.entries()) {
      const { value = null, versionstamp = null } = stored[i] ?? {};
      const { back: _, ...others } = value ?? mark;
      const own: ReadRecord = { ...others, ...mark, ...(back ? { back } : {}) };
      if (value !== null && !wins(own, value)) further.set(name, value);
      else {
        const key = keys.read(userId, roomId);
        checks.push({ key, versionstamp });
        set.push(put(key, own));
      }
    }
    if (set.length > 0 && await this.#kv.commit({ checks, set }) === null) return false;
    for (const [name, waiting] of batch) {
      if (this.#waiting.get(name) !== waiting) continue;
      this.#waiting.delete(name);
      const stands = further.get(name);
      this.#remember(name, stands === undefined ? { ...waiting, written: this.#clock.now() } : taken(stands));
    }
    return true;
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

/** A mark as the store has it. */
function taken(mark: ReadRecord): Omit<Known, "at"> {
  return { mark, back: mark.back === true, written: undefined };
}

function wins(one: ReadRecord, other: ReadRecord): boolean {
  return one.back === true || other.back === true ? isLater(one, other) : one.seq > other.seq;
}

function isLater(one: ReadRecord, other: ReadRecord): boolean {
  const [a, b] = [one.at ?? 0, other.at ?? 0];
  return a > b || (a === b && one.seq > other.seq);
}
