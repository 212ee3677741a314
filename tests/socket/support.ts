/** A Chat with sockets on a port, without the rest of the server; and a client that reads every frame. */
// @ts-types="@types/ws"
import { WebSocket } from "ws";
import type { Bus } from "../../lib/bus/bus.ts";
import type { Clock } from "../../lib/base/clock.ts";
import type { Config } from "../../lib/base/config/config.ts";
import type { Kv } from "../../lib/store/kv.ts";
import { keys } from "../../lib/store/keys.ts";
import { put } from "../../lib/store/kv.ts";
import { hashSecret, randomSecret } from "../../lib/base/ids.ts";
import { isSocketPath, type Listener, type TransportKind } from "../../lib/socket/transport/transport.ts";
import { listen } from "../../lib/socket/transport/listen.ts";
import { Sockets } from "../../lib/socket/sockets.ts";
import type { OpenChat } from "../../lib/chat/open.ts";
import type { Actor } from "../../lib/protocol/model.ts";
import { openTestChat } from "../support/chat.ts";
import { addPerson } from "../support/people.ts";

export const TRANSPORTS: TransportKind[] = ["native", "guarded"];

// deno-lint-ignore no-explicit-any -- a test looks into whatever came
export type Json = any;

export interface Person {
  actor: Actor;
  cookie: string;
}

export interface TestServer extends AsyncDisposable {
  chat: OpenChat;
  sockets: Sockets;
  listener: Listener;
  origin: string;
  errors: unknown[];
  person(name: string): Promise<Person>;
  open(person: Person, options?: OpenOptions): Promise<Client>;
}

export interface ServerOptions {
  transport: TransportKind;
  bus?: Bus;
  clock?: Clock;
  config?: Partial<Config>;
  wrapKv?: (kv: Kv) => Kv;
}

export async function openServer({ transport, ...options }: ServerOptions): Promise<TestServer> {
  const { config, ...rest } = options;
  const chat = await openTestChat({ ...rest, config: { limits: false, ...config } });
  const sockets = await Sockets.open(chat);
  const errors: unknown[] = [];
  const listener: Listener = await listen({
    config: chat.config,
    clock: chat.clock,
    transport,
    handler: (request, info) =>
      isSocketPath(new URL(request.url).pathname) ? listener.handleUpgrade(request, info) : new Response("a page"),
    admit: sockets.admit,
    onSocket: sockets.onSocket,
    onError: (error) => errors.push(error),
  });
  const origin = `http://127.0.0.1:${listener.port}`;
  const clients: Client[] = [];
  return {
    ...{ chat, sockets, listener, origin, errors },
    person: (name) => signUp(chat, name),
    async open(person, options = {}) {
      const client = new Client(origin, person, options);
      clients.push(client);
      await client.frame((frame) => frame.type === "hello");
      return client;
    },
    async [Symbol.asyncDispose]() {
      await sockets.drain();
      for (const client of clients) client.cut();
      await Promise.all(clients.map((client) => client.closed));
      await listener.close(500);
      await chat[Symbol.asyncDispose]();
    },
  };
}

async function signUp(chat: OpenChat, name: string): Promise<Person> {
  const actor = await addPerson(chat, name);
  return { actor, cookie: await newSession(chat, actor) };
}

/** A session's cookie; `id` is the session's. */
export async function newSession(chat: OpenChat, actor: Actor, id = actor.session_id, forMs = 3_600_000) {
  const secret = randomSecret();
  const secret_hash = await hashSecret(secret);
  const now = chat.clock.now();
  await chat.kv.commit({
    set: [
      put(keys.session(actor.user_id, id), {
        ...{ id, user_id: actor.user_id, kind: "cookie" as const, created_at: now, last_seen_at: now },
        ...{ expires_at: now + forMs, user_agent: "", address: "127.0.0.1", secret_hash },
      }),
      put(keys.sessionBySecret(secret_hash), { user_id: actor.user_id, session_id: id }),
    ],
  });
  return `parley_session=${secret}`;
}

export interface OpenOptions {
  /** Without the subprotocol by default undefined: `parley.1`. */
  protocol?: string | null;
  /** An access token, instead of the person's cookie. */
  bearer?: string;
}

/** Keeps every frame, in order. */
export class Client {
  readonly frames: Json[] = [];
  /** How many lines each WebSocket message held. */
  readonly sizes: number[] = [];
  readonly closed: Promise<{ code: number; reason: string }>;
  /** The answer to the upgrade, where it is none. */
  readonly refused: Promise<{ status: number; retryAfter: string | undefined }>;
  readonly ws: WebSocket;
  #watchers: { test(frame: Json): boolean; resolve(frame: Json): void }[] = [];
  #id = 0;

  constructor(origin: string, person: Person, { protocol = "parley.1", bearer }: OpenOptions = {}) {
    this.ws = new WebSocket(`${origin.replace("http", "ws")}/ws`, protocol === null ? [] : [protocol], {
      headers: bearer === undefined ? { cookie: person.cookie, origin } : { authorization: `Bearer ${bearer}` },
    });
    this.ws.on("message", (data) => {
      const lines = String(data).split("\n");
      this.sizes.push(lines.length);
      for (const line of lines) this.#take(JSON.parse(line));
    });
    this.ws.on("error", () => {});
    this.refused = new Promise((resolve) =>
      this.ws.on("unexpected-response", (_request, { statusCode, headers }) => {
        resolve({ status: statusCode ?? 0, retryAfter: headers["retry-after"] });
        this.ws.terminate();
      })
    );
    this.closed = new Promise((resolve) =>
      this.ws.on("close", (code, reason) => resolve({ code, reason: String(reason) }))
    );
  }

  send(command: Json): void {
    this.ws.send(typeof command === "string" ? command : JSON.stringify(command));
  }

  command(command: Json): Promise<Json> {
    const id = `c${++this.#id}`;
    this.send({ ...command, id });
    return this.frame((frame) => frame.re === id);
  }

  /** Joins `general`, or another room; resolves with the reply. */
  join(room_id = "general", since?: string): Promise<Json> {
    return this.command({ type: "join_room", room_id, ...(since === undefined ? {} : { since }) });
  }

  say(content: string, room_id = "general"): Promise<Json> {
    return this.command({ type: "chat_message", room_id, content });
  }

  /** The first frame, past or future, that passes. */
  async frame(test: (frame: Json) => boolean, ms = 30_000): Promise<Json> {
    const found = this.frames.find(test);
    if (found !== undefined) return found;
    let timer;
    try {
      return await new Promise((resolve, reject) => {
        this.#watchers.push({ test, resolve });
        timer = setTimeout(() => reject(new Error(`no such frame; got ${this.#types()}: ${test}`)), ms);
      });
    } finally {
      clearTimeout(timer);
    }
  }

  /** The events of a room's sequence, in the order they came. */
  events(room_id = "general"): Json[] {
    return this.frames.filter((frame) => frame.room_id === room_id && typeof frame.seq === "number" && frame.id);
  }

  seqs(room_id = "general"): number[] {
    return this.events(room_id).map((event) => event.seq);
  }

  /** Resolves when the event with this seq has come. */
  upTo(seq: number, room_id = "general"): Promise<Json> {
    return this.frame((frame) => frame.room_id === room_id && frame.seq === seq && frame.id !== undefined);
  }

  cut(): void {
    if (this.ws.isPaused) this.ws.resume(); // or its end is not told
    this.ws.terminate();
  }

  #types(): string {
    return this.frames.map((frame) => frame.type ?? `re ${frame.re}`).slice(-20).join(", ");
  }

  #take(frame: Json): void {
    this.frames.push(frame);
    this.#watchers = this.#watchers.filter((watcher) => {
      if (!watcher.test(frame)) return true;
      watcher.resolve(frame);
      return false;
    });
  }
}

/** Polls until something is so. */
export async function until(isSo: () => boolean | Promise<boolean>, ms = 30_000): Promise<void> {
  const end = performance.now() + ms;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`never: ${isSo}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}
