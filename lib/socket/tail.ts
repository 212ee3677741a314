/** The newest events of a room, kept encoded for joins and short resumes. */
import type { EncodedEvent } from "../bus/bus.ts";

const MAX_EVENTS = 256;
/** In UTF-16 code units. */
const MAX_LENGTH = 128 * 1024;

export class Tail {
  #events: EncodedEvent[] = [];
  #length = 0;

  /**
   * `events` follow the last ones without a gap. An edit or a delete drops the event that it makes out of date, and all
   * events before that.
   */
  push(events: EncodedEvent[]): void {
    for (const event of events) {
      if (isRewrite(event)) this.#forget(event.target);
      this.#events.push(event);
      this.#length += event.line.length;
    }
    if (this.#events.length > MAX_EVENTS || this.#length > MAX_LENGTH) this.#trim();
  }

  /** The events after `seq`, at most `limit`; undefined where they are not all here. */
  after(seq: number, limit: number): EncodedEvent[] | undefined {
    const first = this.#events[0];
    if (first === undefined || seq + 1 < first.seq) return undefined;
    const from = seq + 1 - first.seq;
    return from < this.#events.length ? this.#events.slice(from, from + limit) : undefined;
  }

  clear(): void {
    this.#events = [];
    this.#length = 0;
  }

  #forget(target: string | undefined): void {
    const last = this.#events.findLastIndex((event) =>
      event.id === target || (event.target === target && isRewrite(event))
    );
    this.#drop(last + 1);
  }

  /** Cuts the tail to three quarters of its limits, so that a full tail is not cut at each event. */
  #trim(): void {
    let count = Math.max(0, this.#events.length - MAX_EVENTS * 3 / 4);
    let length = this.#length;
    for (let i = 0; i < this.#events.length; i++) {
      if (i >= count && length <= MAX_LENGTH * 3 / 4) break;
      length -= this.#events[i]?.line.length ?? 0;
      count = Math.max(count, i + 1);
    }
    this.#drop(count);
  }

  #drop(count: number): void {
    for (const event of this.#events.splice(0, count)) this.#length -= event.line.length;
  }
}

/** Whether the event changes or removes the text of an earlier one. */
export function isRewrite(event: EncodedEvent): boolean {
  return event.type === "message_edited" || event.type === "message_deleted";
}
