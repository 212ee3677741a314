/** One WebSocket that comes back by itself (SPEC.md, S): back-off, heartbeat, commands with answers. */
import { type ReadonlySignal, signal } from "@preact/signals";
import * as v from "valibot";
import { mayReconnect, mustSignIn } from "../protocol/close_codes.ts";
import type { commandSchemas } from "../protocol/commands.ts";
import { SUBPROTOCOL } from "../protocol/limits.ts";
import type { Environment } from "./environment.ts";
import { NoAnswer, toChatError } from "./failure.ts";
import { decodeFrame, type Incoming } from "./frames.ts";

/**
 * `waiting`: between two tries. `offline`: the same, and the browser says there is no network.
 * `signed_out`: sign in first. `stopped`: the server refused this client for good; reloading the page may help.
 */
export type ConnectionState = "connecting" | "open" | "waiting" | "offline" | "signed_out" | "stopped";

type Schemas = typeof commandSchemas;
/** What may be sent; `id` is the connection's own business. */
export type ClientCommand = { [T in keyof Schemas]: v.InferInput<Schemas[T]> }[keyof Schemas];

export interface Socket {
  send(text: string): void;
  close(): void;
}
export interface SocketHandlers {
  message(data: unknown): void;
  close(code: number, reason: string): void;
}
/** Opens a socket with subprotocol `parley.1`. */
export type OpenSocket = (url: string, on: SocketHandlers) => Socket;

export const browserSocket: OpenSocket = (url, on) => {
  const socket = new WebSocket(url, SUBPROTOCOL);
  socket.onmessage = (event) => on.message(event.data);
  socket.onclose = (event) => on.close(event.code, event.reason);
  return socket;
};

export interface ConnectionOptions {
  url: string;
  environment: Environment;
  openSocket: OpenSocket;
  /** Whether the session is still good (`GET /api/me`): a failed upgrade shows no status. Rejects where nobody answers. */
  signedIn(): Promise<boolean>;
  /** Everything but replies. */
  onFrame(frame: Exclude<Incoming, { kind: "reply" }>): void;
}

const FIRST_MS = 500;
/** Doubled by the jitter at most: no wait is longer than 30 s. */
const SLOWEST_MS = 15_000;
/** A connection that lived for this long was a good one: the back-off starts anew. */
const GOOD_MS = 10_000;
const PATIENCE_MS = 10_000;
const COMMAND_MS = 15_000;

interface Waiter {
  resolve(reply: unknown): void;
  reject(error: Error): void;
  cancel(): void;
}

export class Connection {
  readonly #state = signal<ConnectionState>("connecting");
  readonly #downSince = signal<number | null>(null);
  readonly #options: ConnectionOptions;
  readonly #env: Environment;
  #socket: Socket | null = null;
  /** Tells the present socket's handlers from those of one that was given up. */
  #generation = 0;
  #started = false;
  /** Why the server ended the session, where it said so. */
  #ended = "";
  #attempts = 0;
  #openedAt = 0;
  #heardAt = 0;
  #heartbeatMs = 30_000;
  #probing = false;
  #nextId = 1;
  readonly #waiters = new Map<number, Waiter>();
  #cancelTimer = () => {};
  #stopListening = () => {};

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#env = options.environment;
  }

  get state(): ReadonlySignal<ConnectionState> {
    return this.#state;
  }

  /** When it went down (ms since the epoch), or null while it is up. */
  get downSince(): ReadonlySignal<number | null> {
    return this.#downSince;
  }

  /** Somebody ended the session on purpose: it did not just run out. */
  get endedOnPurpose(): boolean {
    return this.#ended !== "" && this.#ended !== "expired";
  }

  start(): void {
    if (this.#started) return;
    this.#started = true;
    this.#stopListening = this.#env.listen(() => this.#worldChanged());
    this.#connect();
  }

  /** Ends it for good, or until `start`. */
  stop(): void {
    this.#started = false;
    this.#stopListening();
    this.#drop();
  }

  /** Tries at once where it waits for the next try. */
  retryNow(): void {
    if (!this.#started || (this.#state.value !== "waiting" && this.#state.value !== "offline")) return;
    void this.#checkThenConnect();
  }

  /** Sends a command and resolves with its reply. Rejects with the server's ChatError, or with NoAnswer. */
  command<S extends v.GenericSchema>(command: ClientCommand, schema: S): Promise<v.InferOutput<S>> {
    if (this.#state.value !== "open") return Promise.reject(new NoAnswer());
    const id = this.#nextId++;
    return new Promise<unknown>((resolve, reject) => {
      const cancel = this.#env.after(COMMAND_MS, () => {
        this.#waiters.delete(id);
        reject(new NoAnswer("The server did not answer in time: try again."));
      });
      this.#waiters.set(id, { resolve, reject, cancel });
      this.#send({ ...command, id });
    }).then((reply) => v.parse(schema, reply));
  }

  /** Sends a command that needs no answer; dropped where there is no connection. */
  notify(command: ClientCommand): void {
    if (this.#state.value === "open") this.#send(command);
  }

  #send(command: ClientCommand): void {
    this.#socket?.send(JSON.stringify(command));
  }

  #connect(): void {
    this.#drop();
    this.#setState("connecting");
    const generation = this.#generation;
    const mine = (run: () => void) => {
      if (generation === this.#generation) run();
    };
    // a server that takes the connection and says nothing is as good as none
    this.#cancelTimer = this.#env.after(PATIENCE_MS, () => this.#closed(1006, ""));
    try {
      this.#socket = this.#options.openSocket(this.#options.url, {
        message: (data) => mine(() => this.#heard(data)),
        close: (code, reason) => mine(() => this.#closed(code, reason)),
      });
    } catch {
      this.#closed(1006, "");
    }
  }

  #heard(data: unknown): void {
    this.#heardAt = this.#env.now();
    this.#probing = false;
    for (const frame of decodeFrame(data)) {
      if (frame.kind === "reply") {
        this.#answer(frame.reply);
        continue;
      }
      if (frame.kind === "message" && frame.message.type === "hello") {
        this.#openedAt = this.#env.now();
        this.#ended = "";
        this.#heartbeatMs = frame.message.heartbeat_ms;
        this.#setState("open");
        this.#watch();
      }
      this.#options.onFrame(frame);
    }
  }

  #answer(reply: Extract<Incoming, { kind: "reply" }>["reply"]): void {
    const waiter = this.#waiters.get(reply.re);
    if (waiter === undefined) return;
    this.#waiters.delete(reply.re);
    waiter.cancel();
    if (reply.error !== undefined) waiter.reject(toChatError(reply.error));
    else waiter.resolve(reply);
  }

  /** Wakes when silence has lasted for the heartbeat: asks, then gives up on a peer that stays silent. */
  #watch(): void {
    this.#cancelTimer();
    const limit = this.#heartbeatMs + (this.#probing ? PATIENCE_MS : 0);
    const left = this.#heardAt + limit - this.#env.now();
    this.#cancelTimer = this.#env.after(Math.max(left, 1), () => {
      if (this.#env.now() - this.#heardAt < limit) return this.#watch();
      if (this.#probing) return this.#closed(4001, "");
      this.#probe();
    });
  }

  #probe(): void {
    this.#probing = true;
    // counts from now on, however long ago the last frame was
    this.#heardAt = this.#env.now() - this.#heartbeatMs;
    this.#send({ type: "ping" });
    this.#watch();
  }

  #worldChanged(): void {
    if (this.#state.value === "open") {
      // after a sleep or a change of network the socket may be dead without anybody having told us
      if (this.#env.visible() && !this.#probing) this.#probe();
    } else if (this.#env.online() && this.#env.visible()) this.retryNow();
    else if (this.#state.value === "waiting" && !this.#env.online()) this.#setState("offline");
  }

  #closed(code: number, reason: string): void {
    const wasOpen = this.#state.value === "open";
    if (wasOpen && this.#env.now() - this.#openedAt >= GOOD_MS) this.#attempts = 0;
    this.#drop();
    if (!mayReconnect(code) && !mustSignIn(code)) return this.#setState("stopped");
    if (mustSignIn(code)) this.#ended = reason;
    const told = code === 1001 ? /^retry in (\d{1,6})/.exec(reason)?.[1] : undefined;
    this.#wait(told === undefined ? undefined : Number(told), wasOpen && !mustSignIn(code));
  }

  #wait(ms?: number, sessionIsGood = false): void {
    const backOff = Math.min(SLOWEST_MS, FIRST_MS * 2 ** this.#attempts) * (1 + this.#env.random());
    this.#attempts++;
    this.#setState(this.#env.online() ? "waiting" : "offline");
    this.#cancelTimer = this.#env.after(ms ?? backOff, () => {
      if (sessionIsGood) this.#connect();
      else void this.#checkThenConnect();
    });
  }

  async #checkThenConnect(): Promise<void> {
    this.#drop();
    this.#setState("connecting");
    const generation = this.#generation;
    let signedIn: boolean | undefined;
    try {
      signedIn = await this.#options.signedIn();
    } catch {
      // nobody there: wait on
    }
    if (generation !== this.#generation || !this.#started) return;
    if (signedIn === undefined) this.#wait();
    else if (signedIn) this.#connect();
    else this.#setState("signed_out");
  }

  /** Lets go of the present socket and of everything that waits for it. */
  #drop(): void {
    this.#generation++;
    this.#cancelTimer();
    this.#cancelTimer = () => {};
    this.#probing = false;
    this.#socket?.close();
    this.#socket = null;
    for (const waiter of this.#waiters.values()) {
      waiter.cancel();
      waiter.reject(new NoAnswer());
    }
    this.#waiters.clear();
  }

  #setState(state: ConnectionState): void {
    if (state === "open") this.#downSince.value = null;
    else this.#downSince.value ??= this.#env.now();
    this.#state.value = state;
  }
}
