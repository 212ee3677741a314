/**
 * A socket isolate: it serves sockets, pages and the API on a shared network port, and reaches the store through a
 * MessagePort. pool.ts starts it.
 */
import { messageOf } from "../../base/errors.ts";
import { BroadcastChannelBus } from "../../bus/broadcast_channel.ts";
import { openChat } from "../../chat/open.ts";
import { PortKv } from "./store_port.ts";
import { makeLog } from "../../base/log.ts";
import { serve } from "../server.ts";
import type { Server } from "../server_handle.ts";
import type { Sample } from "../../base/metrics.ts";
import { PendingRequests } from "./pending_requests.ts";
import type { FromWorker, Start, ToWorker } from "./messages.ts";
import { IsolatePasswords } from "./passwords.ts";

/** Longer than the store isolate waits for the other isolates. */
const GATHER_MS = 2_000;

let server: Promise<Server> | undefined;
const gathering = new PendingRequests<Sample[][]>(GATHER_MS);
const passwords = new IsolatePasswords((id, task) => tell({ type: "password", id, task }));

self.onmessage = ({ data }: MessageEvent<ToWorker>) => {
  switch (data.type) {
    case "start":
      return void begin(data);
    case "measure":
      return void measure(data.id);
    case "gathered":
      return gathering.answered(data.id, data.samples);
    case "password":
      return passwords.answered(data.id, data.answer);
    case "stop":
      return void end();
  }
};

async function begin(start: Start): Promise<void> {
  try {
    server = open(start);
    const { hostname, port, transport } = await server;
    tell({ type: "listening", hostname, port, transport });
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    tell({ type: "failed", name, message });
  }
}

async function open(start: Start): Promise<Server> {
  const { config, isolate, epoch, jwtSecret, buildDir } = start;
  const log = makeLog({ level: config.logLevel, format: config.logFormat });
  const onError = (error: unknown) =>
    log.error("a signal from another isolate could not be handled", {
      isolate,
      error: messageOf(error),
    });
  const kv = new PortKv(start.store, start.storeLimits);
  const bus = new BroadcastChannelBus({ name: start.channel, isolate, onError });
  const chat = await openChat(config, { log, bus, passwords, store: { kv, appender: kv.appender, epoch, jwtSecret } });
  const { metrics } = chat;
  metrics.gather = async () => await gathering.ask((id) => tell({ type: "gather", id })) ?? [metrics.read()];
  const pages = buildDir === undefined ? {} : { buildDir: new URL(buildDir) };
  return await serve(chat, { ...pages, shared: true });
}

async function measure(id: number): Promise<void> {
  const chat = (await server)?.chat;
  if (chat !== undefined) tell({ type: "measured", id, samples: chat.metrics.read() });
}

async function end(): Promise<void> {
  try {
    await (await server)?.close();
  } finally {
    tell({ type: "stopped" });
  }
}

function tell(message: FromWorker): void {
  self.postMessage(message);
}
