/**
 * Sockets of npm's `ws` on `node:http`, in front of the same fetch handler: bounds what it takes in, and can drop a
 * peer. For every server that others can reach.
 */
import { getRequestListener } from "@hono/node-server";
import { Buffer } from "node:buffer";
import http from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import WebSocket, { type RawData, WebSocketServer } from "ws";
import { SUBPROTOCOL } from "../../protocol/limits.ts";
import { Heartbeat } from "./heartbeat.ts";
import { nodeRequest, writeResponse } from "./node_http.ts";
import { isSocketPath, type Listener, type ListenOptions, type PeerListener, type PeerSocket } from "./transport.ts";

const HEADERS_TIMEOUT_MS = 10_000;
/** How often that is looked after: the platform's 30 s would make it 40. */
const CHECK_MS = 3_000;
/** As long as an upload may take; whoever reads another body has a shorter time for it (lib/body.ts). */
const REQUEST_TIMEOUT_MS = 900_000;
const CLOSE_TIMEOUT_MS = 3_000;
/** What a peer may still send while it is being closed: `ws` would read, and throw away, as much as comes. */
const MAX_AFTER_CLOSE = 256 * 1024;

/** `ws` makes its own sockets: this one carries what listens to it, so that all share their event handlers. */
class GuardedSocket extends WebSocket {
  peer: Peer | undefined;
}

export async function listenGuarded(options: ListenOptions): Promise<Listener> {
  const { config, clock, handler, onError } = options;
  const heartbeat = new Heartbeat<Peer>(clock, config.heartbeatMs);
  const encoder = new Encoder();
  const wss = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    WebSocket: GuardedSocket,
    maxPayload: config.maxFrameBytes,
    maxFragments: 256,
    perMessageDeflate: false,
    skipUTF8Validation: false,
    handleProtocols: (offered: Set<string>) => offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false,
    // not in @types/ws yet: how long a peer may take to finish the closing handshake
    ...{ closeTimeout: CLOSE_TIMEOUT_MS },
  });
  const onRequest = getRequestListener(
    (request, env) => handler(request, infoOf(env.incoming.socket)),
    {
      overrideGlobalObjects: false,
      // in place of a Host header, which HTTP/1.0 need not have: load balancers probe so
      hostname: "localhost",
      errorHandler(error) {
        // its host or its target is no URL's
        if (error instanceof Error && error.name === "RequestError") return new Response(null, { status: 400 });
        onError(error);
        return new Response("Internal Server Error", { status: 500 });
      },
    },
  );
  const server = http.createServer({
    headersTimeout: HEADERS_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionsCheckingInterval: CHECK_MS,
    noDelay: true,
  });
  server.maxHeadersCount = 100;
  server.on("request", (incoming, outgoing) => void onRequest(incoming, outgoing).catch(onError));
  server.on("upgrade", (incoming: http.IncomingMessage, socket: Duplex, head: Uint8Array) => {
    socket.on("error", ignore); // a reset while it is decided on
    void upgrade(options, wss, encoder, heartbeat, incoming, socket, head).catch((error) => {
      onError(error);
      socket.destroy();
    });
  });
  server.on("clientError", (_error: Error, socket: Duplex) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    const { port, host } = config;
    server.listen({ port, host, reusePort: options.shared ?? false }, () => resolve());
  });
  server.on("error", onError);
  const { address, port } = server.address() as AddressInfo;

  let closing: Promise<void> | undefined;
  return {
    transport: "guarded",
    hostname: address,
    port,
    async handleUpgrade(request, info) {
      const refusal = await options.admit(request, info.remoteAddr.transport === "tcp" ? info.remoteAddr.hostname : "");
      return refusal instanceof Response ? refusal : new Response("Upgrade Required", { status: 426 });
    },
    async close(deadlineMs) {
      closing ??= closed(server);
      heartbeat.stop();
      const timer = setTimeout(() => server.closeAllConnections(), deadlineMs);
      await closing;
      clearTimeout(timer);
    },
  };
}

function closed(server: http.Server): Promise<void> {
  const done = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  return done;
}

function infoOf(socket: Socket): Deno.ServeHandlerInfo<Deno.NetAddr> {
  const { remoteAddress = "", remotePort = 0 } = socket;
  return {
    remoteAddr: { transport: "tcp", hostname: remoteAddress, port: remotePort },
    completed: Promise.resolve(),
  };
}

async function upgrade(
  options: ListenOptions,
  wss: WebSocketServer,
  encoder: Encoder,
  heartbeat: Heartbeat<Peer>,
  incoming: http.IncomingMessage,
  socket: Duplex,
  head: Uint8Array,
): Promise<void> {
  const request = nodeRequest(incoming);
  if (request === null) return void socket.end("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
  if (!isSocketPath(new URL(request.url).pathname)) {
    // such as curl's offer of h2c, which every server may ignore
    return await writeResponse(socket, await options.handler(request, infoOf(incoming.socket)));
  }
  const admission = await options.admit(request, incoming.socket.remoteAddress ?? "");
  if (admission instanceof Response) return await writeResponse(socket, admission);
  wss.handleUpgrade(incoming, socket, Buffer.from(head), (ws) => {
    if (!(ws instanceof GuardedSocket)) return ws.terminate();
    socket.off("error", ignore);
    const peer = new Peer(ws, socket, encoder, heartbeat, options.onError);
    ws.peer = peer;
    ws.on("message", onMessage).on("close", onClose).on("error", onBroken).on("ping", onHeard).on("pong", onHeard);
    heartbeat.add(peer);
    peer.listener = options.onSocket(peer, admission);
  });
}

/** A text that goes to many sockets in a row is made a frame once (RFC 6455, 5.2: final, text, unmasked). */
class Encoder {
  #text = "";
  #frame = frameOf("");

  frame(text: string): Uint8Array {
    if (text !== this.#text) {
      this.#text = text;
      this.#frame = frameOf(text);
    }
    return this.#frame;
  }
}

function frameOf(text: string): Uint8Array {
  const length = Buffer.byteLength(text);
  const start = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(start + length);
  frame[0] = 0x81;
  frame[1] = start === 2 ? length : start === 4 ? 126 : 127;
  if (start === 4) frame.writeUInt16BE(length, 2);
  if (start === 10) frame.writeBigUInt64BE(BigInt(length), 2);
  frame.write(text, start);
  return frame;
}

class Peer implements PeerSocket {
  readonly #ws: GuardedSocket;
  readonly #tcp: Duplex;
  readonly #encoder: Encoder;
  readonly #heartbeat: Heartbeat<Peer>;
  readonly onError: (error: unknown) => void;
  listener: PeerListener | undefined;
  /** Heartbeats since something was heard. */
  silent = 0;
  slot = 0;
  stuck = 0;
  /** Bytes given to the connection, and how many of them had gone out at the last look. */
  #given = 0;
  #gone = -1;

  constructor(
    ws: GuardedSocket,
    tcp: Duplex,
    encoder: Encoder,
    heartbeat: Heartbeat<Peer>,
    onError: (error: unknown) => void,
  ) {
    this.#ws = ws;
    this.#tcp = tcp;
    this.#encoder = encoder;
    this.#heartbeat = heartbeat;
    this.onError = onError;
  }

  send(text: string): void {
    // past `ws`, which would make and write a header for each socket; without compression it holds nothing back itself
    if (this.#ws.readyState !== WebSocket.OPEN) return;
    const frame = this.#encoder.frame(text);
    this.#given += frame.length;
    this.#tcp.write(frame);
  }

  get bufferedAmount(): number {
    return this.#ws.readyState === WebSocket.OPEN ? this.#tcp.writableLength : 0;
  }

  close(code: number, reason: string): void {
    this.#ws.close(code, reason);
    this.boundTheRest();
  }

  boundTheRest(): void {
    let rest = MAX_AFTER_CLOSE;
    this.#tcp.on("data", (data: Uint8Array) => {
      if ((rest -= data.length) < 0) this.#tcp.destroy();
    });
  }

  terminate(): void {
    this.#ws.terminate();
  }

  ping(): void {
    if (this.#ws.readyState === WebSocket.OPEN) this.#ws.ping();
  }

  isStuck(): boolean {
    const waiting = this.#tcp.writableLength;
    const gone = this.#given - waiting;
    // pings wait too, and were not counted: they only make it look as if less had gone out
    const moved = gone > this.#gone;
    this.#gone = Math.max(this.#gone, gone);
    return waiting > 0 && !moved;
  }

  ended(code: number): void {
    this.#heartbeat.remove(this);
    const listener = this.listener;
    this.listener = undefined;
    listener?.onClose(code);
  }
}

// ---- the handlers that all sockets share: `this` is the socket

function onMessage(this: WebSocket, data: RawData, isBinary: boolean): void {
  if (!(this instanceof GuardedSocket) || this.peer === undefined || this.readyState !== WebSocket.OPEN) return;
  const { peer } = this;
  peer.silent = 0;
  try {
    if (isBinary) peer.listener?.onBinary();
    else peer.listener?.onMessage(data.toString());
  } catch (error) {
    peer.onError(error);
    this.close(1011);
  }
}

function onClose(this: WebSocket, code: number): void {
  if (this instanceof GuardedSocket) this.peer?.ended(code);
}

function onHeard(this: WebSocket): void {
  if (this instanceof GuardedSocket && this.peer !== undefined) this.peer.silent = 0;
}

/** It broke the protocol, and is being closed; "close" follows. */
function onBroken(this: WebSocket): void {
  if (this instanceof GuardedSocket) this.peer?.boundTheRest();
}

/** What ends a connection is told by "close", which follows. */
function ignore(): void {}
