/**
 * The server's side of a socket of the guarded transport. npm's `ws` reads; frames are written directly to its
 * connection.
 */
import { Buffer } from "node:buffer";
import type { Duplex } from "node:stream";
import WebSocket, { type RawData } from "ws";
import type { Heartbeat } from "./heartbeat.ts";
import { slices } from "./slices.ts";
import type { PeerListener, PeerSocket } from "./transport.ts";

/** How many bytes a peer may still send while it is being closed. `ws` would read and discard any amount. */
const MAX_AFTER_CLOSE = 256 * 1024;

/** `ws` makes its own sockets: this one carries what listens to it, so that all share their event handlers. */
export class GuardedSocket extends WebSocket {
  peer: Peer | undefined;

  /** Takes it over once it is open. */
  carry(peer: Peer): void {
    this.peer = peer;
    this.on("message", onMessage).on("close", onClose).on("error", onBroken).on("ping", onHeard).on("pong", onHeard);
  }
}

/**
 * Makes a frame of a text (RFC 6455, 5.2: final, text, unmasked), only once where the same text goes to many sockets in
 * a row.
 */
export class Encoder {
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

export class Peer implements PeerSocket {
  readonly #ws: GuardedSocket;
  readonly #tcp: Duplex;
  readonly #encoder: Encoder;
  readonly #heartbeat: Heartbeat<Peer>;
  readonly onError: (error: unknown) => void;
  listener: PeerListener | undefined;
  /** Heartbeats since something was heard. */
  silent = 0;
  slot = 0;

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
    // past `ws`, which would make and write a header for each socket; without compression `ws` has no queue of its own
    if (this.#ws.readyState !== WebSocket.OPEN) return;
    const frame = this.#encoder.frame(text);
    for (const slice of slices(frame)) this.#tcp.write(slice);
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
