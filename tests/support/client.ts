/** An API and socket client for tests, like a careful program that embeds Parley. */
// @ts-types="@types/ws"
import { WebSocket } from "ws";
import { PATIENCE_MS } from "./until.ts";

/** How long a handshake may take, on a machine that does much else. */
const HANDSHAKE_MS = 20_000;

// deno-lint-ignore no-explicit-any -- a test reads the fields that it expects, and fails where they differ
export type Json = any;

export interface Session {
  cookie: string;
  user: Json;
}

/** Registers and signs in. */
export async function signUp(origin: string, username: string, password = "correct horse battery"): Promise<Session> {
  const made = await post(origin, "/api/users", { username, password });
  if (made.status !== 201) throw new Error(`registering ${username}: ${made.status} ${await made.text()}`);
  await made.body?.cancel();
  return await signIn(origin, username, password);
}

export async function signIn(origin: string, username: string, password = "correct horse battery"): Promise<Session> {
  const response = await post(origin, "/api/users/login", { username, password });
  const body = await response.json();
  if (response.status !== 200) throw new Error(`signing in ${username}: ${JSON.stringify(body)}`);
  return { cookie: (response.headers.get("set-cookie") ?? "").split(";")[0] ?? "", user: body.user };
}

export function post(origin: string, path: string, body: unknown, session?: Session): Promise<Response> {
  return request(origin, "POST", path, body, session);
}

export function request(
  origin: string,
  method: string,
  path: string,
  body?: unknown,
  session?: Session,
): Promise<Response> {
  const headers: Record<string, string> = { origin };
  if (body !== undefined) headers["content-type"] = "application/json";
  if (session !== undefined) headers["cookie"] = session.cookie;
  return fetch(origin + path, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
}

export async function getJson(origin: string, path: string, session: Session): Promise<Json> {
  const response = await request(origin, "GET", path, undefined, session);
  if (!response.ok) throw new Error(`GET ${path}: ${response.status} ${await response.text()}`);
  return await response.json();
}

export interface SocketOptions {
  /** The subprotocol; null: none. */
  protocol?: string | null;
  /** An access token, instead of the session's cookie. */
  bearer?: string;
  /** The certificate authority to trust. */
  ca?: string;
}

/** How the connection ended. */
export interface Closed {
  code: number;
  reason: string;
}

interface Waiting {
  resolve(frame: Json): void;
  reject(error: Error): void;
}

/** One socket. It keeps every frame but the replies to its commands, in the order in which they came. */
export class TestSocket {
  readonly frames: Json[] = [];
  /** How many lines each WebSocket message held. */
  readonly sizes: number[] = [];
  /** Called with each frame that is not a reply. */
  onFrame: (frame: Json) => void = () => {};
  /** Rejects where the server refuses the upgrade. */
  readonly opened: Promise<void>;
  readonly closed: Promise<Closed>;
  /** The answer to the upgrade, where the server refuses it. */
  readonly refused: Promise<{ status: number; retryAfter: string | undefined }>;
  readonly ws: WebSocket;
  readonly #commands = new Map<number, Waiting>();
  #watchers: (Waiting & { test(frame: Json): boolean })[] = [];
  #closed: Closed | undefined;
  #id = 0;

  private constructor(origin: string, { cookie }: { cookie: string }, options: SocketOptions) {
    const { protocol = "parley.1", bearer, ca } = options;
    const ws = this.ws = new WebSocket(`${origin.replace("http", "ws")}/ws`, protocol === null ? [] : [protocol], {
      headers: bearer === undefined ? { cookie, origin } : { authorization: `Bearer ${bearer}` },
      handshakeTimeout: HANDSHAKE_MS,
      ...(ca === undefined ? {} : { ca }),
    });
    ws.on("message", (data: Uint8Array) => {
      const lines = String(data).split("\n");
      this.sizes.push(lines.length);
      for (const line of lines) this.#take(JSON.parse(line));
    });
    this.refused = new Promise((resolve) =>
      ws.on("unexpected-response", (_request, { statusCode, headers }) => {
        resolve({ status: statusCode ?? 0, retryAfter: headers["retry-after"] });
        ws.terminate();
      })
    );
    this.opened = new Promise((resolve, reject) => {
      ws.once("open", resolve);
      ws.on("error", reject);
      ws.once("close", (code) => reject(new Error(`closed ${code}`)));
    });
    this.opened.catch(() => {}); // a test need not await it
    this.closed = new Promise((resolve) =>
      ws.on("close", (code: number, reason: Uint8Array) => resolve(this.#end({ code, reason: String(reason) })))
    );
  }

  /** Resolves once it is open. `session` may be empty where the options have an access token. */
  static async open(origin: string, session: { cookie: string }, options: SocketOptions = {}): Promise<TestSocket> {
    const socket = TestSocket.connect(origin, session, options);
    await socket.opened;
    return socket;
  }

  /** Does not wait until it is open: the server may refuse it. */
  static connect(origin: string, session: { cookie: string }, options: SocketOptions = {}): TestSocket {
    return new TestSocket(origin, session, options);
  }

  /** Resolves with the reply; rejects when the socket ends before it. */
  command(command: Json): Promise<Json> {
    const id = ++this.#id;
    const reply = new Promise<Json>((resolve, reject) => {
      if (this.ws.readyState !== WebSocket.OPEN) return reject(new Error("not open"));
      this.#commands.set(id, { resolve, reject });
      this.send({ ...command, id });
    });
    reply.catch(() => {}); // a test need not await it
    return reply;
  }

  /** Joins `general`, or another room; resolves with the reply. */
  join(room_id = "general", since?: string): Promise<Json> {
    return this.command({ type: "join_room", room_id, ...(since === undefined ? {} : { since }) });
  }

  say(content: string, room_id = "general"): Promise<Json> {
    return this.command({ type: "chat_message", room_id, content });
  }

  /** Sends a text unchanged, or a command without waiting for its reply, which is then among the frames. */
  send(command: Json): void {
    this.ws.send(typeof command === "string" ? command : JSON.stringify(command));
  }

  /** The first frame, past or future, that passes; rejects when the socket ends before it, or when it does not come. */
  async frame(test: (frame: Json) => boolean, ms = PATIENCE_MS): Promise<Json> {
    const found = this.frames.find(test);
    if (found !== undefined) return found;
    let timer;
    try {
      return await new Promise((resolve, reject) => {
        if (this.#closed !== undefined) return reject(new Error(`closed ${this.#closed.code}`));
        this.#watchers.push({ test, resolve, reject });
        timer = setTimeout(() => reject(new Error(`no such frame in ${ms} ms; got ${this.#types()}: ${test}`)), ms);
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

  /** As `closed`, for an end that is due by now: rejects at once where the server still answers a ping. */
  async ended(): Promise<Closed> {
    const answered = this.command({ type: "ping" }).then(() => true, () => false);
    const isOpen = await Promise.race([this.closed.then(() => false), answered]);
    if (isOpen) throw new Error("the server should have ended this socket, and still answers it");
    return await this.closed;
  }

  close(): void {
    this.ws.close();
  }

  /** Reads nothing from now on, not even a goodbye; the connection stays. */
  stall(): void {
    this.ws.pause();
  }

  /** Cuts the connection without a closing handshake. */
  cut(): void {
    if (this.ws.isPaused) this.ws.resume(); // a paused socket does not report its end
    this.ws.terminate();
  }

  #end(closed: Closed): Closed {
    this.#closed = closed;
    for (const { reject } of [...this.#commands.values(), ...this.#watchers]) {
      reject(new Error(`closed ${closed.code}`));
    }
    this.#commands.clear();
    this.#watchers = [];
    return closed;
  }

  #types(): string {
    return this.frames.map((frame) => frame.type ?? `re ${frame.re}`).slice(-20).join(", ");
  }

  #take(frame: Json): void {
    const waiting = this.#commands.get(frame.re);
    if (waiting !== undefined) {
      this.#commands.delete(frame.re);
      return waiting.resolve(frame);
    }
    this.frames.push(frame);
    this.onFrame(frame);
    this.#watchers = this.#watchers.filter((watcher) => {
      if (!watcher.test(frame)) return true;
      watcher.resolve(frame);
      return false;
    });
  }
}
