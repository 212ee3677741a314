/** One WebSocket that comes back by itself (SPEC.md, S): back-off, heartbeat, commands with answers. */
import { type ReadonlySignal, signal } from "@preact/signals";
import * as v from "valibot";
import { mayReconnect, mustSignIn } from "../../protocol/close_codes.ts";
import type { commandSchemas } from "../../protocol/commands.ts";
import { SUBPROTOCOL } from "../../protocol/limits.ts";
import { Commands } from "./commands.ts";
import type { Environment } from "./environment.ts";
import { NoAnswer } from "./failure.ts";
import { decodeFrame, type Incoming } from "./frames.ts";

/**
 * `waiting`: between two tries. `offline`: between two or in one, and the browser says there is no network.
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

/** Absolute, with its own scheme: relative ones need Chrome 125, Firefox 124 or Safari 17.3. */
export function socketUrl(url: string, base: string): string {
  return new URL(url, base).href.replace(/^http/, "ws");
}

export const browserSocket: OpenSocket = (url, on) => {
  const socket = new WebSocket(socketUrl(url, location.href), SUBPROTOCOL);
  socket.onmessage = (event) => on.message(event.data);
  socket.onclose = (event) => on.close(event.code, event.reason);
  return socket;
};

export interface ConnectionOptions {
  url: string;
  environment: Environment;
  openSocket: OpenSocket;
  /** Whether the session is still good (`GET /api/me`): a failed upgrade shows no status. Rejects where nobody answers. */
  signedIn(signal: AbortSignal): Promise<boolean>;
  /** Everything is tried anew: what hangs elsewhere need not be waited for. */
  onTryAgain?(): void;
  /** Everything but replies. */
  onFrame(frame: Exclude<Incoming, { kind: "reply" }>): void;
}

const FIRST_MS = 500;
/** Doubled by the jitter at most: no wait is longer than 30 s. */
const SLOWEST_MS = 15_000;
/** A connection that lived for this long was a good one: the back-off starts anew. */
const GOOD_MS = 10_000;
/** For a try, and for the answer to a ping. */
const PATIENCE_MS = 10_000;
/** For the answer to a ping where the browser says that there is no network; it may be wrong. */
const OFFLINE_PATIENCE_MS = 700;
/** Nothing was heard for so long after something was asked: perhaps nothing can be. */
const LATE_MS = 3_000;
/** Without an answer for so long the request may be on a connection that died: the socket makes a new one. */
const ASK_MS = 2_000;
/** A try that is older is replaced by the network's return, or by a tab that is shown. */
const HUNG_MS = 1_000;

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
  readonly #commands: Commands;
  #triedAt = 0;
  /** The question who one is, while its answer is to come. */
  #asking: AbortController | null = null;
  #cancelTimer = () => {};
  #stopListening = () => {};

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#env = options.environment;
    this.#commands = new Commands(this.#env.after);
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

  /** Tries at once, instead of waiting for the next try or for one that hangs. */
  retryNow(): void {
    if (!this.#started || !["connecting", "waiting", "offline"].includes(this.#state.value)) return;
    this.#options.onTryAgain?.();
    void this.#checkThenConnect();
  }

  /** Sends a command and resolves with its reply. Rejects with the server's ChatError, or with NoAnswer. */
  command<S extends v.GenericSchema>(command: ClientCommand, schema: S): Promise<v.InferOutput<S>> {
    if (this.#state.value !== "open") return Promise.reject(new NoAnswer());
    const askedAt = this.#env.now();
    this.#env.after(LATE_MS, () => {
      if (this.#state.value === "open" && this.#heardAt < askedAt && !this.#probing) this.#probe();
    });
    return this.#commands.ask((id) => this.#send({ ...command, id })).then((reply) => v.parse(schema, reply));
  }

  /** Sends a command that needs no answer; dropped where there is no connection. */
  notify(command: ClientCommand): void {
    if (this.#state.value === "open") this.#send(command);
  }

  #send(command: ClientCommand): void {
    this.#socket?.send(JSON.stringify(command));
  }

  #connect(): void {
    this.#begin();
    this.#open();
  }

  /** A try, and no other; one that says nothing is as good as none. */
  #begin(): void {
    this.#drop();
    this.#triedAt = this.#env.now();
    this.#setState(this.#state.value === "offline" && !this.#env.online() ? "offline" : "connecting");
    this.#cancelTimer = this.#env.after(PATIENCE_MS, () => this.#closed(1006, ""));
  }

  #open(): void {
    const generation = this.#generation;
    const mine = (run: () => void) => {
      if (generation === this.#generation) run();
    };
    try {
      this.#socket = this.#options.openSocket(this.#options.url, {
        message: (data) => mine(() => this.#heard(data)),
        close: (code, reason) => mine(() => this.#refused(code, reason)),
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
        this.#commands.answer(frame.reply);
        continue;
      }
      if (frame.kind === "message" && frame.message.type === "hello") {
        this.#openedAt = this.#env.now();
        this.#asking?.abort();
        this.#ended = "";
        this.#heartbeatMs = frame.message.heartbeat_ms;
        this.#setState("open");
        this.#watch();
      }
      this.#options.onFrame(frame);
    }
  }

  /** Wakes when silence has lasted for the heartbeat: asks, then gives up on a peer that stays silent. */
  #watch(): void {
    this.#cancelTimer();
    const patience = this.#env.online() ? PATIENCE_MS : OFFLINE_PATIENCE_MS;
    const limit = this.#heartbeatMs + (this.#probing ? patience : 0);
    const left = this.#heardAt + limit - this.#env.now();
    this.#cancelTimer = this.#env.after(Math.max(left, 1), () => {
      if (this.#env.now() - this.#heardAt < limit) return this.#watch();
      if (this.#probing) {
        this.#options.onTryAgain?.();
        return this.#closed(4001, "");
      }
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
    const state = this.#state.value;
    const online = this.#env.online();
    if (state === "open") {
      // after a sleep or a change of network the socket may be dead without anybody having told us
      if (!online || (this.#env.visible() && !this.#probing)) this.#probe();
    } else if (!online) {
      if (state === "waiting" || state === "connecting") this.#setState("offline");
    } else if (this.#env.visible()) {
      const isYoung = state === "connecting" && this.#env.now() - this.#triedAt < HUNG_MS;
      if (!isYoung) this.retryNow();
    }
  }

  #refused(code: number, reason: string): void {
    // why it was, the answer says that is still to come
    if (code === 1006 && this.#asking !== null && this.#state.value !== "open") this.#socket = null;
    else this.#closed(code, reason);
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

  /** Asks first: who is signed out makes no socket. Where no answer comes the socket is tried beside it. */
  async #checkThenConnect(): Promise<void> {
    this.#begin();
    const generation = this.#generation;
    const { signal } = this.#asking = new AbortController();
    const cancelBeside = this.#env.after(ASK_MS, () => this.#open());
    signal.addEventListener("abort", cancelBeside, { once: true });
    let signedIn: boolean | undefined;
    try {
      signedIn = await this.#options.signedIn(signal);
    } catch {
      // nobody there, as far as this request got
    }
    cancelBeside();
    if (generation !== this.#generation || !this.#started || this.#state.value === "open") return;
    this.#asking = null;
    if (this.#socket !== null && signedIn !== false) return; // it decides
    if (signedIn === true) return this.#open();
    this.#drop();
    if (signedIn === false) this.#setState("signed_out");
    else this.#wait();
  }

  /** Lets go of the present try or socket, and of everything that waits for it. */
  #drop(): void {
    this.#generation++;
    this.#asking?.abort();
    this.#asking = null;
    this.#cancelTimer();
    this.#cancelTimer = () => {};
    this.#probing = false;
    this.#socket?.close();
    this.#socket = null;
    this.#commands.drop();
  }

  #setState(state: ConnectionState): void {
    if (state === "open") this.#downSince.value = null;
    else this.#downSince.value ??= this.#env.now();
    this.#state.value = state;
  }
}
