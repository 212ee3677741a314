/** An API and socket client for tests: what a careful program that embeds Parley would do. */
// @ts-types="@types/ws"
import { WebSocket } from "ws";

// deno-lint-ignore no-explicit-any -- a test looks into whatever came, and fails where it is not what it expects
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

/** One socket. Frames are kept; `command` resolves with its reply, and rejects when the socket ends before it. */
export class TestSocket {
  readonly frames: Json[] = [];
  /** Called with each frame that is not a reply. */
  onFrame: (frame: Json) => void = () => {};
  readonly closed: Promise<number>;
  /** What the server said with the code. */
  reason = "";
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, { resolve(reply: Json): void; reject(error: Error): void }>();
  #watchers: { test(frame: Json): boolean; resolve(frame: Json): void; reject(error: Error): void }[] = [];
  #closed = false;
  #id = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on("message", (data: Uint8Array) => {
      for (const line of String(data).split("\n")) this.#take(JSON.parse(line));
    });
    this.closed = new Promise((resolve) => {
      socket.on("close", (code: number, reason: Uint8Array) => {
        this.reason = String(reason);
        this.#closed = true;
        for (const { reject } of [...this.#waiting.values(), ...this.#watchers]) reject(new Error(`closed ${code}`));
        this.#waiting.clear();
        this.#watchers = [];
        resolve(code);
      });
    });
    socket.on("error", () => {});
  }

  static async open(
    origin: string,
    session: Session,
    protocol: string | undefined = "parley.1",
    ca = "",
  ): Promise<TestSocket> {
    const socket = new WebSocket(`${origin.replace("http", "ws")}/ws`, protocol === undefined ? [] : [protocol], {
      headers: { cookie: session.cookie, origin },
      handshakeTimeout: 20_000,
      ...(ca === "" ? {} : { ca }),
    });
    const opened = new TestSocket(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once("open", () => resolve());
      socket.once("error", reject);
    });
    return opened;
  }

  command(command: Json): Promise<Json> {
    const id = ++this.#id;
    return new Promise((resolve, reject) => {
      if (this.#socket.readyState !== WebSocket.OPEN) return reject(new Error("not open"));
      this.#waiting.set(id, { resolve, reject });
      this.#socket.send(JSON.stringify({ ...command, id }));
    });
  }

  sendText(text: string): void {
    this.#socket.send(text);
  }

  /** The first frame, past or future, that passes; rejects when the socket ends before it. */
  frame(test: (frame: Json) => boolean): Promise<Json> {
    const found = this.frames.find(test);
    if (found !== undefined) return Promise.resolve(found);
    if (this.#closed) return Promise.reject(new Error("closed"));
    return new Promise((resolve, reject) => this.#watchers.push({ test, resolve, reject }));
  }

  close(): void {
    this.#socket.close();
  }

  /** Reads nothing from now on, not even a goodbye; the connection stays. */
  stall(): void {
    this.#socket.pause();
  }

  /** Cuts the connection without a closing handshake. */
  cut(): void {
    this.#socket.terminate();
  }

  #take(frame: Json): void {
    const waiting = this.#waiting.get(frame.re);
    if (waiting !== undefined) {
      this.#waiting.delete(frame.re);
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
