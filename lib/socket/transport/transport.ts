/** What both transports (native.ts, guarded.ts) offer: a socket, and the port that sockets arrive on. */
import type { Clock } from "../../base/clock.ts";
import type { Config } from "../../base/config/config.ts";
import type { Actor } from "../../protocol/model.ts";

/** The server's side of one WebSocket. No method throws; after `close` nothing more is sent. */
export interface PeerSocket {
  send(text: string): void;
  /** Bytes that wait to be sent; 0 once it closes. */
  readonly bufferedAmount: number;
  /** Begins the closing handshake; a peer that does not finish it is dropped after 5 s where the transport can. */
  close(code: number, reason: string): void;
  /** Drops it at once, where the transport can. */
  terminate(): void;
}

/** Receives the events of a socket. An object rather than callbacks, so that 10,000 idle sockets hold no closures. */
export interface PeerListener {
  onMessage(text: string): void;
  onBinary(): void;
  /** Called exactly once. 1006: without a closing handshake. */
  onClose(code: number): void;
}

/** Who may open a socket. */
export interface Admission {
  actor: Actor;
  /**
   * The client's network, by which limits count (networkOf); behind a trusted proxy the client's own, not the proxy's.
   */
  address: string;
  /** The subprotocol that was agreed on, or "". */
  subprotocol: string;
  /** The control log's last entry that was known before the session was read (D6b). */
  controlHead: number;
}

/** What admits sockets and takes them over. Implemented by sockets.ts. */
export interface SocketDoor {
  /** Returns a refusal, or who opens the socket. `remoteAddress`: the TCP peer's. Never rejects. */
  admit(request: Request, remoteAddress: string): Promise<Response | Admission>;
  /** Called once the socket is open. */
  onSocket(socket: PeerSocket, admission: Admission): PeerListener;
}

export interface ListenOptions extends SocketDoor {
  config: Pick<
    Config,
    "host" | "port" | "maxFrameBytes" | "heartbeatMs" | "limits" | "maxConnectionsPerAddress" | "trustedProxies"
  >;
  clock: Clock;
  transport: TransportKind;
  /** Several isolates listen on the port; the system spreads the connections. */
  shared?: boolean;
  handler(request: Request, info: Deno.ServeHandlerInfo<Deno.NetAddr>): Response | Promise<Response>;
  /** Called with an error that happened outside of any request. */
  onError(error: unknown): void;
}

export type TransportKind = "native" | "guarded";

/** A bound port. */
export interface Listener {
  readonly transport: TransportKind;
  readonly hostname: string;
  readonly port: number;
  /** Open TCP connections, where the transport knows. */
  readonly connections: number;
  /** Answers a request for `/ws` (or `/api/ws`) that reached the handler. */
  handleUpgrade(request: Request, info: Deno.ServeHandlerInfo): Promise<Response>;
  /** Takes no more connections, ends requests in flight within `deadlineMs`, then whatever is left. Idempotent. */
  close(deadlineMs: number): Promise<void>;
}

/** The paths of sockets; below `/api/ws/` others put an identity, which is refused with an explanation. */
export function isSocketPath(pathname: string): boolean {
  return pathname === "/ws" || pathname === "/api/ws" || pathname.startsWith("/ws/") ||
    pathname.startsWith("/api/ws/");
}
