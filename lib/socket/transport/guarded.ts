/**
 * The transport for every server that others can reach: sockets of npm's `ws` on `node:http`, in front of the same
 * fetch handler. It limits what it takes in, and can drop a peer.
 */
import { getRequestListener } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { Buffer } from "node:buffer";
import http from "node:http";
import { type AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import { clientAddress, isTrustedProxy, networkOf } from "../../http/address.ts";
import { readableWhole } from "../../http/whole_body.ts";
import { SUBPROTOCOL } from "../../protocol/limits.ts";
import { sendAnswer } from "./answer.ts";
import { Connections } from "./connections.ts";
import { Heartbeat } from "./heartbeat.ts";
import { nodeRequest, writeRefusal, writeResponse } from "./node_http.ts";
import { Encoder, GuardedSocket, Peer } from "./peer.ts";
import { isSocketPath, type Listener, type ListenOptions } from "./transport.ts";

const HEADERS_TIMEOUT_MS = 10_000;
/**
 * How often the timeouts are checked. With the platform's default of 30 s, a limit of 10 s would hold only after up to
 * 40 s.
 */
const CHECK_MS = 3_000;
/** As long as an upload may take. Other bodies have a shorter limit, which their reader applies (lib/http/body.ts). */
const REQUEST_TIMEOUT_MS = 900_000;
const CLOSE_TIMEOUT_MS = 3_000;
const TOO_MANY = "Too many connections or requests under way from your address. Try again in a second.";

export async function listenGuarded(options: ListenOptions): Promise<Listener> {
  const { config, clock, onError } = options;
  const answer = listenerOf(options, () => connections);
  const connections = new Connections({
    clock,
    most: config.limits ? config.maxConnectionsPerAddress : Number.POSITIVE_INFINITY,
    answer: (incoming, outgoing) => void answer(incoming, outgoing).catch(onError),
  });
  const upgrades = new Upgrades(options);
  const server = serverOf(options, connections, upgrades);
  try {
    await listening(server, options);
  } catch (error) {
    connections.stop();
    upgrades.stop();
    throw error;
  }
  server.on("error", onError);
  const { address, port } = server.address() as AddressInfo;

  let closing: Promise<void> | undefined;
  return {
    transport: "guarded",
    hostname: address,
    port,
    get connections() {
      return connections.size;
    },
    async handleUpgrade(request, info) {
      const refusal = await options.admit(request, info.remoteAddr.transport === "tcp" ? info.remoteAddr.hostname : "");
      return refusal instanceof Response ? refusal : new Response("Upgrade Required", { status: 426 });
    },
    async close(deadlineMs) {
      closing ??= closed(server);
      upgrades.stop();
      const timer = setTimeout(() => server.closeAllConnections(), deadlineMs);
      await closing;
      clearTimeout(timer);
      connections.stop();
    },
  };
}

function serverOf({ config, onError }: ListenOptions, connections: Connections, upgrades: Upgrades): http.Server {
  const server = http.createServer({
    headersTimeout: HEADERS_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionsCheckingInterval: CHECK_MS,
    noDelay: true,
    // any other upgrade, such as curl's offer of h2c, may be ignored: it is served as a plain request
    ...{ shouldUpgradeCallback: ({ url = "" }: http.IncomingMessage) => isSocketPath(url.split("?")[0] ?? "") },
  });
  server.maxHeadersCount = 100;
  server.on("connection", (socket: Socket) => {
    const address = socket.remoteAddress ?? "";
    // a proxy's connections carry everybody's requests, which are counted by themselves
    connections.add(socket, isTrustedProxy(address, config) ? undefined : address);
  });
  server.on("request", (incoming, outgoing) => connections.take(incoming, outgoing));
  server.on("upgrade", (incoming: http.IncomingMessage, socket: Duplex, head: Uint8Array) => {
    socket.on("error", ignore); // a reset while it is decided on
    if (!(socket instanceof Socket) || !connections.upgrade(socket)) return void socket.destroy();
    void upgrades.take(incoming, socket, head).catch((error) => {
      onError(error);
      socket.destroy();
    });
  });
  server.on("clientError", (error: NodeJS.ErrnoException, socket: Duplex) => {
    if (!(socket instanceof Socket) || !socket.writable || connections.isAnswering(socket)) {
      return void socket.destroy();
    }
    writeRefusal(socket, CLIENT_ERRORS[error.code ?? ""] ?? 400);
  });
  return server;
}

function listening(server: http.Server, { config: { port, host }, shared = false }: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port, host, reusePort: shared }, () => resolve());
  });
}

/** Anything else that is no request is a 400. */
const CLIENT_ERRORS: Record<string, number> = { HPE_HEADER_OVERFLOW: 431, ERR_HTTP_REQUEST_TIMEOUT: 408 };

type Listening = (incoming: http.IncomingMessage, outgoing: http.ServerResponse) => Promise<void>;

/** Answers requests by the handler. Errors outside of the handler go to `onError`. */
function listenerOf({ config, handler, onError }: ListenOptions, connections: () => Connections): Listening {
  const answered = async (request: Request, outgoing: http.ServerResponse, socket: Socket) => {
    const info = infoOf(socket);
    let release = () => {};
    if (isTrustedProxy(socket.remoteAddress ?? "", config)) {
      const address = networkOf(clientAddress(request, info.remoteAddr, config));
      if (!connections().hold(address)) {
        await sendAnswer(outgoing, new Response(TOO_MANY, { status: 429, headers: { "retry-after": "1" } }));
        return RESPONSE_ALREADY_SENT;
      }
      release = () => connections().release(address);
    }
    if (outgoing.destroyed) release();
    else outgoing.once("close", release);
    await sendAnswer(outgoing, await handler(request, info));
    return RESPONSE_ALREADY_SENT;
  };
  const listener = getRequestListener(
    (request, { incoming, outgoing }) => {
      if (!(outgoing instanceof http.ServerResponse)) throw new Error("HTTP/2 is not supported here");
      if (incoming.method !== "GET") readableWhole(request);
      return answered(request, outgoing, incoming.socket);
    },
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
  return async (incoming, outgoing) => void await listener(incoming, outgoing);
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

/** Turns upgrade requests into sockets. */
class Upgrades {
  readonly #options: ListenOptions;
  readonly #heartbeat: Heartbeat<Peer>;
  readonly #encoder = new Encoder();
  readonly #wss: WebSocketServer;

  constructor(options: ListenOptions) {
    this.#options = options;
    this.#heartbeat = new Heartbeat<Peer>(options.clock, options.config.heartbeatMs);
    this.#wss = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      WebSocket: GuardedSocket,
      maxPayload: options.config.maxFrameBytes,
      maxFragments: 256,
      perMessageDeflate: false,
      skipUTF8Validation: false,
      handleProtocols: (offered: Set<string>) => offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false,
      // not in @types/ws yet: how long a peer may take to finish the closing handshake
      ...{ closeTimeout: CLOSE_TIMEOUT_MS },
    });
  }

  async take(incoming: http.IncomingMessage, socket: Socket, head: Uint8Array): Promise<void> {
    const { admit, onError, onSocket } = this.#options;
    const request = nodeRequest(incoming);
    if (request === null) return writeRefusal(socket, 400);
    const admission = await admit(request, socket.remoteAddress ?? "");
    if (admission instanceof Response) return await writeResponse(socket, admission);
    this.#wss.handleUpgrade(incoming, socket, Buffer.from(head), (ws) => {
      if (!(ws instanceof GuardedSocket)) return ws.terminate();
      socket.off("error", ignore);
      const peer = new Peer(ws, socket, this.#encoder, this.#heartbeat, onError);
      ws.carry(peer);
      this.#heartbeat.add(peer);
      peer.listener = onSocket(peer, admission);
    });
  }

  stop(): void {
    this.#heartbeat.stop();
  }
}

/** Ignores an error of a connection: "close" follows it, and is handled. */
function ignore(): void {}
