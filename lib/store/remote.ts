/**
 * A store that other processes use too: on PostgreSQL (postgres/), over KV Connect with our own client (connect/), or
 * on the hosted platform with its client. That client repeats a call for ever, so every call gets a time limit here. On
 * all of them a commit that ran out of time, or whose check failed, may have happened (unknown commit outcome): the
 * append queue looks for its ids (D9), and other changes for their proof (change.ts). Blind writes are fenced on the
 * platform's store (fence.ts).
 */
import type { Clock } from "../base/clock.ts";
import { within } from "../base/within.ts";
import { storeKind, storeName } from "../base/config/store_kind.ts";
import { LastingFailure, StoreError } from "./store_error.ts";
import { kvAccessToken } from "../base/config/env.ts";
import { ChatError, messageOf } from "../base/errors.ts";
import { ConnectKv } from "./connect/connect_kv.ts";
import type { Key, Range } from "./keys.ts";
import { Fence } from "./fence.ts";
import type { StoreLimits } from "./limits.ts";
import { DirectKv, type Entry, type Found, type Kv, type Write } from "./kv.ts";

const CALL_MS = 10_000;
const OPEN_MS = 5_000;
/** A server that starts together with its store waits for it about this long. */
const OPEN_TRIES_MS = [500, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000];

/**
 * For an operator's tasks. Throws a StoreError for the platform's store, which only deployed code can open: on another
 * machine the same call would open an empty local store.
 */
export function requireReachable(path: string): void {
  if (storeKind(path) !== "platform") return;
  throw new StoreError(
    "On Deno Deploy, which DENO_DEPLOYMENT_ID stands for, only what is deployed has the platform's store. Run this on your " +
      "own machine, without that variable: with KV_URL set to the address at which the platform offers the database (KV " +
      "Connect), and DENO_KV_ACCESS_TOKEN to your token for it.",
  );
}

export interface RemoteOptions {
  clock: Clock;
  /** Called with one line that says why the start waits. */
  onWait(message: string): void;
  /** How long one call may take, in milliseconds. */
  callMs?: number;
  /** Called with the store's time, where its answers have it, and how long ago it was asked for. */
  onTime?: ((storeTime: number, tripMs: number) => void) | undefined;
  /** The pauses between tries to open the store. */
  pausesMs?: number[];
}

/** Opens the store, and waits for a server that is not up yet. Rejects with the last try's error. */
export async function openRemote(url: string, options: RemoteOptions): Promise<Kv> {
  const pauses = options.pausesMs ?? OPEN_TRIES_MS;
  for (let tries = 0;; tries++) {
    try {
      return await openOnce(url, options);
    } catch (error) {
      const pause = pauses[tries];
      const why = messageOf(error);
      // a wrong token, password or address stays wrong
      if (pause === undefined || error instanceof LastingFailure || /responded with status 4\d\d/.test(why)) {
        throw error;
      }
      options.onWait(`The store at ${storeName(url)} does not answer (${why}); trying again in ${pause / 1_000} s.`);
      // not the clock's timer: that would not keep the process alive, which has nothing else to do yet
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}

async function openOnce(url: string, { clock, onTime, callMs = CALL_MS }: RemoteOptions): Promise<Kv> {
  if (storeKind(url) === "postgres") {
    const { openPostgres } = await import("./postgres/open.ts");
    return await openPostgres({ url, clock, onTime, callMs });
  }
  if (storeKind(url) === "connect") {
    return await ConnectKv.open({ url, token: kvAccessToken(), clock, onTime, callMs });
  }
  return new RemoteKv(new DirectKv(await openHandle(url, clock)), clock, callMs);
}

/** A handle of the platform's client. Rejects after 5 s where a server accepts the connection but never answers. */
export async function openHandle(url: string, clock: Clock): Promise<Deno.Kv> {
  const opening = Deno.openKv(storeKind(url) === "platform" ? undefined : url);
  let late = false;
  const kv = await within(clock, OPEN_MS, opening, () => {
    late = true;
    return new Error("it took longer than 5 s");
  }).catch((error) => {
    if (late) opening.then((kv) => kv.close(), () => {});
    throw error;
  });
  return kv;
}

export class RemoteKv implements Kv {
  readonly #kv: Kv;
  readonly #clock: Clock;
  readonly #callMs: number;
  readonly #fence: Fence;

  constructor(kv: Kv, clock: Clock, callMs: number) {
    this.#kv = kv;
    this.#clock = clock;
    this.#callMs = callMs;
    this.#fence = new Fence(kv, clock, (call) => this.#race(call));
  }

  get limits(): StoreLimits {
    return this.#kv.limits;
  }

  get<T>(key: Key<T>): Promise<Entry<T>> {
    return this.#race(this.#kv.get(key));
  }

  getMany<T>(keys: Key<T>[]): Promise<Entry<T>[]> {
    return this.#race(this.#kv.getMany(keys));
  }

  list<T>(range: Range<T>, options: { limit: number; reverse?: boolean }): Promise<Found<T>[]> {
    return this.#race(this.#kv.list(range, options));
  }

  commit(write: Write): Promise<string | null> {
    // a write with checks needs no fence: a later write moves a key that it checks
    return (write.checks ?? []).length > 0 ? this.#race(this.#kv.commit(write)) : this.#fence.commit(write);
  }

  close(): void {
    this.#fence.close();
    this.#kv.close();
  }

  #race<T>(call: Promise<T>): Promise<T> {
    return within(
      this.#clock,
      this.#callMs,
      call,
      () =>
        new ChatError("storage_unavailable", "The store takes too long to answer. Try again soon.", { retryAfter: 2 }),
    );
  }
}
