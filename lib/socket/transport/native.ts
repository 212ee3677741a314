/**
 * Sockets of `Deno.upgradeWebSocket`, under `Deno.serve`. It cannot bound what it takes in nor drop a peer, so it is
 * for local mode and for Deno Deploy, whose edge does both (ARCHITECTURE.md, Sockets).
 */
import { CLOSE } from "../../protocol/close_codes.ts";
import type { Listener, ListenOptions, PeerListener, PeerSocket } from "./transport.ts";
import { endedUnread } from "./unread.ts";

export function listenNative(options: ListenOptions): Listener {
  const { config, clock, handler, onError } = options;
  const server = Deno.serve({
    hostname: config.host,
    port: config.port,
    reusePort: options.shared ?? false,
    onListen() {},
    onError(error) {
      onError(error);
      return new Response("Internal Server Error", { status: 500 });
    },
  }, async (request, info) => endedUnread(await handler(request, info), clock));
  server.finished.catch(onError);
  let closing: Promise<void> | undefined;
  return {
    transport: "native",
    hostname: server.addr.hostname,
    port: server.addr.port,
    connections: 0,
    handleUpgrade: (request, info) => upgrade(options, request, info),
    close(deadlineMs) {
      closing ??= shutDown(server, deadlineMs);
      return closing;
    },
  };
}

/**
 * Waits for requests until the deadline only. They are not aborted then: an abort after shutdown() throws where nothing
 * can catch it.
 */
async function shutDown(server: Deno.HttpServer, deadlineMs: number): Promise<void> {
  let timer;
  const late = new Promise<void>((resolve) => timer = setTimeout(resolve, deadlineMs));
  await Promise.race([server.shutdown(), late]);
  clearTimeout(timer);
}

async function upgrade(options: ListenOptions, request: Request, info: Deno.ServeHandlerInfo): Promise<Response> {
  const admission = await options.admit(request, addressOf(info));
  if (admission instanceof Response) return admission;
  // seconds: the platform pings at half of it; below the 60 s in which a dead peer is to be noticed
  const idleTimeout = Math.max(10, Math.ceil(options.config.heartbeatMs * 2.1 / 1_000));
  const { socket, response } = Deno.upgradeWebSocket(request, {
    idleTimeout,
    ...(admission.subprotocol === "" ? {} : { protocol: admission.subprotocol }),
  });
  const native = new NativeSocket(socket, options.config.maxFrameBytes, options.onError);
  native.onOpen = () => options.onSocket(native, admission);
  return response;
}

function addressOf(info: Deno.ServeHandlerInfo): string {
  return info.remoteAddr.transport === "tcp" ? info.remoteAddr.hostname : "";
}

const encoder = new TextEncoder();

class NativeSocket implements PeerSocket, EventListenerObject {
  readonly #socket: WebSocket;
  readonly #maxFrameBytes: number;
  readonly #onError: (error: unknown) => void;
  #listener: PeerListener | undefined;
  #closing = false;
  /** Called once, then let go. */
  onOpen: (() => PeerListener) | undefined;

  constructor(socket: WebSocket, maxFrameBytes: number, onError: (error: unknown) => void) {
    this.#socket = socket;
    this.#maxFrameBytes = maxFrameBytes;
    this.#onError = onError;
    socket.binaryType = "arraybuffer";
    for (const type of ["open", "message", "close", "error"]) socket.addEventListener(type, this);
  }

  send(text: string): void {
    if (this.#closing || this.#socket.readyState !== WebSocket.OPEN) return;
    try {
      this.#socket.send(text);
    } catch (error) {
      this.#onError(error);
    }
  }

  get bufferedAmount(): number {
    return this.#closing ? 0 : this.#socket.bufferedAmount;
  }

  close(code: number, reason: string): void {
    if (this.#closing) return;
    this.#closing = true;
    try {
      this.#socket.close(code, reason);
    } catch (error) {
      this.#onError(error);
    }
  }

  /** Closes the socket and removes its listeners: the platform has no way to drop a connection. */
  terminate(): void {
    this.close(CLOSE.going_away, "");
    this.#ended(1006);
  }

  /** A throw in here would end the process. */
  handleEvent(event: Event): void {
    try {
      if (event instanceof MessageEvent) this.#message(event.data);
      else if (event instanceof CloseEvent) this.#ended(event.code === 0 ? 1006 : event.code);
      else if (event.type === "open") this.#opened();
      // "error" is followed by "close"
    } catch (error) {
      this.#onError(error);
      this.close(CLOSE.internal, "");
    }
  }

  #opened(): void {
    this.#listener = this.onOpen?.();
    this.onOpen = undefined;
  }

  #message(data: unknown): void {
    if (this.#closing || this.#listener === undefined) return;
    if (typeof data !== "string") return this.#listener.onBinary();
    if (this.#isTooLong(data)) return this.close(CLOSE.too_big, `at most ${this.#maxFrameBytes} bytes`);
    this.#listener.onMessage(data);
  }

  #isTooLong(text: string): boolean {
    if (text.length * 3 <= this.#maxFrameBytes) return false;
    return text.length > this.#maxFrameBytes || encoder.encode(text).length > this.#maxFrameBytes;
  }

  /** "close" can fire twice. */
  #ended(code: number): void {
    this.#closing = true;
    const listener = this.#listener;
    this.#listener = undefined;
    this.onOpen = undefined;
    listener?.onClose(code);
  }
}
