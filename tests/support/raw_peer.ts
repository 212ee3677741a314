/** A WebSocket peer by hand, below any client: it sends whatever bytes it likes and reads only when asked to. */
import { Buffer } from "node:buffer";
import { connect, type Socket } from "node:net";
import type { Session } from "./client.ts";

export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

export interface FrameOptions {
  opcode?: number;
  fin?: boolean;
  masked?: boolean;
  /** The reserved bits. */
  rsv?: number;
  /** The length in the header, where it differs from the payload's. */
  length?: number;
}

/** RFC 6455, 5.2; the mask is 0. */
export function frame(payload: Uint8Array | string, options: FrameOptions = {}): Uint8Array {
  const { opcode = OPCODE.text, fin = true, masked = true, rsv = 0 } = options;
  const body = Buffer.from(payload);
  const length = options.length ?? body.length;
  const head = Buffer.alloc(length < 126 ? 2 : length < 65_536 ? 4 : 10);
  head[0] = (fin ? 0x80 : 0) | rsv << 4 | opcode;
  head[1] = (masked ? 0x80 : 0) | (head.length === 2 ? length : head.length === 4 ? 126 : 127);
  if (head.length === 4) head.writeUInt16BE(length, 2);
  if (head.length === 10) head.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([head, Buffer.alloc(masked ? 4 : 0), body]);
}

export class RawPeer implements Disposable {
  readonly #socket: Socket;
  #received = Buffer.alloc(0);
  /** Resolves when the connection is gone, with how long it was open; milliseconds. */
  readonly gone: Promise<number>;
  isGone = false;
  /** Called with all received bytes. */
  onText: ((text: string) => void) | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    const began = performance.now();
    socket.on("error", () => {});
    socket.on("data", (data) => {
      this.#received = Buffer.concat([this.#received, Buffer.from(data)]).subarray(-100_000);
      this.onText?.(Buffer.from(data).toString("latin1"));
    });
    this.gone = new Promise((resolve) =>
      socket.on("close", () => {
        this.isGone = true;
        resolve(performance.now() - began);
      })
    );
  }

  /** Bytes that were written and that the system has not taken yet. */
  get pending(): number {
    return this.#socket.writableLength;
  }

  /** Only connected: it has asked for nothing yet. */
  static connect(port: number): RawPeer {
    return new RawPeer(connect(port, "127.0.0.1"));
  }

  /** Resolves once it is a WebSocket and `hello` came. */
  static async open(origin: string, session: Session): Promise<RawPeer> {
    const { host, port } = new URL(origin);
    const peer = RawPeer.connect(Number(port));
    peer.write(Buffer.from(
      `GET /ws HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n" +
        `Origin: ${origin}\r\nCookie: ${session.cookie}\r\n\r\n`,
    ));
    while (!peer.text.includes('"hello"')) {
      if (peer.isGone) throw new Error(`no socket: ${peer.text}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    return peer;
  }

  /** The last received bytes, with frame headers. */
  get text(): string {
    return this.#received.toString("latin1");
  }

  /** The code of the close frame that came last. */
  get closeCode(): number | undefined {
    // a server's close frame: final, unmasked, short
    for (let i = this.#received.length - 4; i >= 0; i--) {
      const length = this.#received[i + 1] ?? 0;
      if (this.#received[i] === 0x88 && length >= 2 && length < 126 && i + 2 + length === this.#received.length) {
        return this.#received.readUInt16BE(i + 2);
      }
    }
    return undefined;
  }

  write(bytes: Uint8Array): void {
    if (!this.isGone) this.#socket.write(bytes);
  }

  say(command: object): void {
    this.write(frame(JSON.stringify(command)));
  }

  /** Writes chunks for as long as the peer takes them; resolves with how many bytes it took until it was gone. */
  async flood(next: () => Uint8Array, most: number): Promise<number> {
    let taken = 0;
    let turns = 0;
    while (!this.isGone && taken < most) {
      const bytes = next();
      const error = await new Promise((resolve) => this.#socket.write(bytes, resolve));
      if (error) return taken;
      taken += bytes.length;
      // yields, so that this process's other work does not wait for the end of the flood
      if (++turns % 16 === 0) await new Promise((resolve) => setTimeout(resolve));
    }
    return taken;
  }

  /** Stops reading: incoming data fill the kernel's buffers, then the server's. */
  pause(): void {
    this.#socket.pause();
  }

  /** Reads on. */
  resume(): void {
    this.#socket.resume();
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }
}
