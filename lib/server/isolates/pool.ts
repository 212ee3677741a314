/**
 * A server of several isolates. This one, the store isolate, holds the store: it does the reads and appends of all,
 * commits, encodes and announces. The others, the socket isolates, hold the sockets and share the port. A socket
 * isolate that ends with an uncaught error is replaced. One that runs out of memory ends the process: the platform
 * gives no way to prevent that.
 */
import { BroadcastChannelBus } from "../../bus/broadcast_channel.ts";
import { type OpenChat, openChat } from "../../chat/open.ts";
import type { Config } from "../../base/config/config.ts";
import { randomId } from "../../base/ids.ts";
import { serveKv } from "./store_port.ts";
import { makeLog } from "../../base/log.ts";
import { type Server, type ServerOptions, urlOf } from "../server_handle.ts";
import type { Sample } from "../../base/metrics.ts";
import { PendingRequests } from "./pending_requests.ts";
import type { FromWorker, Start, ToWorker } from "./messages.ts";
import { answerPassword } from "./passwords.ts";

type Listening = Extract<FromWorker, { type: "listening" }>;

/**
 * How long to wait for the socket isolates at a stop: the store still has to be closed within the 4 s of the whole
 * stop.
 */
const STOP_MS = 3_000;
/** The pause before a failed isolate is replaced, by how many failed in a row without serving for a while. */
const REPLACE_MS = [0, 500, 2_000, 5_000];
const SERVED_WELL_MS = 30_000;
const MEASURE_MS = 1_000;

/** Rejects like openServer when the port or the store cannot be had. */
export async function openIsolates(config: Config, options: ServerOptions): Promise<Server> {
  requireFreePort(config);
  const log = options.log ?? makeLog({ level: config.logLevel, format: config.logFormat });
  const channel = `parley-${randomId(16)}`;
  const onError = (error: unknown) =>
    log.error("a signal from another isolate could not be handled", { error: String(error) });
  const bus = new BroadcastChannelBus({ name: channel, isolate: "store", onError });
  const chat = await openChat(config, { ...options, log, bus });
  const pool = new Pool(chat, channel, options);
  chat.metrics.gather = () => pool.gather();
  try {
    const first = await pool.add(config.port);
    for (let i = 1; i < config.isolates; i++) await pool.add(first.port);
    const { hostname, port, transport } = first;
    return {
      chat,
      hostname,
      port,
      transport,
      url: urlOf(config, hostname, port),
      close: () => pool.close(),
      [Symbol.asyncDispose]: () => pool.close(),
    };
  } catch (error) {
    await pool.close();
    throw error;
  }
}

/**
 * Throws where the port is taken. The isolates bind it as shared, so a second server could bind it too, and connections
 * would go to either.
 */
function requireFreePort({ host, port }: Config): void {
  if (port !== 0) Deno.listen({ hostname: host, port }).close();
}

class Pool {
  readonly #chat: OpenChat;
  readonly #channel: string;
  readonly #options: ServerOptions;
  readonly #isolates = new Set<Isolate>();
  #started = 0;
  #failures = 0;
  #closing: Promise<void> | undefined;
  #cancelReplacements = new Set<() => void>();

  constructor(chat: OpenChat, channel: string, options: ServerOptions) {
    this.#chat = chat;
    this.#channel = channel;
    this.#options = options;
  }

  /** Resolves once it listens. */
  async add(port: number): Promise<Listening> {
    const isolate = new Isolate(this.#chat, {
      name: `sockets-${++this.#started}`,
      channel: this.#channel,
      port,
      worker: this.#options.worker ?? new URL("./worker.ts", import.meta.url),
      buildDir: this.#options.buildDir?.href,
    });
    this.#isolates.add(isolate);
    const began = performance.now();
    try {
      const listening = await isolate.listening;
      void isolate.ended.then((error) => this.#ended(isolate, error, listening.port, performance.now() - began));
      return listening;
    } catch (error) {
      this.#isolates.delete(isolate);
      await isolate.stop();
      throw error;
    }
  }

  /** The metrics of this isolate, and of every other that answers in time. */
  async gather(): Promise<Sample[][]> {
    const others = await Promise.all([...this.#isolates].map((isolate) => isolate.measure()));
    return [this.#chat.metrics.read(), ...others.filter((samples) => samples !== undefined)];
  }

  /** Stops all isolates at once. Idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    for (const cancel of this.#cancelReplacements) cancel();
    await Promise.all([...this.#isolates].map((isolate) => isolate.stop()));
    await this.#chat[Symbol.asyncDispose]();
  }

  #ended(isolate: Isolate, error: string, port: number, servedMs: number): void {
    this.#isolates.delete(isolate);
    if (this.#closing !== undefined) return;
    this.#chat.log.error("an isolate ended and is replaced; its clients reconnect", { isolate: isolate.name, error });
    this.#chat.bus.publish({ type: "presence", isolate: isolate.name, online: [], offline: [], all: true });
    this.#failures = servedMs > SERVED_WELL_MS ? 0 : this.#failures + 1;
    this.#replace(port);
  }

  #replace(port: number): void {
    const wait = REPLACE_MS[Math.min(Math.max(this.#failures - 1, 0), REPLACE_MS.length - 1)] ?? 0;
    const cancel = this.#chat.clock.after(wait, () => {
      this.#cancelReplacements.delete(cancel);
      this.add(port).catch((error) => {
        if (this.#closing !== undefined) return;
        this.#chat.log.error("an isolate could not be started", { error: String(error) });
        this.#failures++;
        this.#replace(port);
      });
    });
    this.#cancelReplacements.add(cancel);
  }
}

interface IsolateOptions {
  name: string;
  channel: string;
  port: number;
  worker: URL;
  buildDir: string | undefined;
}

/** One worker, and its port to the store. */
class Isolate {
  readonly name: string;
  readonly listening: Promise<Listening>;
  /** Resolves with the reason for which the isolate ended. */
  readonly ended: Promise<string>;
  readonly #worker: Worker;
  readonly #unserve: () => void;
  readonly #stopped = Promise.withResolvers<void>();
  readonly #measuring = new PendingRequests<Sample[]>(MEASURE_MS);

  constructor(chat: OpenChat, { name, channel, port, worker, buildDir }: IsolateOptions) {
    this.name = name;
    const { port1, port2 } = new MessageChannel();
    this.#unserve = serveKv(port1, chat.kv, chat.appender);
    this.#worker = new Worker(worker, { type: "module", name });
    const listening = Promise.withResolvers<Listening>();
    const ended = Promise.withResolvers<string>();
    this.listening = listening.promise;
    this.ended = ended.promise;
    this.#worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
      switch (data.type) {
        case "listening":
          return listening.resolve(data);
        case "failed":
          return listening.reject(failure(data));
        case "measured":
          return this.#measuring.answered(data.id, data.samples);
        case "gather":
          return void chat.metrics.gather().then((samples) => this.#tell({ type: "gathered", id: data.id, samples }));
        case "password":
          return void answerPassword(chat.passwords, data.task)
            .then((answer) => this.#tell({ type: "password", id: data.id, answer }));
        case "stopped":
          return this.#stopped.resolve();
      }
    };
    this.#worker.onerror = (event) => {
      event.preventDefault(); // otherwise the error would end this isolate as well
      this.#unserve();
      this.#worker.terminate();
      this.#measuring.end();
      this.#stopped.resolve();
      listening.reject(new Error(event.message));
      ended.resolve(event.message);
    };
    const start: Start = {
      type: "start",
      config: { ...chat.config, port },
      isolate: name,
      channel,
      buildDir,
      store: port2,
      storeLimits: chat.kv.limits,
      epoch: chat.epoch,
      jwtSecret: new TextDecoder().decode(chat.jwtKey),
    };
    this.#worker.postMessage(start satisfies ToWorker, [port2]);
  }

  /** The isolate's metrics; undefined where it did not answer. */
  measure(): Promise<Sample[] | undefined> {
    return this.#measuring.ask((id) => this.#tell({ type: "measure", id }));
  }

  #tell(message: ToWorker): void {
    this.#worker.postMessage(message);
  }

  async stop(): Promise<void> {
    this.#tell({ type: "stop" });
    let timer;
    const late = new Promise<void>((resolve) => timer = setTimeout(resolve, STOP_MS));
    await Promise.race([this.#stopped.promise, late]);
    clearTimeout(timer);
    this.#unserve();
    this.#measuring.end();
    this.#worker.terminate();
  }
}

/** Makes the isolate's error again, with the name and message by which main.ts explains it. */
function failure({ name, message }: Extract<FromWorker, { type: "failed" }>): Error {
  if (name === "AddrInUse") return new Deno.errors.AddrInUse(message);
  return new Error(message);
}
