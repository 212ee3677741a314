/** Puts a Chat together: store, bus, append queue and caches. The server adds edges and sockets (lib/server/server.ts). */
import type { Config } from "../base/config/config.ts";
import { Appender } from "../log/append.ts";
import { shardOf } from "../store/keys.ts";
import { storeTraits } from "../store/kinds.ts";
import { isShared } from "../base/config/store_kind.ts";
import { makeBlobs } from "../store/blobs/stores.ts";
import { realTimer, storeIsAway, within } from "../base/within.ts";
import { measureProcess } from "../base/process_metrics.ts";
import { Activity } from "./notify/activity.ts";
import { type Chat, NOBODY_ONLINE } from "./chat.ts";
import { openIndexer } from "./search/indexing.ts";
import type { Indexer } from "./search/index/indexer.ts";
import { KeptPages } from "./messages/kept_pages.ts";
import { Directory } from "./people/directory.ts";
import { InFlight } from "./in_flight.ts";
import { Passwords } from "./sign_in/passwords.ts";
import { Places } from "./rooms/places.ts";
import { announce } from "./publish.ts";
import { Pusher } from "./notify/push.ts";
import { RateLimiter } from "./rate_limiter.ts";
import { RecentSessions } from "./sign_in/recent_sessions.ts";
import { Readiness } from "./readiness.ts";
import { ReadMarks } from "./rooms/read_marks.ts";
import { makeRules } from "../log/rules/rules.ts";
import { ServerInfo } from "./server_info.ts";
import { Upkeep } from "../upkeep/upkeep.ts";
import { type Base, type ChatOptions, type Failed, openBase } from "./open_base.ts";
import { type LogReaders, Serving } from "./serving.ts";

/** How long dispose waits for a store that is unavailable; sockets had their time before (lib/socket/sockets.ts). */
const FLUSH_MS = 300;
/** Uploads at once, of one person and of all: some MiB of each are in memory. */
const UPLOADS_EACH = 6;
const UPLOADS_ALL = 32;

export type { ChatOptions };
export interface OpenChat extends Chat, AsyncDisposable {
  /** Runs the pass of due work at once; while the process runs it also runs each minute by itself. */
  runDue(): Promise<void>;
  /** Resolves when no push is under way; those that wait for their time stay. */
  pushesSettled(): Promise<void>;
}

/** Opens the store at `config.kvPath`, makes what is missing, and starts sweeping. Dispose finishes what is in flight. */
export async function openChat(config: Config, options: ChatOptions = {}): Promise<OpenChat> {
  const base = await openBase(config, options);
  const { log, clock, metrics, tracing, store, kv, versions, bus, failed } = base;
  const readers: LogReaders = {};
  const directory = new Directory(kv, bus);
  const appender = options.store?.appender ?? openAppender(base, directory, readers);
  const marks = new ReadMarks(kv, bus, clock, failed("writing read marks failed"));
  const activity = new Activity(bus, clock);
  if (options.store === undefined) {
    readers.indexer = indexerOf(base, options);
    if (options.task !== true) readers.pusher = new Pusher({ ...base, directory, marks }, activity);
  }
  const stopMeasuring = measureProcess(metrics);
  const chat: Chat = {
    config,
    kv,
    bus,
    clock,
    log,
    metrics,
    tracing,
    appender,
    directory,
    server: new ServerInfo(kv, bus),
    pages: new KeptPages(),
    marks,
    versions,
    epoch: store.epoch,
    indexer: readers.indexer,
    jwtKey: new TextEncoder().encode(config.jwtSecret ?? store.jwtSecret),
    blobs: makeBlobs(kv, config),
    uploads: new InFlight(UPLOADS_EACH, UPLOADS_ALL),
    downloads: new Places("downloads"),
    rates: new RateLimiter({ config, clock, metrics }),
    recentSessions: new RecentSessions(),
    readiness: new Readiness(kv, clock),
    passwords: options.passwords ?? new Passwords(),
    presence: NOBODY_ONLINE,
  };
  const serving = new Serving(chat, readers, failed, () => new Upkeep(chat));
  const open: OpenChat = Object.assign(chat, {
    runDue: () => serving.runDue(),
    pushesSettled: async () => await readers.pusher?.settled(),
    async [Symbol.asyncDispose]() {
      stopMeasuring();
      await finish(chat, serving, failed);
      activity.close();
      await leave(chat, failed);
    },
  });
  if (options.store !== undefined || options.task === true) return open;
  try {
    await serving.start();
    return open;
  } catch (error) {
    await open[Symbol.asyncDispose]();
    throw error;
  }
}

/** Waits a moment for the work in flight. */
async function finish({ appender, marks, versions }: Chat, serving: Serving, failed: Failed): Promise<void> {
  serving.stop();
  versions.close();
  const settled = Promise.all([appender.settled(), serving.close()]);
  await inTime(settled).catch(failed("calls were still running when the stop gave up waiting for them"));
  await inTime(marks.flush()).catch(failed("writing read marks failed"));
  marks.close();
}

async function leave({ directory, server, bus, kv }: Chat, failed: Failed): Promise<void> {
  directory.close();
  server.close();
  await inTime(Promise.resolve(bus.close())).catch(
    failed("leaving the bus failed; the others notice when this process's lease expires"),
  );
  kv.close();
}

function indexerOf({ kv, clock, bus, metrics, failed }: Base, { indexSizes: sizes }: ChatOptions): Indexer | undefined {
  return openIndexer({ kv, clock, bus, metrics, sizes, onError: failed("indexing failed; it is tried again") });
}

function openAppender(base: Base, directory: Directory, readers: LogReaders): Appender {
  const { config, kv, clock, bus, metrics, failed } = base;
  const { wakeInAtomic, remember, guesses } = storeTraits(config.kvPath);
  const appended = metrics.counter("parley_events_total", "Committed events of rooms.");
  return new Appender({
    kv,
    clock,
    stamp: wakeInAtomic,
    remember,
    guesses,
    shared: isShared(config.kvPath),
    rules: makeRules(config),
    noted: (roomId, events) => {
      appended.add(events.length);
      readers.pusher?.take(roomId, events);
    },
    committed: (roomId, events) => announce({ bus, directory, kv }, roomId, events),
    doubted: (roomId) => {
      readers.indexer?.doubt(roomId);
      // otherwise the commit itself has woken the other processes
      if (wakeInAtomic === undefined) bus.publish({ type: "wake", shard: shardOf(roomId) });
    },
    onError: failed("announcing a commit failed; readers read the log, and it is tried again"),
  });
}

/** Before the process ends: a store that is away must not hold it. */
function inTime(work: Promise<unknown>): Promise<unknown> {
  return within(realTimer, FLUSH_MS, work, storeIsAway);
}
