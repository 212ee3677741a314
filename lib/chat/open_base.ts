/** Opens the first parts of a Chat: log, clock, store, metrics and bus. */
import { type ChatError, messageOf } from "../base/errors.ts";
import type { Bus } from "../bus/bus.ts";
import { KvWatchBus, type KvWatchOptions } from "../bus/kv_watch.ts";
import { MemoryBus } from "../bus/memory.ts";
import { type Clock, systemClock } from "../base/clock.ts";
import { StoreClock } from "../base/store_clock.ts";
import type { Config } from "../base/config/config.ts";
import { randomId } from "../base/ids.ts";
import { type AppendQueue } from "../log/append.ts";
import type { Kv } from "../store/kv.ts";
import { openStore, type Store } from "../store/open.ts";
import { instrumentedStore } from "../store/instrumented.ts";
import { isShared, storeKind } from "../base/config/store_kind.ts";
import { withOutageLog } from "../store/outage_log.ts";
import { Versions } from "../store/migrations/versions.ts";
import type { IndexSizes } from "./search/index/segment.ts";
import { type Log, makeLog } from "../base/log.ts";
import { Metrics } from "../base/metrics.ts";
import { noTracing, openTelemetry, type Tracing } from "../base/telemetry.ts";
import { watchSkew } from "../base/clock_skew.ts";
import { type Hashing } from "./sign_in/passwords.ts";

export interface ChatOptions {
  log?: Log;
  clock?: Clock;
  bus?: Bus;
  passwords?: Hashing;
  /** Wraps the store's handle: tests make it fail. */
  wrapKv?: (kv: Kv) => Kv;
  /** Sizes of the search index; see lib/chat/search/index/indexer.ts. */
  indexSizes?: IndexSizes;
  /** For one command, not to serve: it sweeps nothing, makes nothing that is missing, and prints no set-up code. */
  task?: boolean;
  /** A store that another isolate has opened; that isolate also does its upkeep. */
  store?: Store & { appender: AppendQueue };
}

/** The parts that are opened first; every other part is made of them. */
export interface Base {
  config: Config;
  log: Log;
  clock: StoreClock;
  metrics: Metrics;
  tracing: Tracing;
  store: Store;
  kv: Kv;
  versions: Versions;
  bus: Bus;
  failed: Failed;
}

/** Logs failures of background work, which has no caller to throw to. */
export type Failed = (what: string) => (error: unknown) => void;

export async function openBase(config: Config, options: ChatOptions): Promise<Base> {
  const log = options.log ?? makeLog({ level: config.logLevel, format: config.logFormat });
  const clock = new StoreClock(options.clock ?? systemClock);
  const failed: Failed = (what) => (error) => log.error(what, { error: messageOf(error) });
  const onWait = (message: string) => log.warn(message);
  const store = options.store ??
    await openStore(config.kvPath, { clock, onWait, onTime: (time, trip) => clock.observe(time, trip) });
  const metrics = new Metrics();
  watchSkew(clock, log, metrics);
  const tracing = config.telemetry ? await openTelemetry(metrics) : noTracing;
  const opened = options.wrapKv?.(store.kv) ?? store.kv;
  // a store of another isolate is measured in that isolate
  const kv = options.store === undefined
    ? instrumentedStore(withOutageLog(opened, (failure) => logOutage(log, failure)), metrics, tracing)
    : opened;
  const versions = new Versions({
    kv,
    clock,
    onWait,
    onError: failed("upgrading the store to this version's schema failed; it is tried again"),
  });
  const bus = options.bus ?? await openBus(config, {
    kv,
    clock,
    onSchema: (lowest: number) => versions.seen(lowest),
    onError: failed("an error on the bus between processes"),
  });
  return { config, log, clock, metrics, tracing, store, kv, versions, bus, failed };
}

/** Logs for the operator that the store is unavailable: otherwise only the senders of refused requests would know. */
function logOutage(log: Log, failure: ChatError | undefined): void {
  if (failure === undefined) return log.warn("the store accepts writes again");
  log.error("the store refuses writes; until it accepts them again nobody can post", {
    error: failure.message,
  });
}

/** Several processes may use a shared store; a file is this process's alone. */
async function openBus(config: Config, options: Omit<KvWatchOptions, "url" | "isolate">): Promise<Bus> {
  const { kvPath: url, kvListenUrl: listenUrl } = config;
  if (!isShared(url)) return new MemoryBus({ onError: options.onError });
  const isolate = randomId(12);
  try {
    if (storeKind(url) !== "postgres") return await KvWatchBus.open({ ...options, url, isolate });
    const { PostgresBus } = await import("../bus/postgres.ts");
    return await PostgresBus.open({ ...options, url, listenUrl, isolate });
  } catch (error) {
    options.kv.close();
    throw error;
  }
}
