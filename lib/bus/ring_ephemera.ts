/**
 * The ephemera of a process's ring. A newer one replaces the older of the same thing (a person's typing in a room, a
 * page, a read mark of a room), each person has a few, and what does not fit is dropped without a notice.
 */
import type { Ephemeron } from "./bus.ts";
import { KEEP_MS } from "./ring_hints.ts";

const LENGTH = 6_000;
const EACH_PERSON = 16;
const MAX_WAITING = 1_000;

interface Slot {
  n: number;
  signal: Ephemeron;
  userId: string;
  length: number;
  at: number;
}

export class EphemeraSlots {
  #last = 0;
  /** By what each is about; in the order of their numbers. */
  readonly #slots = new Map<string, Slot>();
  /** The names of each person's slots, the oldest first. */
  readonly #ofPerson = new Map<string, Set<string>>();

  push(signal: Ephemeron, at: number): void {
    const [userId, what] = aboutOf(signal);
    const name = `${userId}/${what}`;
    this.#remove(name);
    this.#slots.set(name, { n: ++this.#last, signal, userId, length: JSON.stringify(signal).length + 10, at });
    const own = this.#ofPerson.get(userId) ?? new Set();
    this.#ofPerson.set(userId, own.add(name));
    for (const oldest of own) {
      if (own.size <= EACH_PERSON) break;
      this.#remove(oldest);
    }
    for (const oldest of this.#slots.keys()) {
      if (this.#slots.size <= MAX_WAITING) break;
      this.#remove(oldest);
    }
  }

  /** What is to be written now. Read marks come first: typing is repeated by the client, a read mark is not. */
  record(now: number): [n: number, signal: Ephemeron][] {
    let left = LENGTH;
    const newest = [...this.#slots].reverse();
    const isRead = ([, { signal }]: [string, Slot]) => signal.type === "user";
    for (const [name, { at, length }] of [...newest.filter(isRead), ...newest.filter((one) => !isRead(one))]) {
      if (at < now - KEEP_MS || length > left) this.#remove(name);
      else left -= length;
    }
    return Array.from(this.#slots.values(), ({ n, signal }) => [n, signal]);
  }

  #remove(name: string): void {
    const slot = this.#slots.get(name);
    if (slot === undefined) return;
    this.#slots.delete(name);
    const own = this.#ofPerson.get(slot.userId);
    own?.delete(name);
    if (own?.size === 0) this.#ofPerson.delete(slot.userId);
  }
}

function aboutOf(signal: Ephemeron): [userId: string, what: string] {
  switch (signal.type) {
    case "typing":
      return [signal.user.id, `typing/${signal.room_id}`];
    case "active":
      return [signal.user_id, `active/${signal.connection_id}`];
    case "user":
      return [signal.user_id, `read/${signal.read.room_id}`];
  }
}
