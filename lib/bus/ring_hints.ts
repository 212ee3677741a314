/**
 * The hints of a process's ring: the last ones, numbered without a gap. For dropped hints it keeps whom they concerned,
 * so that a reader that missed some reads again what those people see, and nothing else.
 */
import type { Concern, RingParts } from "../store/keys.ts";
import type { Signal } from "./bus.ts";

/** How long a hint stays for others to read, and how many characters of them: see the budget in ring_writer.ts. */
export const KEEP_MS = 10_000;
const KEEP_LENGTH = 15_000;
/** How long, and in how many characters, the ring keeps whom its dropped hints concerned. */
const DROPPED_MS = 60_000;
const DROPPED_LENGTH = 6_000;
/**
 * A frame of one user that is longer than this would push out other hints: it is replaced by a `lapse` of that user.
 */
const LONG = 7_000;

interface Kept {
  signal: Signal;
  length: number;
  at: number;
}

interface Dropped {
  entry: [n: number, concern: Concern, id: string];
  length: number;
  at: number;
}

export class HintRing {
  #first = 1;
  #kept: Kept[] = [];
  /** How many characters are not in the store yet. */
  #unwritten = 0;
  /** By concern and id; the least recently dropped first. */
  readonly #dropped = new Map<string, Dropped>();
  #droppedLength = 0;
  #since = 0;

  push(signal: Signal, at: number): void {
    const kept = { ...shortened(signal), at };
    this.#kept.push(kept);
    this.#unwritten += kept.length;
  }

  /** Whether so many hints wait that the oldest would be dropped before other processes have read them. */
  isFilling(): boolean {
    return this.#unwritten > KEEP_LENGTH / 2;
  }

  /** What is to be written now. */
  record(now: number): { first: number; signals: Signal[]; dropped: RingParts["dropped"] } {
    this.#unwritten = 0;
    this.#trim(now);
    return {
      first: this.#first,
      signals: this.#kept.map(({ signal }) => signal),
      dropped: { since: this.#since, of: Array.from(this.#dropped.values(), ({ entry }) => entry) },
    };
  }

  #trim(now: number): void {
    let length = 0;
    let keep = this.#kept.length;
    while (keep > 0) {
      const kept = this.#kept[keep - 1];
      if (kept === undefined || kept.at < now - KEEP_MS || length + kept.length > KEEP_LENGTH) break;
      length += kept.length;
      keep--;
    }
    for (const [i, { signal }] of this.#kept.slice(0, keep).entries()) this.#drop(this.#first + i, signal, now);
    this.#first += keep;
    this.#kept = this.#kept.slice(keep);
    for (const [name, { entry: [n], at }] of this.#dropped) {
      if (at >= now - DROPPED_MS && this.#droppedLength <= DROPPED_LENGTH) break;
      this.#forget(name);
      this.#since = n;
    }
  }

  #drop(n: number, signal: Signal, at: number): void {
    const concerned = concernOf(signal);
    if (concerned === undefined) return;
    const name = concerned.join("/");
    this.#forget(name);
    const length = name.length + 20;
    this.#dropped.set(name, { entry: [n, ...concerned], length, at });
    this.#droppedLength += length;
  }

  #forget(name: string): void {
    this.#droppedLength -= this.#dropped.get(name)?.length ?? 0;
    this.#dropped.delete(name);
  }
}

/**
 * Whom a hint concerns. undefined for the control log, which is read every second anyway, and for ephemera, which are
 * never read again.
 */
function concernOf(signal: Signal): [Concern, string] | undefined {
  switch (signal.type) {
    case "user":
      return signal.read === undefined ? ["user", signal.user_id] : undefined;
    case "joined":
      return ["user", signal.user_id];
    case "lapse":
      return signal.user_id === undefined ? undefined : ["user", signal.user_id];
    case "profile":
      return ["profile", signal.user.id];
    case "trimmed":
      return ["room", signal.room_id];
    default:
      return undefined;
  }
}

function shortened(signal: Signal): Pick<Kept, "signal" | "length"> {
  const { length } = JSON.stringify(signal);
  if (length <= LONG || signal.type !== "user") return { signal, length };
  return shortened({ type: "lapse", user_id: signal.user_id });
}
