/**
 * Wakes between processes: NOTIFY after the commit, on a connection of its own, and LISTEN on another. A NOTIFY inside a
 * commit would hold a lock of the whole database until that commit is on disk, so that the commits of all rooms would run one
 * after the other. Wakes gather while the NOTIFY before is under way. A lost wake costs only time, since readers also poll.
 * `listening` is false while nothing can be heard: a pooler is in between, or the connection broke.
 */
import type { Clock } from "../../base/clock.ts";
import { Rerun } from "../../base/rerun.ts";
import { Link, type LinkOptions, type Shared } from "./link.ts";
import { linkOptions } from "./open.ts";

const CHANNEL = "parley";
const REOPEN_MS = [100, 500, 2_000, 5_000];
/** Wakes within this many milliseconds go out as one NOTIFY. */
const PAUSE_MS = 2;
const CALL_MS = 3_000;
/** The connection is probed this often, since it may die unnoticed. */
const PING_MS = 10_000;

/** The transaction of a NOTIFY writes no rows, so it need not wait for a disk or a standby. */
const TELL = {
  name: "parley_tell",
  text: `SELECT set_config('synchronous_commit', 'off', true), pg_notify('${CHANNEL}', $1::text)`,
};

export interface WakesOptions {
  url: string;
  /** The server's own address, where a pooler is in between. */
  listenUrl: string | undefined;
  clock: Clock;
  /** This process's name: its own notifications are ignored. */
  isolate: string;
  onWake(shards: number[]): void;
  /** Called when a notification may have been missed. */
  onGap(): void;
  onError(error: unknown): void;
}

export class Wakes {
  readonly #options: WakesOptions;
  readonly #tellShared: Shared = { host: 0, pooled: false };
  readonly #listenShared: Shared = { host: 0, pooled: false };
  readonly #pending = new Set<number>();
  readonly #telling = new Rerun(() => this.#tellAll());
  #teller: Link | undefined;
  #listener: Link | undefined;
  #closed = false;
  readonly #ended = Promise.withResolvers<void>();
  #running: Promise<void> = Promise.resolve();

  constructor(options: WakesOptions) {
    this.#options = options;
  }

  /** Whether notifications of other processes arrive. */
  get listening(): boolean {
    return this.#listener?.isOpen === true;
  }

  /** Resolves once it listens, or once the first try to listen has failed. */
  start(): Promise<void> {
    return new Promise((resolve) => this.#running = this.#listenAlways(resolve));
  }

  tell(shard: number): void {
    if (this.#closed) return;
    this.#pending.add(shard);
    void this.#telling.ask();
  }

  /** Sends the wakes that still wait, if the server answers, and closes. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#ended.resolve();
    await this.#telling.settled();
    this.#teller?.close();
    this.#listener?.close();
    await this.#running;
  }

  async #tellAll(): Promise<void> {
    for (let failures = 0; this.#pending.size > 0;) {
      const shards = [...this.#pending];
      this.#pending.clear();
      try {
        const link = await this.#tellLink();
        await link.run(TELL, [`${this.#options.isolate} ${shards.join(",")}`], CALL_MS);
        failures = 0;
        await this.#pause(PAUSE_MS);
      } catch (error) {
        for (const shard of shards) this.#pending.add(shard);
        if (this.#closed) return;
        if (failures === 0) this.#options.onError(error);
        await this.#pause(REOPEN_MS[Math.min(failures++, REOPEN_MS.length - 1)] ?? 0);
      }
    }
  }

  async #tellLink(): Promise<Link> {
    if (this.#teller?.isOpen === true) return this.#teller;
    return this.#teller = await Link.open(await this.#linkOptions(this.#options.url), this.#tellShared);
  }

  #linkOptions(url: string): Promise<LinkOptions> {
    return linkOptions(url, this.#options.clock);
  }

  async #listenAlways(started: () => void): Promise<void> {
    const { listenUrl, url, onError, onGap } = this.#options;
    for (let failures = 0; !this.#closed;) {
      try {
        const link = await Link.open(await this.#linkOptions(listenUrl ?? url), this.#listenShared);
        const ended = this.#take(link);
        // behind a pooler LISTEN succeeds, but no notification arrives
        if (link.isPooled) {
          link.close();
          return started();
        }
        await link.run({ name: "", text: `LISTEN ${CHANNEL}` }, [], CALL_MS);
        this.#listener = link;
        started();
        failures = 0;
        onGap();
        await this.#keepAlive(link, ended);
      } catch (error) {
        if (failures === 0 && !this.#closed) onError(error);
        started();
      }
      await this.#pause(REOPEN_MS[Math.min(failures++, REOPEN_MS.length - 1)] ?? 0);
    }
  }

  /** Resolves when the connection has ended. */
  #take(link: Link): Promise<void> {
    if (this.#closed) link.close();
    link.onNotification = (payload) => this.#heard(payload);
    return new Promise((resolve) => link.isOpen ? link.onEnd = resolve : resolve());
  }

  async #keepAlive(link: Link, ended: Promise<void>): Promise<void> {
    const cancel = this.#options.clock.every(PING_MS, () => {
      // without an answer in time the connection is closed
      link.run({ name: "", text: "SELECT 1" }, [], CALL_MS).catch(() => link.close());
    });
    await ended;
    cancel();
  }

  #heard(payload: string): void {
    const [isolate, shards = ""] = payload.split(" ");
    if (isolate === this.#options.isolate) return;
    this.#options.onWake(shards.split(",").map(Number).filter(Number.isInteger));
  }

  /** The time limit is shorter while closing. */
  async #pause(ms: number): Promise<void> {
    let cancel = () => {};
    await Promise.race([
      new Promise<void>((resolve) => cancel = this.#options.clock.after(ms, resolve)),
      this.#ended.promise,
    ]);
    cancel();
  }
}
