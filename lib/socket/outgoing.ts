/** Limits the bytes that wait for all sockets together (D7), and packs events into frames (D10). */
import { Buffer } from "node:buffer";
import type { EncodedEvent } from "../bus/bus.ts";
import { CLOSE } from "../protocol/close_codes.ts";
import { LIMITS } from "../protocol/limits.ts";
import type { LocalSocket } from "./local.ts";

export class SendBudget {
  /** For one socket, in bytes. */
  readonly maxQueued: number;
  readonly #maxTotal: number;
  /** The sum of the bytes that waited at each socket's last `sample()`; kept by LocalSocket.send. */
  total = 0;

  constructor(limits: { maxQueuedBytes: number; maxQueuedBytesTotal: number }) {
    this.maxQueued = limits.maxQueuedBytes;
    this.#maxTotal = limits.maxQueuedBytesTotal;
  }

  /** Call after sending to many. Over the bound, the sockets with the most waiting are dropped. */
  check(connections: Iterable<LocalSocket>): void {
    if (this.total <= this.#maxTotal) return;
    const queued = [];
    for (const connection of connections) {
      if (connection.queued > 0 && connection.sample() > 0) queued.push(connection);
    }
    queued.sort((a, b) => b.queued - a.queued);
    for (const connection of queued) {
      if (this.total <= this.#maxTotal) return;
      connection.drop(CLOSE.too_slow, "the server is out of memory for slow readers; resume");
    }
  }
}

/** Lines as frames of at most LIMITS.batch_bytes each. */
export function framesOf(events: EncodedEvent[], start: number, end: number): string[] {
  const first = events[start];
  if (first === undefined || start >= end) return [];
  const frames: string[] = [];
  let frame = first.line;
  let bytes = Buffer.byteLength(frame);
  for (let i = start + 1; i < end; i++) {
    const line = events[i]?.line ?? "";
    const more = Buffer.byteLength(line) + 1;
    if (bytes + more > LIMITS.batch_bytes) {
      frames.push(frame);
      frame = line;
      bytes = more - 1;
    } else {
      frame += `\n${line}`;
      bytes += more;
    }
  }
  frames.push(frame);
  return frames;
}

/** How many of `events` fit into `bytes` (at least one), so that one turn of the loop does not fill a socket's queue. */
export function countWithin(events: EncodedEvent[], bytes: number): number {
  let sum = 0;
  for (let i = 0; i < events.length; i++) {
    sum += Buffer.byteLength(events[i]?.line ?? "");
    if (sum > bytes) return Math.max(1, i);
  }
  return events.length;
}
