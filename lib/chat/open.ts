/** Puts a Chat together: store, bus, append queue and caches. The server adds edges and sockets (lib/server.ts). */
import type { Bus } from "../bus/bus.ts";
import { MemoryBus } from "../bus/memory.ts";
import { type Clock, systemClock } from "../clock.ts";
import type { Config } from "../config.ts";
import { Appender, emptyHead } from "../kv/append.ts";
import { keys } from "../kv/keys.ts";
import { type Kv, put } from "../kv/kv.ts";
import { openStore } from "../kv/open.ts";
import { sweep } from "../kv/sweep.ts";
import { type Log, makeLog } from "../log.ts";
import { initAccounts } from "./accounts.ts";
import type { Chat } from "./chat.ts";
import { Directory } from "./directory.ts";
import { Passwords } from "./passwords.ts";
import { announce } from "./publish.ts";
import { RateLimiter } from "./rate_limiter.ts";
import { ReadMarks } from "./read_marks.ts";
import { makeRules } from "./rules.ts";

const SWEEP_EVERY_MS = 60_000;

export interface ChatOptions {
  log?: Log;
  clock?: Clock;
  bus?: Bus;
  passwords?: Passwords;
  /** Wraps the store's handle: tests make it fail. */
  wrapKv?: (kv: Kv) => Kv;
}

export interface OpenChat extends Chat, AsyncDisposable {}

/** Opens the store at `config.kvPath`, makes what is missing, and starts sweeping. Dispose finishes what is in flight. */
export async function openChat(config: Config, options: ChatOptions = {}): Promise<OpenChat> {
  const log = options.log ?? makeLog({ level: config.logLevel, format: config.logFormat });
  const clock = options.clock ?? systemClock;
  const store = await openStore(config.kvPath);
  const kv = options.wrapKv?.(store.kv) ?? store.kv;
  const bus = options.bus ?? new MemoryBus();
  const directory = new Directory(kv, bus);
  const failed = (what: string) => (error: unknown) =>
    log.error(what, { error: error instanceof Error ? error.message : String(error) });
  const appender = new Appender({
    kv,
    clock,
    rules: makeRules({ idempotencyMs: config.idempotencyMs }),
    committed: (roomId, events) => announce({ bus, directory }, roomId, events),
    onError: failed("announcing a commit failed; readers catch up with the next one"),
  });
  const marks = new ReadMarks(kv, clock, failed("writing read marks failed"));
  const jwtKey = new TextEncoder().encode(config.jwtSecret ?? store.jwtSecret);

  let sweeping: Promise<unknown> = Promise.resolve();
  const cancelSweep = clock.every(SWEEP_EVERY_MS, () => {
    sweeping = sweeping.then(() => sweep(kv, clock)).catch(failed("sweeping failed"));
  });

  const chat: OpenChat = {
    ...{ config, kv, bus, clock, log, appender, directory, marks, jwtKey },
    epoch: store.epoch,
    rates: new RateLimiter(config, clock),
    passwords: options.passwords ?? new Passwords(),
    presence: { isOnline: () => false },
    async [Symbol.asyncDispose]() {
      cancelSweep();
      await appender.settled();
      await sweeping;
      await marks.flush().catch(failed("writing read marks failed"));
      directory.close();
      await bus.close();
      kv.close();
    },
  };
  try {
    await ensureGeneral(chat);
    await initAccounts(chat);
    return chat;
  } catch (error) {
    await chat[Symbol.asyncDispose]();
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
