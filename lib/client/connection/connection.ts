/** One WebSocket that reconnects by itself (SPEC.md, S): back-off, heartbeat, commands and their replies. */
import { type ReadonlySignal, signal } from "@preact/signals";
import type { InferInput } from "valibot";
import type { Decoder } from "../decode.ts";
import { mayReconnect, mustSignIn } from "../../protocol/close_codes.ts";
import type { commandSchemas } from "../../protocol/commands.ts";
import { SUBPROTOCOL } from "../../protocol/limits.ts";
import { Commands } from "./commands.ts";
import type { Environment } from "./environment.ts";
import { NoAnswer } from "./failure.ts";
import { decodeFrame, type Incoming } from "./frames.ts";

/**
 * `waiting`: between two tries. `offline`: not connected, and the browser reports no network. `signed_out`: the reader
 * has to sign in first. `stopped`: the server refused this client for good; reloading the page may help.
 */
export type ConnectionState = "connecting" | "open" | "waiting" | "offline" | "signed_out" | "stopped";

type Schemas = typeof commandSchemas;
/** A command without its `id`, which the connection adds. */
export type ClientCommand = { [T in keyof Schemas]: InferInput<Schemas[T]> }[keyof Schemas];

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

/** An absolute address with ws: or wss:. Relative addresses need Chrome 125, Firefox 124 or Safari 17.3. */
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
  /**
   * Whether the session is still valid (`GET /api/me`). It has to ask, since a failed upgrade shows scripts no status.
   * Rejects if no answer comes.
   */
  signedIn(signal: AbortSignal): Promise<boolean>;
  /** Called when everything is tried anew, so that other requests that hang can be given up as well. */
  onTryAgain?(): void;
  /** Called with every frame that is not a reply. */
  onFrame(frame: Exclude<Incoming, { kind: "reply" }>): void;
}

const FIRST_MS = 500;
/** Jitter at most doubles it, so no wait is longer than 30 s. */
const SLOWEST_MS = 15_000;
/** A connection that lived this long resets the back-off. */
const GOOD_MS = 10_000;
/** Time limit for a try to connect, and for the answer to a ping. */
const PATIENCE_MS = 10_000;
/**
 * Time limit for the answer to a ping while the browser reports no network. It is short but not 0: the report may be
 * wrong.
 */
const OFFLINE_PATIENCE_MS = 700;
/** A request without an answer for this long makes the connection doubtful. */
const LATE_MS = 3_000;
/**
 * After this long without an answer the request may be on a dead connection, so the socket is tried as well: it opens a
 * new one.
 */
const ASK_MS = 2_000;
/** A try that is older than this is replaced when the network returns or the tab is shown. */
const HUNG_MS = 1_000;

export class Connection {
  readonly #state = signal<ConnectionState>("connecting");
  readonly #downSince = signal<number | null>(null);
  readonly #options: ConnectionOptions;
  readonly #env: Environment;
  #socket: Socket | null = null;
  /** Distinguishes the present socket's handlers from those of a socket that was given up. */
  #generation = 0;
  #started = false;
  /** Why the server ended the session, if it said so. */
  #ended = "";
  #attempts = 0;
  #openedAt = 0;
  #heardAt = 0;
  #heartbeatMs = 30_000;
  #probing = false;
  readonly #commands: Commands;
  #triedAt = 0;
  /** The check of the session, while its answer is pending. */
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

  /** When the connection went down (ms since the epoch); null while it is up. */
  get downSince(): ReadonlySignal<number | null> {
    return this.#downSince;
  }

  /** The session was ended on purpose; it did not just expire. */
  get endedOnPurpose(): boolean {
    return this.#ended !== "" && this.#ended !== "expired";
  }

  start(): void {
    if (this.#started) return;
    this.#started = true;
    this.#stopListening = this.#env.listen(() => this.#worldChanged());
    this.#connect();
  }

  /** Closes the connection until `start` is called again. */
  stop(): void {
    this.#started = false;
    this.#stopListening();
    this.#drop();
  }

  /** Tries at once; replaces the wait for the next try, or a try that hangs. */
  retryNow(): void {
    if (!this.#started || !["connecting", "waiting", "offline"].includes(this.#state.value)) return;
    this.#options.onTryAgain?.();
    void this.#checkThenConnect();
  }

  /** Sends a command and resolves with its reply. Rejects with the server's ChatError, or with NoAnswer. */
  command<T>(command: ClientCommand, schema: Decoder<T>): Promise<T> {
    if (this.#state.value !== "open") return Promise.reject(new NoAnswer());
    const askedAt = this.#env.now();
    this.#env.after(LATE_MS, () => this.late(askedAt));
    return this.#commands.ask((id) => this.#send({ ...command, id })).then((reply) => schema(reply));
  }

  /** A request of that time is late: pings the server if nothing was heard since, to find out whether the socket is dead. */
  late(askedAt: number): void {
    if (this.#state.value === "open" && this.#heardAt < askedAt && !this.#probing) this.#probe();
  }

  /** Sends a command that needs no answer; drops it if there is no connection. */
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

  /** Starts a try in place of any other, with a time limit: a try that hangs counts as failed. */
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

  /** Sends a ping after a heartbeat's time of silence, then gives up on a peer that does not answer. */
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
    // The limit counts from now, however long ago the last frame came.
    this.#heardAt = this.#env.now() - this.#heartbeatMs;
    this.#send({ type: "ping" });
    this.#watch();
  }

  #worldChanged(): void {
    const state = this.#state.value;
    const online = this.#env.online();
    if (state === "open") {
      // After a sleep or a change of network the socket may be dead without an event that says so.
      if (!online || (this.#env.visible() && !this.#probing)) this.#probe();
    } else if (!online) {
      if (state === "waiting" || state === "connecting") this.#setState("offline");
    } else if (this.#env.visible()) {
      const isYoung = state === "connecting" && this.#env.now() - this.#triedAt < HUNG_MS;
      if (!isYoung) this.retryNow();
    }
  }

  #refused(code: number, reason: string): void {
    // The answer of the session check, still to come, says why.
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

  /**
   * Checks the session first, so that a signed-out page opens no socket. If no answer comes, the socket is tried as
   * well.
   */
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
      // No server was reached.
    }
    cancelBeside();
    if (generation !== this.#generation || !this.#started || this.#state.value === "open") return;
    this.#asking = null;
    if (this.#socket !== null && signedIn !== false) return; // the socket's outcome decides
    if (signedIn === true) return this.#open();
    this.#drop();
    if (signedIn === false) this.#setState("signed_out");
    else this.#wait();
  }

  /** Drops the present try or socket; rejects everything that waits for it. */
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
