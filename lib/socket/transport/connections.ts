/**
 * Every TCP connection of the guarded transport, whatever goes over it. One mechanism bounds all that leaves: a
 * connection for which bytes wait and none went out for 20 s is dropped; requests that a client sends without waiting for
 * the answers (pipelining) are answered one after the other, and reading stops meanwhile; and an address has so many.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { networkOf } from "../../http/address.ts";
import type { Clock } from "../../base/clock.ts";

const LOOK_MS = 5_000;
/** A connection is dropped after this many checks in a row that found it stuck: 20 s. */
const MAX_STUCK = 4;
/** Requests of a connection that wait for their turn before reading stops. */
const MAX_WAITING = 2;
/** One chunk that was read may hold thousands: a connection with more than this many waiting is dropped. */
const MAX_PIPELINED = 100;

interface Request {
  incoming: IncomingMessage;
  outgoing: ServerResponse;
}

interface Connection {
  /** What it is counted under; undefined: it is not counted here (any more). */
  address: string | undefined;
  /** Its address has too many: its first request is refused. */
  readonly isOver: boolean;
  /** It has become a WebSocket: it carries no requests, and `ws` decides when it is read. */
  isUpgraded: boolean;
  /** Whether a request is being answered, and those that wait. */
  answering: boolean;
  readonly waiting: Request[];
  /** Bytes that had gone out at the last check, and how many checks in a row found no more. */
  gone: number;
  stuck: number;
}

export interface ConnectionsOptions {
  clock: Clock;
  /** Connections, or requests under way, of one address. */
  most: number;
  answer(incoming: IncomingMessage, outgoing: ServerResponse): void;
}

export class Connections {
  readonly #options: ConnectionsOptions;
  readonly #open = new Map<Socket, Connection>();
  readonly #counts = new Map<string, number>();
  readonly #cancel: () => void;

  constructor(options: ConnectionsOptions) {
    this.#options = options;
    this.#cancel = options.clock.every(LOOK_MS, () => this.#look());
  }

  get size(): number {
    return this.#open.size;
  }

  /** Watches a connection until it closes. `address` is undefined for one that carries many clients. */
  add(socket: Socket, address: string | undefined): void {
    const counted = address === undefined ? undefined : networkOf(address);
    const count = counted === undefined ? 0 : this.#count(counted);
    // a connection over the limit stays open until it is sent the refusal: as many again may do so, further ones are
    // dropped
    if (count >= 2 * this.#options.most) return void socket.destroy();
    if (counted !== undefined) this.#counts.set(counted, count + 1);
    const isOver = count >= this.#options.most;
    const connection: Connection = {
      address: counted,
      isOver,
      isUpgraded: false,
      answering: false,
      waiting: [],
      gone: -1,
      stuck: 0,
    };
    this.#open.set(socket, connection);
    // node:http's own listener runs first, and resumes reading when its writes have gone out
    socket.on("drain", () => readOn(socket, connection));
    socket.on("close", () => {
      this.#uncount(connection);
      this.#open.delete(socket);
      connection.waiting.length = 0;
    });
  }

  /**
   * Marks a connection as a WebSocket, which is counted elsewhere. Returns false where requests are still to be
   * answered.
   */
  upgrade(socket: Socket): boolean {
    const connection = this.#open.get(socket);
    if (connection === undefined || connection.answering || connection.isOver) return false;
    this.#uncount(connection);
    connection.isUpgraded = true;
    return true;
  }

  /** Whether a request on it is being answered. */
  isAnswering(socket: Socket): boolean {
    return this.#open.get(socket)?.answering === true;
  }

  /** Counts one more for an address, as networkOf() gives it. Returns false where the address is at its limit. */
  hold(address: string): boolean {
    const count = this.#count(address);
    if (count >= this.#options.most) return false;
    this.#counts.set(address, count + 1);
    return true;
  }

  release(address: string): void {
    const left = this.#count(address) - 1;
    if (left > 0) this.#counts.set(address, left);
    else this.#counts.delete(address);
  }

  /** Answers it once those before it on its connection are answered. */
  take(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const connection = this.#open.get(incoming.socket);
    if (connection === undefined) return void outgoing.destroy();
    if (connection.isOver) return refuse(outgoing);
    if (!connection.answering) return this.#answer(connection, { incoming, outgoing });
    const { socket } = incoming;
    if (connection.waiting.length >= MAX_PIPELINED) return void socket.destroy();
    connection.waiting.push({ incoming, outgoing });
    readOn(socket, connection);
    // node:http resumes the connection when this request's message is complete
    queueMicrotask(() => readOn(socket, connection));
  }

  stop(): void {
    this.#cancel();
  }

  #answer(connection: Connection, { incoming, outgoing }: Request): void {
    const { socket } = incoming;
    connection.answering = true;
    // all of it has gone out, or the connection is gone
    outgoing.on("close", () => {
      const next = connection.waiting.shift();
      if (next === undefined) connection.answering = false;
      else this.#answer(connection, next);
      readOn(socket, connection);
    });
    this.#options.answer(incoming, outgoing);
  }

  #count(address: string): number {
    return this.#counts.get(address) ?? 0;
  }

  #uncount(connection: Connection): void {
    if (connection.address !== undefined) this.release(connection.address);
    connection.address = undefined;
  }

  #look(): void {
    for (const [socket, connection] of this.#open) {
      const waiting = socket.writableLength;
      const gone = socket.bytesWritten - waiting;
      connection.stuck = waiting > 0 && gone <= connection.gone ? connection.stuck + 1 : 0;
      connection.gone = gone;
      if (connection.stuck >= MAX_STUCK) socket.destroy();
    }
  }
}

function refuse(outgoing: ServerResponse): void {
  const text = "Too many connections from your address. Close some.\n";
  const headers = ["content-type", "text/plain", "content-length", String(text.length), "retry-after", "1"];
  outgoing.writeHead(429, [...headers, "connection", "close"]);
  outgoing.end(text);
}

/** Resumes reading; while enough requests wait, pauses it. */
function readOn(socket: Socket, { isUpgraded, waiting }: Connection): void {
  if (isUpgraded) return;
  if (waiting.length >= MAX_WAITING) socket.pause();
  else if (socket.isPaused()) socket.resume();
}
