/**
 * The bus between processes on one store. Appends set their room's wake key (store/kinds.ts); one watch follows the ten
 * of them. A wake carries no events: these are read from the logs, by cursor. The keys are read again every 2 s as
 * well, in case a wake was lost.
 */
import type { Clock } from "../base/clock.ts";
import { keys, OTHER_SHARD, WAKE_SHARDS } from "../store/keys.ts";
import type { Kv } from "../store/kv.ts";
import { Watch } from "../store/watch.ts";
import type { Bus, Signal } from "./bus.ts";
import { Listeners } from "./listeners.ts";
import { RingReader } from "./ring_reader.ts";
import { RingWriter } from "./ring_writer.ts";

const REREAD_MS = 2_000;
const REMEMBERED_STAMPS = 16;
const WAKE_KEYS = Array.from({ length: WAKE_SHARDS }, (_, shard) => keys.wake(shard));

export interface KvWatchOptions {
  kv: Kv;
  /** Of the store: the watch opens a handle of its own. */
  url: string;
  clock: Clock;
  /** This process's name, which no other has. */
  isolate: string;
  /** Called repeatedly with the lowest schema that any process on this store knows. */
  onSchema(lowest: number): void;
  onError(error: unknown): void;
}

export class KvWatchBus implements Bus {
  readonly isolate: string;
  readonly #options: KvWatchOptions;
  readonly #listeners: Listeners;
  readonly #writer: RingWriter;
  readonly #reader: RingReader;
  /**
   * The last versionstamps of each wake key. Several, because a read may return an older one than the watch has
   * delivered meanwhile.
   */
  readonly #known: string[][] = WAKE_KEYS.map(() => []);
  #watch: Watch | undefined;
  #cancelReread: () => void = () => {};
  /** Rereads in a row that found a change which the watch had not delivered. */
  #unwatched = 0;
  #failing = false;

  private constructor(options: KvWatchOptions) {
    this.#options = options;
    this.#listeners = new Listeners(options.onError);
    this.isolate = options.isolate;
    const emit = (signal: Signal) => this.#listeners.tell(signal);
    this.#writer = new RingWriter({ ...options, onLapsed: () => emit({ type: "who" }) });
    this.#reader = new RingReader({
      ...options,
      emit,
      onOlder: (listens) => this.#writer.olderListen = listens,
    });
  }

  /** Rejects when the store does not answer. */
  static async open(options: KvWatchOptions): Promise<KvWatchBus> {
    const bus = new KvWatchBus(options);
    try {
      await bus.#writer.start();
      await bus.#readWakes();
      // from here on no signal of another process is missed
      await bus.#reader.read();
    } catch (error) {
      await bus.close();
      throw error;
    }
    bus.#cancelReread = options.clock.every(REREAD_MS, () => void bus.reread());
    bus.#watch = new Watch({
      ...options,
      keys: WAKE_KEYS,
      onChange: (versionstamps) => {
        bus.#unwatched = 0;
        bus.#moved(versionstamps);
      },
    });
    return bus;
  }

  publish(signal: Signal): void {
    this.#listeners.tell(signal);
    if (signal.type === "events") this.#writer.pushJoins(signal.room_id, signal.events);
    // this process reads the others' presence from the store, so no other has to answer
    else if (signal.type === "who") void this.#reader.readPresence();
    else this.#writer.push(signal, signal.type === "control");
  }

  subscribe(listener: (signal: Signal) => void): () => void {
    return this.#listeners.add(listener);
  }

  /** Reads the wake keys again. */
  async reread(): Promise<void> {
    try {
      const moved = await this.#readWakes();
      this.#failing = false;
      this.#unwatched = moved ? this.#unwatched + 1 : 0;
      if (this.#unwatched < 2) return;
      this.#unwatched = 0;
      this.#watch?.restart();
    } catch (error) {
      if (!this.#failing) this.#options.onError(error);
      this.#failing = true;
    }
  }

  async close(): Promise<void> {
    this.#cancelReread();
    this.#listeners.clear();
    await this.#watch?.close();
    await this.#reader.close();
    await this.#writer.close();
  }

  /** Reads the wake keys. Returns true where one had changed. */
  async #readWakes(): Promise<boolean> {
    const entries = await this.#options.kv.getMany(WAKE_KEYS);
    return this.#moved(entries.map(({ versionstamp }) => versionstamp));
  }

  #moved(versionstamps: (string | null)[]): boolean {
    let moved = false;
    for (const [shard, versionstamp] of versionstamps.entries()) {
      const known = this.#known[shard] ?? [];
      if (versionstamp === null || known.includes(versionstamp)) continue;
      this.#known[shard] = [...known.slice(1 - REMEMBERED_STAMPS), versionstamp];
      moved = true;
      if (shard === OTHER_SHARD) this.#reader.wake();
      else this.#listeners.tell({ type: "wake", shard });
    }
    return moved;
  }
}
