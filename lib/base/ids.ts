/** Identifiers and secrets, all from the system's random source. */

import { createHash } from "node:crypto";

const ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz";

/** `length` characters of [0-9a-z], without modulo bias: 8 carry 41 bits, 20 carry 103. */
export function randomId(length: number): string {
  let id = "";
  while (id.length < length) {
    for (const byte of crypto.getRandomValues(new Uint8Array(length * 2))) {
      if (byte < 252 && id.length < length) id += ALPHABET[byte % 36];
    }
  }
  return id;
}

/** An event's id (D2): `<seq>-<8 characters>`. */
export function eventId(seq: number): string {
  return `${seq}-${randomId(8)}`;
}

/** The seq that an event's id begins with; -1 for anything that is not an id. */
export function seqOf(id: string): number {
  const match = /^(\d{1,15})-[0-9a-z]{8}$/.exec(id);
  return match?.[1] === undefined ? -1 : Number(match[1]);
}

/**
 * The time and order of this process's last timeId: ids keep growing even where the clock stands still or goes back.
 */
let last = { at: 0, order: 0 };
const ORDERS = 36 ** 3;

/**
 * Sorts by time (until the year 5188): nine digits of base 36 for the milliseconds, three for the order in which this
 * process makes them, then five characters that make it unique.
 */
export function timeId(at: number, suffix = randomId(5)): string {
  last = at > last.at ? { at, order: 0 } : { at: last.at, order: (last.order + 1) % ORDERS };
  return at.toString(36).padStart(9, "0") + last.order.toString(36).padStart(3, "0") + suffix.slice(-5);
}

/** 32 random bytes, base64url: sessions, refresh tokens, signing secrets. */
export function randomSecret(): string {
  return crypto.getRandomValues(new Uint8Array(32)).toBase64({ alphabet: "base64url", omitPadding: true });
}

/** SHA-256 in hex: how secrets are stored. Not by `crypto.subtle`: a call of it costs many times the hash. */
export function hashSecret(secret: string): Promise<string> {
  return Promise.resolve(createHash("sha256").update(secret).digest("hex"));
}
