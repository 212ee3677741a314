/**
 * Read marks: what a user has read of a room. Kept in memory for half a second, so that a flood of them is one write.
 * Meanwhile the other isolates know them by the bus: a mark that was heard of counts like one that was taken here.
 */
import type { Bus, ReadSignal } from "../../bus/bus.ts";
import type { Clock } from "../../base/clock.ts";
import type { ReadRecord } from "../../protocol/model.ts";
import { keys } from "../../store/keys.ts";
import { type Kv, put } from "../../store/kv.ts";

const WRITE_EVERY_MS = 500;
const MARKS_A_COMMIT = 100;
/** After a failure, of a store that is away or full. */
const AGAIN_MS = 5_000;
/** By then the isolate that took it has written it, and a slow store may have kept it waiting. */
const KEEP_HEARD_MS = 5_000;
const MAX_HEARD = 20_000;

interface Waiting {
  userId: string;
  roomId: string;
  mark: ReadRecord;
}

export class ReadMarks {
  readonly #kv: Kv;
  readonly #bus: Bus;
  readonly #clock: Clock;
  readonly #onError: (error: unknown) => void;
  readonly #unsubscribe: () => void;
  #waiting = new Map<string, Waiting>();
  /** Taken by other isolates, the longest ago first. */
  readonly #heard = new Map<string, { mark: ReadRecord; heardAt: number }>();
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

  /** With a line the user's devices are told, and the other isolates with them. */
  set(userId: string, roomId: string, { seq, messages }: ReadRecord, line?: string): void {
    const name = `${userId}/${roomId}`;
    const known = this.#waiting.get(name)?.mark ?? this.#heard.get(name)?.mark;
    // later than the one before, even in the same millisecond
    const mark = { seq, messages, at: Math.max(this.#clock.now(), (known?.at ?? 0) + 1) };
    this.#heard.delete(name);
    this.#waiting.set(name, { userId, roomId, mark });
    this.#later(WRITE_EVERY_MS);
    if (line !== undefined) this.#bus.publish({ type: "user", user_id: userId, line, read: { room_id: roomId, mark } });
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
    const known = this.#waiting.get(name)?.mark ?? this.#heard.get(name)?.mark;
    if (known !== undefined && (stored === null || !isLater(stored, known))) return known;
    return stored ?? { seq: 0, messages: 0 };
  }

  async read(userId: string, roomId: string): Promise<ReadRecord> {
    return this.present(userId, roomId, (await this.#kv.get(keys.read(userId, roomId))).value);
  }

  /** Writes what waits; called at shutdown too. */
  async flush(): Promise<void> {
    this.#cancel?.();
    this.#cancel = undefined;
    await this.#writing;
    for (;;) {
      const batch = [...this.#waiting].slice(0, MARKS_A_COMMIT);
      if (batch.length === 0) return;
      await this.#kv.commit({ set: batch.map(([, { userId, roomId, mark }]) => put(keys.read(userId, roomId), mark)) });
      for (const [name, written] of batch) if (this.#waiting.get(name) === written) this.#waiting.delete(name);
    }
  }

  close(): void {
    this.#unsubscribe();
    this.#heard.clear();
  }

  /** Of two isolates that took one the later wins; the other then leaves the writing to it. */
  #hear(userId: string, { room_id, mark }: ReadSignal): void {
    const name = `${userId}/${room_id}`;
    const known = this.#waiting.get(name)?.mark ?? this.#heard.get(name)?.mark;
    // our own comes back to us as well
    if (known === mark || (known !== undefined && isLater(known, mark))) return;
    this.#waiting.delete(name);
    this.#remember(name, mark);
  }

  #moved(userId: string, roomId: string, mark: ReadRecord): void {
    const name = `${userId}/${roomId}`;
    const known = this.#waiting.get(name)?.mark ?? this.#heard.get(name)?.mark;
    if (known !== undefined && known.seq >= mark.seq) return;
    this.#waiting.delete(name);
    this.#remember(name, { ...mark, at: this.#clock.now() });
  }

  /** What waits must not come after the mark that coming back makes. */
  #left(userId: string, roomId: string): void {
    const name = `${userId}/${roomId}`;
    this.#waiting.delete(name);
    this.#heard.delete(name);
  }

  #remember(name: string, mark: ReadRecord): void {
    const now = this.#clock.elapsed();
    this.#heard.delete(name);
    this.#heard.set(name, { mark, heardAt: now });
    for (const [oldest, { heardAt }] of this.#heard) {
      if (this.#heard.size <= MAX_HEARD && heardAt >= now - KEEP_HEARD_MS) break;
      this.#heard.delete(oldest);
    }
  }
}

function isLater(one: ReadRecord, other: ReadRecord): boolean {
  const [a, b] = [one.at ?? 0, other.at ?? 0];
  return a > b || (a === b && one.seq > other.seq);
}
