/**
 * The bus between processes on one PostgreSQL database. After each commit a process sends a wake by NOTIFY
 * (store/postgres/wakes.ts). A wake carries no events: these are read from the logs, by cursor. A process may end
 * between its commit and its NOTIFY (lost wake-up), so the heads of followed rooms are also polled. While wakes arrive,
 * one shard is read at a time, each every 30 s. While none arrive, all shards are read every 2 s; when another process
 * ends, all are read at once.
 */
import { type Clock, systemClock } from "../base/clock.ts";
import { keys, OTHER_SHARD, shardOf, WAKE_SHARDS } from "../store/keys.ts";
import type { Kv } from "../store/kv.ts";
import { Wakes } from "../store/postgres/wakes.ts";
import type { Bus, Signal } from "./bus.ts";
import { Listeners } from "./listeners.ts";
import { RingReader } from "./ring_reader.ts";
import { RingWriter } from "./ring_writer.ts";

const POLL_MS = 2_000;
const REREAD_MS = 30_000;
const ROOM_SHARDS = Array.from({ length: WAKE_SHARDS }, (_, shard) => shard).filter((shard) => shard !== OTHER_SHARD);

export interface PostgresBusOptions {
  kv: Kv;
  /** Of the store. */
  url: string;
  listenUrl: string | undefined;
  clock: Clock;
  /** This process's name, which no other has. */
  isolate: string;
  /** Called repeatedly with the lowest schema that any process on this store knows. */
  onSchema(lowest: number): void;
  onError(error: unknown): void;
}

export class PostgresBus implements Bus {
  readonly isolate: string;
  readonly #kv: Kv;
  readonly #listeners: Listeners;
  readonly #writer: RingWriter;
  readonly #reader: RingReader;
  readonly #wakes: Wakes;
  readonly #cancels: (() => void)[] = [];
  /** The versionstamp of the key that every writer of a ring sets. */
  #rings: string | null = null;
  #slice = 0;

  private constructor(options: PostgresBusOptions) {
    this.#listeners = new Listeners(options.onError);
    this.isolate = options.isolate;
    this.#kv = options.kv;
    const emit = (signal: Signal) => this.#listeners.tell(signal);
    this.#writer = new RingWriter({
      ...options,
      onLapsed: () => emit({ type: "who" }),
      onWritten: () => this.#wakes.tell(OTHER_SHARD),
    });
    this.#reader = new RingReader({
      ...options,
      emit,
      onOlder: (listens) => this.#writer.olderListen = listens,
      onGone: () => this.#wakeAll(),
    });
    this.#wakes = new Wakes({
      ...options,
      // connections live in real time, also under a test's clock
      clock: systemClock,
      onWake: (shards) => shards.forEach((shard) => this.#wake(shard)),
      onGap: () => this.#wakeAll(),
    });
  }

  /** Rejects when the store does not answer. */
  static async open(options: PostgresBusOptions): Promise<PostgresBus> {
    const bus = new PostgresBus(options);
    try {
      await bus.#wakes.start();
      await bus.#writer.start();
      // from here on no signal of another process is missed
      await bus.#reader.read();
    } catch (error) {
      await bus.close();
      throw error;
    }
    bus.#cancels.push(
      options.clock.every(POLL_MS, () => void bus.#poll()),
      options.clock.every(REREAD_MS / ROOM_SHARDS.length, () => bus.#reread()),
    );
    return bus;
  }

  publish(signal: Signal): void {
    this.#listeners.tell(signal);
    if (signal.type === "events") {
      this.#writer.pushJoins(signal.room_id, signal.events);
      this.#wakes.tell(shardOf(signal.room_id));
    } else if (signal.type === "wake") this.#wakes.tell(signal.shard);
    // this process reads the others' presence from the store, so no other has to answer
    else if (signal.type === "who") void this.#reader.readPresence();
    else this.#writer.push(signal, signal.type === "control");
  }

  subscribe(listener: (signal: Signal) => void): () => void {
    return this.#listeners.add(listener);
  }

  async close(): Promise<void> {
    for (const cancel of this.#cancels) cancel();
    this.#listeners.clear();
    await this.#reader.close();
    await this.#writer.close();
    await this.#wakes.close();
  }

  #wake(shard: number): void {
    if (shard === OTHER_SHARD) this.#reader.wake();
    else this.#listeners.tell({ type: "wake", shard });
  }

  #wakeAll(): void {
    for (const shard of [...ROOM_SHARDS, OTHER_SHARD]) this.#wake(shard);
  }

  /** Polls the key of the rings, in case its wake was lost. */
  async #poll(): Promise<void> {
    if (!this.#wakes.listening) return this.#wakeAll();
    try {
      const { versionstamp } = await this.#kv.get(keys.wake(OTHER_SHARD));
      if (versionstamp !== this.#rings) this.#reader.wake();
      this.#rings = versionstamp;
    } catch { /* whoever needs the store says so; the next poll reads it */ }
  }

  #reread(): void {
    const shard = ROOM_SHARDS[this.#slice++ % ROOM_SHARDS.length];
    if (shard !== undefined) this.#wake(shard);
  }
}
