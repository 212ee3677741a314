/** Puts a Chat together: store, bus, append queue and caches. The server adds edges and sockets (lib/server/server.ts). */
import { type ChatError, messageOf } from "../base/errors.ts";
import type { Bus } from "../bus/bus.ts";
import { KvWatchBus, type KvWatchOptions } from "../bus/kv_watch.ts";
import { MemoryBus } from "../bus/memory.ts";
import { type Clock, systemClock } from "../base/clock.ts";
import { StoreClock } from "../base/store_clock.ts";
import type { Config } from "../base/config/config.ts";
import { randomId } from "../base/ids.ts";
import { Appender, type AppendQueue } from "../log/append.ts";
import { emptyHead } from "../log/draft.ts";
import { keys, shardOf } from "../store/keys.ts";
import { type Kv, put } from "../store/kv.ts";
import { storeTraits } from "../store/kinds.ts";
import { openStore, type Store } from "../store/open.ts";
import { instrumentedStore } from "../store/instrumented.ts";
import { isShared, storeKind } from "../base/config/store_kind.ts";
import { makeBlobs } from "../store/blobs/stores.ts";
import { withOutageLog } from "../store/outage_log.ts";
import { Versions } from "../store/versions.ts";
import type { IndexSizes } from "./search/index/segment.ts";
import { type Log, makeLog } from "../base/log.ts";
import { Metrics } from "../base/metrics.ts";
import { noTracing, openTelemetry } from "../base/telemetry.ts";
import { measureProcess } from "../base/process_metrics.ts";
import { Activity } from "./notify/activity.ts";
import { initAccounts } from "./people/accounts.ts";
import { type Chat, NOBODY_ONLINE } from "./chat.ts";
import { openIndexer } from "./search/indexing.ts";
import { Directory } from "./people/directory.ts";
import { InFlight } from "./in_flight.ts";
import { type Hashing, Passwords } from "./sign_in/passwords.ts";
import { Places } from "./rooms/places.ts";
import { announce } from "./publish.ts";
import { Pusher } from "./notify/push.ts";
import { RateLimiter } from "./rate_limiter.ts";
import { RecentSessions } from "./sign_in/recent_sessions.ts";
import { Readiness } from "./readiness.ts";
import { ReadMarks } from "./rooms/read_marks.ts";
import { makeRules } from "../log/rules.ts";
import { Upkeep } from "../upkeep/upkeep.ts";

const UPKEEP_EVERY_MS = 60_000;
/** How long the end waits for a store that is away; sockets had their time before (lib/socket/sockets.ts). */
const FLUSH_MS = 300;
const REMEMBERED_ROOMS = 300;
/** Some MiB of each are in memory. */
const UPLOADS_EACH = 6;
const UPLOADS_ALL = 32;

export interface ChatOptions {
  log?: Log;
  clock?: Clock;
  bus?: Bus;
  passwords?: Hashing;
  /** Wraps the store's handle: tests make it fail. */
  wrapKv?: (kv: Kv) => Kv;
  /** Of the search index; see lib/chat/search/index/indexer.ts. */
  indexSizes?: IndexSizes;
  /** For one command, not to serve: it sweeps nothing, makes nothing that is missing, and prints no set-up code. */
  task?: boolean;
  /** The store as another isolate has it open, which then keeps it in order too. */
  store?: Store & { appender: AppendQueue };
}

export interface OpenChat extends Chat, AsyncDisposable {
  /** Does what is due now, as it happens each minute by itself while the process runs. */
  runDue(): Promise<void>;
}

/** Opens the store at `config.kvPath`, makes what is missing, and starts sweeping. Dispose finishes what is in flight. */
export async function openChat(config: Config, options: ChatOptions = {}): Promise<OpenChat> {
  const log = options.log ?? makeLog({ level: config.logLevel, format: config.logFormat });
  const clock = new StoreClock(options.clock ?? systemClock);
  const failed = (what: string) => (error: unknown) => log.error(what, { error: messageOf(error) });
  const store = options.store ?? await openStore(config.kvPath, {
    clock,
    onWait: (message) => log.warn(message),
    onTime: (time, trip) => clock.observe(time, trip),
  });
  const metrics = new Metrics();
  watchSkew(clock, log, metrics);
  const tracing = config.telemetry ? await openTelemetry(metrics) : noTracing;
  const opened = options.wrapKv?.(store.kv) ?? store.kv;
  // another isolate's store is measured there
  const kv = options.store === undefined
    ? instrumentedStore(withOutageLog(opened, (failure) => tellOfWrites(log, failure)), metrics, tracing)
    : opened;
  const versions = new Versions({
    kv,
    clock,
    onWait: (message: string) => log.warn(message),
    onError: failed("bringing the store to this version's schema failed; it is tried again"),
  });
  const bus = options.bus ?? await busFor(config, {
    kv,
    clock,
    onSchema: (lowest: number) => versions.seen(lowest),
    onError: failed("what other processes do was not heard"),
  });
  const directory = new Directory(kv, bus);
  const appended = metrics.counter("parley_events_total", "Events of rooms that were committed.");
  const { wakeInAtomic } = storeTraits(config.kvPath);
  const appender = options.store?.appender ?? new Appender({
    kv,
    clock,
    stamp: wakeInAtomic,
    ...(isShared(config.kvPath) ? { remember: 0, guesses: 0 } : { remember: REMEMBERED_ROOMS, guesses: 90 }),
    rules: makeRules(config),
    noted: (roomId, events) => {
      appended.add(events.length);
      pusher?.take(roomId, events);
    },
    committed: (roomId, events) => announce({ bus, directory, kv }, roomId, events),
    doubted: (roomId) => {
      indexer?.doubt(roomId);
      // else the commit itself has woken them
      if (wakeInAtomic === undefined) bus.publish({ type: "wake", shard: shardOf(roomId) });
    },
    onError: failed("announcing a commit failed; readers read the log, and it is tried again"),
  });
  const marks = new ReadMarks(kv, bus, clock, failed("writing read marks failed"));
  const activity = new Activity(bus, clock);
  // where messages are committed
  const pusher = options.store === undefined && options.task !== true
    ? new Pusher({ kv, bus, clock, log, config, directory, marks }, activity)
    : undefined;
  const jwtKey = new TextEncoder().encode(config.jwtSecret ?? store.jwtSecret);

  const blobs = makeBlobs(kv, config);
  // where the store is: one isolate of a process, each of several processes
  const indexer = options.store === undefined
    ? openIndexer({
      kv,
      clock,
      bus,
      metrics,
      sizes: options.indexSizes,
      onError: failed("indexing failed; it is tried again"),
    })
    : undefined;
  const stopMeasuring = measureProcess(metrics);
  let upkeep: Upkeep | undefined;
  let cancelUpkeep = () => {};
  const chat: OpenChat = {
    config,
    kv,
    bus,
    clock,
    log,
    metrics,
    tracing,
    appender,
    blobs,
    directory,
    marks,
    jwtKey,
    indexer,
    versions,
    epoch: store.epoch,
    uploads: new InFlight(UPLOADS_EACH, UPLOADS_ALL),
    downloads: new Places("downloads"),
    rates: new RateLimiter({ config, clock, metrics }),
    recentSessions: new RecentSessions(),
    readiness: new Readiness(kv, clock),
    passwords: options.passwords ?? new Passwords(),
    presence: NOBODY_ONLINE,
    runDue: async () => void await upkeep?.run(),
    async [Symbol.asyncDispose]() {
      cancelUpkeep();
      versions.close();
      stopMeasuring();
      const settled = Promise.all([appender.settled(), upkeep?.close(), indexer?.close(), pusher?.close()]);
      await within(FLUSH_MS, settled).catch(failed("what was in flight is left"));
      await within(FLUSH_MS, marks.flush()).catch(failed("writing read marks failed"));
      marks.close();
      activity.close();
      directory.close();
      await within(FLUSH_MS, Promise.resolve(bus.close())).catch(failed("leaving the bus failed; its lease runs out"));
      kv.close();
    },
  };
  try {
    if (options.store !== undefined || options.task === true) return chat;
    upkeep = new Upkeep(chat);
    const failedRun = failed("upkeep failed; it is tried again");
    cancelUpkeep = clock.every(UPKEEP_EVERY_MS, () => void upkeep?.run().catch(failedRun));
    await ensureGeneral(chat);
    await initAccounts(chat);
    await pusher?.start();
    indexer?.start();
    return chat;
  } catch (error) {
    await chat[Symbol.asyncDispose]();
    throw error;
  }
}

/** Says how far this machine's clock is off; what the server writes has the store's time all the same. */
function watchSkew(clock: StoreClock, log: Log, metrics: Metrics): void {
  const tell = (ms: number) => {
    if (ms === 0) return log.info("this machine's clock agrees with the store's");
    log.warn("this machine's clock is not the store's, whose time is used; set it, by NTP for example", {
      ahead_s: ms / 1_000,
    });
  };
  if (clock.skewMs !== 0) tell(clock.skewMs);
  clock.onSkew = tell;
  metrics.gauge(
    "parley_clock_skew_seconds",
    "How far this machine's clock is ahead of the store's.",
    () => clock.skewMs / 1_000,
    { merge: "max" },
  );
}

/** What an operator has to know: requests that are refused are told to whoever sent them alone. */
function tellOfWrites(log: Log, failure: ChatError | undefined): void {
  if (failure === undefined) return log.warn("the store takes what is written again");
  log.error("the store refuses what is written; until it takes it again nobody can post", {
    error: failure.message,
  });
}

/** Several processes may use a shared store; a file is this process's alone. */
async function busFor(config: Config, options: Omit<KvWatchOptions, "url" | "isolate">): Promise<Bus> {
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

/** The first room; everybody who registers joins it. */
async function ensureGeneral(chat: Chat): Promise<void> {
  const at = chat.clock.now();
  const id = "general";
  await chat.kv.commit({
    checks: [{ key: keys.room(id), versionstamp: null }],
    set: [
      put(keys.room(id), { id, kind: "public", name: "general", topic: "", created_by: "", created_at: at }),
      put(keys.publicRoom(id), true as const),
      put(keys.head(id), emptyHead(at)),
    ],
  });
}

/** In real time, whatever the clock: the process wants to end. Rejects when it takes longer. */
async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer;
  const late = new Promise<never>((_, reject) => timer = setTimeout(() => reject(new Error("the store is away")), ms));
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
