/**
 * The way to change records of the store outside a room's append queue: read, decide, commit, again on a race.
 *
 * | state      | what happens                                   | leads to                                               |
 * | ---------- | ---------------------------------------------- | ------------------------------------------------------ |
 * | reading    | the keys are read, `decide` says what to write | looking                                                |
 * | looking    | the proofs of the open tries are read          | done where one is there; else committing, or the end   |
 * |            |                                                | where `decide` refuses or there is nothing to write    |
 * | committing | one atomic, which checks every key that was    | done; raced (a check failed); unknown (it threw)       |
 * |            | read                                           |                                                        |
 * | raced      | jittered back-off                              | reading; after `tries` of them the end, `overloaded`   |
 * | unknown    | jittered back-off                              | reading; after FAILURES of them the end, with the      |
 * |            |                                                | store's error                                          |
 *
 * A try is open while its commit may have happened although nobody was told so (unknown commit outcome): the answer was
 * lost, or a client of the store repeated the commit and its repetition failed the check. The proof is read after the
 * keys and after `decide`: whatever these saw of an open try, its proof shows too. So `decide` may refuse ("wrong code")
 * on what its own earlier try did: the refusal counts only where no proof is there.
 *
 * An open try that commits later still does no harm: it writes a key that the next try checks, and the next try writes
 * that key too, so that only one of them succeeds. change() throws where a decision writes none of the checked keys.
 */
import { ChatError } from "../base/errors.ts";
import type { Key } from "./keys.ts";
import type { Entry, Kv, Put, Write } from "./kv.ts";

/** After this many lost races the caller gets `overloaded`. */
const TRIES = 40;
/** After this many calls that the store did not answer, the caller gets the store's error. */
const FAILURES = 3;
const MAX_PAUSE_MS = 50;

/** What was read, in the order of the keys. */
export type Entries<K extends readonly Key<unknown>[]> = {
  [I in keyof K]: K[I] extends Key<infer T> ? Entry<T> : never;
};

/** What is to be written, and how a try whose answer was lost is known again; without `write` nothing is. */
export type Decision<T> = { result: T; write?: undefined } | {
  result: T;
  /** Its checks are those beside the keys that were read; all together at most `limits.checksAWrite`. */
  write: Pick<Write, "checks" | "set" | "delete">;
  /**
   * A put of `write` that no other try makes, and that stays for some seconds: an audit entry, a record with a new id or
   * hash. It holds something random: else another process's equal value would be taken for this try's. "repeatable": no
   * proof is needed, since `decide` sees what an earlier try of its own did and finds nothing left to do, or doing it
   * again changes nothing.
   */
  proof: Put | "repeatable";
};

export interface Changed<T> {
  result: T;
  /** Something was written, by the last try or by an earlier one whose answer was lost: it has to be announced. */
  changed: boolean;
}

export interface ChangeOptions {
  tries?: number;
  /** The back-off before try `n`, for tests. */
  pause?: (n: number) => Promise<void>;
}

interface OpenTry<T> {
  result: T;
  proof: Put | "repeatable";
}

/**
 * Reads `keys`, writes what `decide` makes of them, and decides afresh where one of them has changed meanwhile. `decide`
 * may read more and give those checks too; it must have no effect of its own. Throws what `decide` throws, `overloaded`
 * after too many races, and `storage_unavailable` where the store does not answer: only then is the outcome unknown.
 */
export async function change<const K extends readonly Key<unknown>[], T>(
  kv: Pick<Kv, "get" | "getMany" | "commit">,
  keys: K,
  decide: (...entries: Entries<K>) => Decision<T> | Promise<Decision<T>>,
  { tries = TRIES, pause = backOff }: ChangeOptions = {},
): Promise<Changed<T>> {
  const open: OpenTry<T>[] = [];
  let failure: unknown;
  let failures = 0;
  for (let n = 0; n < tries; n++) {
    if (n > 0) await pause(n);
    try {
      const step = await readAndDecide(kv, keys, decide);
      const done = await provenOf(kv, open);
      if (done !== undefined) return { result: done.result, changed: true };
      if ("refusal" in step) throw step.refusal;
      const { result, write } = step.decision;
      if (write === undefined) return { result, changed: open.some(({ proof }) => proof === "repeatable") };
      const checks = [...step.checks, ...write.checks ?? []];
      requireConflict(write, checks);
      open.push({ result, proof: step.decision.proof });
      if (await kv.commit({ ...write, checks }) !== null) return { result, changed: true };
    } catch (error) {
      // before the first commit nothing can have happened, so the caller gets the failure at once
      if (!isUnanswered(error) || open.length === 0) throw error;
      failure ??= error;
      if (++failures === FAILURES) throw failure;
    }
  }
  throw failure ?? busy();
}

type Step<T> = { decision: Decision<T>; checks: NonNullable<Write["checks"]> } | { refusal: unknown };

/**
 * Reads and decides. A refusal by `decide` is kept until the open tries were checked; a failure of the store is no
 * refusal.
 */
async function readAndDecide<const K extends readonly Key<unknown>[], T>(
  kv: Pick<Kv, "get">,
  keys: K,
  decide: (...entries: Entries<K>) => Decision<T> | Promise<Decision<T>>,
): Promise<Step<T>> {
  const entries = await Promise.all(keys.map((key) => kv.get(key)));
  try {
    // each key promises what type its value has
    const decision = await decide(...entries as Entries<K>);
    return { decision, checks: entries.map(({ key, versionstamp }) => ({ key, versionstamp })) };
  } catch (refusal) {
    if (isUnanswered(refusal)) throw refusal;
    return { refusal };
  }
}

/** The open try that happened. */
async function provenOf<T>(kv: Pick<Kv, "getMany">, open: OpenTry<T>[]): Promise<OpenTry<T> | undefined> {
  const tries = open.flatMap(({ result, proof }) => proof === "repeatable" ? [] : [{ result, proof }]);
  const entries = await kv.getMany(tries.map(({ proof: [key] }) => key));
  return tries.find(({ proof: [, value] }, i) => isSame(entries[i]?.value, value));
}

/** Values are plain data, and the store keeps the order of their fields. */
function isSame(stored: unknown, value: unknown): boolean {
  return stored !== null && stored !== undefined && JSON.stringify(stored) === JSON.stringify(value);
}

/** Throws where a write sets none of the keys that it checks: two tries of one change could then both succeed. */
function requireConflict({ set = [], delete: gone = [] }: Write, checks: { key: Deno.KvKey }[]): void {
  const written = new Set([...set.map(([key]) => key), ...gone].map((key) => key.join("\0")));
  if (checks.some(({ key }) => written.has(key.join("\0")))) return;
  throw new TypeError(
    "A change must write one of the keys that it checks: otherwise nobody notices when it commits late.",
  );
}

function isUnanswered(error: unknown): boolean {
  return error instanceof ChatError && error.code === "storage_unavailable";
}

/** Jittered, so that writers that raced do not collide again. */
function backOff(n: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.random() * Math.min(2 ** n, MAX_PAUSE_MS)));
}

export function busy(): ChatError {
  return new ChatError("overloaded", "Too many changes at the same moment. Try again.", { retryAfter: 1 });
}
