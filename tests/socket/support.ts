/** A Chat with sockets on a port, without the rest of the server. */
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
import { type SocketOptions, TestSocket } from "../support/client.ts";
import { addPerson } from "../support/people.ts";

export const TRANSPORTS: TransportKind[] = ["native", "guarded"];

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
  open(person: Person, options?: SocketOptions): Promise<TestSocket>;
  /** Every socket has what the server had sent by now. */
  settle(): Promise<void>;
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
  const clients: TestSocket[] = [];
  return {
    chat,
    sockets,
    listener,
    origin,
    errors,
    person: (name) => signUp(chat, name),
    async open(person, options = {}) {
      const client = TestSocket.connect(origin, person, options);
      clients.push(client);
      await client.frame((frame) => frame.type === "hello");
      return client;
    },
    async settle() {
      const open = clients.filter(({ ws }) => ws.readyState === ws.OPEN && !ws.isPaused);
      const pings = open.map((client) => client.command({ type: "ping" }).catch(() => {}));
      let timer;
      // where a test keeps a command waiting, a ping of that socket waits behind it
      const late = new Promise((resolve) => timer = setTimeout(resolve, 250));
      await Promise.race([Promise.all(pings), late]);
      clearTimeout(timer);
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
        id,
        user_id: actor.user_id,
        kind: "cookie" as const,
        created_at: now,
        last_seen_at: now,
        expires_at: now + forMs,
        user_agent: "",
        address: "127.0.0.1",
        secret_hash,
      }),
      put(keys.sessionBySecret(secret_hash), { user_id: actor.user_id, session_id: id }),
    ],
  });
  return `parley_session=${secret}`;
}

export function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}
