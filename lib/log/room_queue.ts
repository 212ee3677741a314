/**
 * One room's append queue (D9). The commands that wait become one batch; a batch becomes one atomic, in one or several
 * tries (`Attempt`):
 *
 * | state      | what happens                                                      | leads to                          |
 * | ---------- | ----------------------------------------------------------------- | --------------------------------- |
 * | reading    | the head first, then every key that the rules need; what the last | applying                          |
 * |            | commit left is not read again (`Standing`), and on a local file   |                                   |
 * |            | `sent` keys are guessed to be absent                              |                                   |
 * | applying   | the rules authorise each command and apply it to a draft          | looking                           |
 * | looking    | earlier tries of this batch: is their first event in the log?     | done, with that try's outcomes;   |
 * |            |                                                                   | else: done where nothing is to be |
 * |            |                                                                   | written, or committing            |
 * | committing | one atomic that checks the head (and the guesses); meanwhile the  | done; raced (a check failed);     |
 * |            | commit before is announced                                        | unknown (the store did not        |
 * |            |                                                                   | answer); refused (for good)       |
 * | raced,     | what was remembered is forgotten, a wrong guess is not made again | reading, after a pause; after the |
 * | unknown    | for some batches                                                  | last try looking once more, then  |
 * |            |                                                                   | done or failed                    |
 * | refused    | the batch is halved until the offender is alone (poison command)  | reading, for each half; failed    |
 * |            |                                                                   | for one command alone             |
 * | done       | the commands are answered (D1); the events wait to be announced   |                                   |
 * | failed     | the commands are rejected; after an unknown outcome the readers   |                                   |
 * |            | are told to look at the log (`doubted`)                           |                                   |
 *
 * A refusal that rests on what was remembered is not given: the batch goes back to reading, and reads everything.
 */
import { setImmediate } from "node:timers";
import { ChatError } from "../base/errors.ts";
import type { HeadRecord, RoomRecord } from "../protocol/model.ts";
import { noSuchRoom } from "./no_such_room.ts";
import type { AppenderOptions, Pending } from "./append_options.ts";
import type { Outcome } from "./command.ts";
import { randomId } from "../base/ids.ts";
import { Announcements } from "./announcements.ts";
import { type Appended, Draft, keyName } from "./draft.ts";
import { type Key, keys } from "../store/keys.ts";
import { type Entry, put, type Write } from "../store/kv.ts";
import { estimatedMutations, type StoreLimits } from "../store/limits.ts";
import { LIMITS } from "../protocol/limits.ts";

const MAX_COMMANDS = 200;
/** What one file adds to a commit: its record, and what the message says of it. */
const FILE_BYTES = 2_000;
const MAX_TRIES = 40;
const MAX_TRIES_UNAVAILABLE = 4;
/** After a wrong guess the room's next batches are read. */
const READS_AFTER_WRONG_GUESS = 20;

interface Attempt {
  draft: Draft;
  outcomes: (Outcome | ChatError)[];
  write: Required<Omit<Write, "room">> & Pick<Write, "room">;
  known: Map<string, unknown>;
  guesses: number;
}

/** It runs while commands wait. */
export class RoomQueue {
  readonly waiting: Pending[] = [];
  readonly #roomId: string;
  readonly #options: AppenderOptions;
  /** What the last commit left, so that the next need not read it again. */
  #standing: Standing | undefined;
  /** Committed, and not announced yet. */
  #committed: Appended[] = [];
  readonly #announcements: Announcements;
  /** How many batches must be read before the next guess. */
  #reads = 0;
  /** The store did not answer a commit of this batch, so its outcome is unknown. */
  #unanswered = false;

  constructor(roomId: string, options: AppenderOptions) {
    this.#roomId = roomId;
    this.#options = options;
    this.#announcements = new Announcements({
      clock: options.clock,
      announce: (events) => options.committed(roomId, events),
      failed: (error) => {
        this.#guarded(() => options.onError(error));
        this.#guarded(() => options.doubted?.(roomId));
      },
    });
  }

  /** Resolves when nothing waits and everything is announced; `idle` is called as soon as nothing waits. */
  async run(idle: () => void): Promise<void> {
    try {
      await this.#work();
    } catch (error) {
      // nobody works for them any more
      for (const pending of this.waiting.splice(0)) pending.reject(error);
      this.#guarded(() => this.#options.onError(error));
    } finally {
      idle();
    }
    await this.#announcements.settled();
  }

  async #work(): Promise<void> {
    // commands that arrive in the same turn of the event loop share the first commit too
    await Promise.resolve();
    while (this.waiting.length > 0) {
      await this.#commit(this.waiting.splice(0, batchSize(this.waiting, this.#options.kv.limits)));
      // Take what has arrived meanwhile first: its commit then runs while this one is announced.
      if (this.waiting.length === 0) await new Promise<void>((resolve) => setImmediate(resolve));
      if (this.waiting.length === 0) this.#announce();
    }
  }

  async #commit(batch: Pending[]): Promise<void> {
    this.#unanswered = false;
    try {
      await this.#tryCommit(batch);
    } catch (error) {
      this.#standing = undefined;
      if (this.#unanswered) this.#guarded(() => this.#options.doubted?.(this.#roomId));
      // a permanent error, such as a value over the store's limits: only the command that causes it must fail
      if (batch.length === 1 || error instanceof ChatError) {
        for (const pending of batch) pending.reject(error);
        return;
      }
      const half = batch.length >> 1;
      await this.#commit(batch.slice(0, half));
      await this.#commit(batch.slice(half));
    }
  }

  async #tryCommit(batch: Pending[]): Promise<void> {
    const attempts: Attempt[] = [];
    for (let tries = 1;; tries++) {
      const attempt = await this.#fold(batch);
      // The outcome of an earlier try may be unknown. If that try had committed, its first event would be at its seq by
      // now; if it commits later, our own check of the head fails. So looking once, here, is enough.
      const landed = await this.#landed(attempts);
      if (landed !== undefined) return this.#done(landed, batch);
      if (!attempt.draft.changed) {
        // Nothing is committed, so nothing checks what was remembered: refuse only on what was read afresh.
        if (this.#standing === undefined || !attempt.outcomes.some(isError)) return answer(attempt.outcomes, batch);
        this.#standing = undefined;
        continue;
      }
      attempts.push(attempt);
      let failure = new ChatError("overloaded", "This room is too busy. Try again.", { retryAfter: 1 });
      let versionstamp: string | null = null;
      try {
        const committing = this.#options.kv.commit(attempt.write);
        // the store works on it while the one before is sent to everybody
        this.#announce();
        versionstamp = await committing;
      } catch (error) {
        if (!(error instanceof ChatError)) throw error;
        failure = error;
        this.#unanswered = true;
      }
      if (versionstamp !== null) {
        this.#standing = standingAfter(attempt, versionstamp);
        return this.#done(attempt, batch);
      }
      this.#standing = undefined;
      if (attempt.guesses > 0) this.#reads = READS_AFTER_WRONG_GUESS;
      const most = failure.code === "storage_unavailable" ? MAX_TRIES_UNAVAILABLE : MAX_TRIES;
      if (tries >= most) {
        const last = await this.#landed(attempts);
        if (last === undefined) throw failure;
        return this.#done(last, batch);
      }
      await new Promise<void>((resolve) => setTimeout(resolve, Math.min(tries * 2, 50)));
    }
  }

  async #fold(batch: Pending[]): Promise<Attempt> {
    const { rules, clock } = this.#options;
    const { head, versionstamp, known, guesses, entries } = await this.#read(batch);
    const room = known.get(keyName(keys.room(this.#roomId))) as RoomRecord | null;
    if (room === null || head === null) throw noSuchRoom(this.#roomId);
    const draft = new Draft(room, head, clock.now(), known);
    const outcomes = batch.map(({ command }): Outcome | ChatError => {
      try {
        // Each attempt gets ids of its own, so that an attempt which committed is recognised by them.
        return rules.apply(draft, command, randomId(8));
      } catch (error) {
        if (error instanceof ChatError) return error;
        throw error;
      }
    });
    const { set = [], delete: gone = [] } = draft.writes;
    const write: Attempt["write"] = {
      // a file may be sent in two rooms at once: then their commits must not be one
      ...(draft.checked.size === 0 ? { room: this.#roomId } : {}),
      checks: [{ key: keys.head(this.#roomId), versionstamp }, ...guesses, ...checksOf(draft, entries)],
      set: [put(keys.head(this.#roomId), draft.head), ...set, ...this.#options.stamp?.(this.#roomId) ?? []],
      delete: gone,
    };
    return { draft, outcomes, write, known, guesses: guesses.length };
  }

  /**
   * The head first: whatever is read after it is at least as new, and the commit checks it. What the last commit of this
   * queue left is as good: the room's record and its members change only together with the head. That a message was not
   * sent before is guessed where it can be: the commit checks it, and after a wrong guess it is read.
   */
  async #read(batch: Pending[]): Promise<Reading> {
    const { rules } = this.#options;
    const known = new Map(this.#standing?.known);
    const wanted = new Map<string, Key<unknown>>();
    const want = (key: Key<unknown>) => {
      const name = keyName(key);
      if (!known.has(name)) wanted.set(name, key);
    };
    want(keys.room(this.#roomId));
    for (const { command } of batch) rules.needs(this.#roomId, command).forEach(want);
    const guesses = this.#guess(wanted, known);
    const { head, versionstamp } = this.#standing ?? await this.#readHead();
    const entries = await this.#readInto(known, wanted);
    // set above, with the type that the key promises
    const value = <T>(key: Key<T>) => known.get(keyName(key)) as T | null;
    for (const { command } of batch) rules.follows(this.#roomId, command, value).forEach(want);
    entries.push(...await this.#readInto(known, wanted));
    return { head, versionstamp, known, guesses, entries };
  }

  async #readHead(): Promise<Pick<Reading, "head" | "versionstamp">> {
    this.#announce();
    const { value, versionstamp } = await this.#options.kv.get(keys.head(this.#roomId));
    return { head: value, versionstamp };
  }

  /** What is wanted is known then, and wanted no more. */
  async #readInto(known: Map<string, unknown>, wanted: Map<string, Key<unknown>>): Promise<Entry<unknown>[]> {
    if (wanted.size === 0) return [];
    this.#announce();
    const names = [...wanted.keys()];
    const entries = await this.#options.kv.getMany([...wanted.values()]);
    for (let i = 0; i < names.length; i++) known.set(names[i] ?? "", entries[i]?.value ?? null);
    wanted.clear();
    return entries;
  }

  /** Takes the `sent` keys out of `wanted`, where the commit may check all of them. */
  #guess(wanted: Map<string, Key<unknown>>, known: Map<string, unknown>): Guess[] {
    if (this.#standing === undefined || this.#reads > 0) {
      this.#reads = Math.max(0, this.#reads - 1);
      return [];
    }
    const sent = [...wanted].filter(([name]) => name.startsWith("sent\0"));
    if (sent.length > this.#options.guesses) return [];
    return sent.map(([name, key]) => {
      wanted.delete(name);
      known.set(name, null);
      return { key, versionstamp: null };
    });
  }

  /** The attempt whose first event is in the store, if one is. */
  async #landed(attempts: Attempt[]): Promise<Attempt | undefined> {
    for (const attempt of attempts) {
      const first = attempt.draft.events[0]?.record;
      if (first === undefined) continue;
      const [item, change] = await Promise.all([
        this.#options.kv.get(keys.item(this.#roomId, first.seq)),
        this.#options.kv.get(keys.change(this.#roomId, first.seq)),
      ]);
      if (item.value?.id === first.id || change.value?.id === first.id) return attempt;
    }
    return undefined;
  }

  /** Replies; what was committed is announced as soon as the next commit is under way. */
  #done({ draft, outcomes }: Attempt, batch: Pending[]): void {
    answer(outcomes, batch);
    this.#committed.push(...draft.events);
  }

  #announce(): void {
    const events = this.#committed;
    if (events.length === 0) return;
    this.#committed = [];
    this.#guarded(() => this.#options.noted?.(this.#roomId, events));
    this.#announcements.push(events);
  }

  /** A listener that throws must not end the queue's work, for which other commands wait. */
  #guarded(tell: () => void): void {
    try {
      tell();
    } catch (error) {
      try {
        this.#options.onError(error);
      } catch { /* nobody is left to be told */ }
    }
  }
}

interface Reading {
  head: HeadRecord | null;
  versionstamp: string | null;
  known: Map<string, unknown>;
  guesses: Guess[];
  /** What was read now, not remembered. */
  entries: Entry<unknown>[];
}

/** Checks of the keys that the rules want checked. They are never remembered, so they were read in this try. */
function checksOf(draft: Draft, entries: Entry<unknown>[]): NonNullable<Write["checks"]> {
  if (draft.checked.size === 0) return [];
  return entries.filter(({ key }) => draft.checked.has(keyName(key)))
    .map(({ key, versionstamp }) => ({ key, versionstamp }));
}

interface Guess {
  key: Deno.KvKey;
  versionstamp: null;
}

interface Standing {
  head: HeadRecord;
  versionstamp: string;
  /** The room's record and members, by key name. */
  known: Map<string, unknown>;
}

const MAX_KNOWN = 200;

function standingAfter({ draft, known, write }: Attempt, versionstamp: string): Standing {
  const kept = new Map<string, unknown>();
  for (const [name, value] of known) {
    if (kept.size < MAX_KNOWN && changesWithHead(name)) kept.set(name, value);
  }
  for (const [key, value] of write.set) if (kept.has(keyName(key))) kept.set(keyName(key), value);
  for (const key of write.delete) if (kept.has(keyName(key))) kept.set(keyName(key), null);
  return { head: draft.head, versionstamp, known: kept };
}

function changesWithHead(name: string): boolean {
  return name.startsWith("member\0") || name.startsWith("room\0");
}

function batchSize(waiting: Pending[], limits: StoreLimits): number {
  // by an estimate, so half of it
  const maxBytes = limits.commitBytes / 2;
  let bytes = 0;
  let files = 0;
  let mutations = 0;
  let count = 0;
  for (const { command } of waiting) {
    bytes += "content" in command ? command.content.length * 2 : 200;
    if (command.type === "message" && command.files !== undefined) {
      files += command.files.length;
      bytes += command.files.length * FILE_BYTES;
    }
    // a mention is two keys more; what an edit or a delete takes back is seen when it is tried
    mutations += "calls" in command && command.calls !== undefined ? 4 + 2 * command.calls.names.length : 5;
    const full = bytes > maxBytes || files > LIMITS.files || mutations > estimatedMutations(limits);
    if (count > 0 && (count >= MAX_COMMANDS || full)) break;
    count++;
  }
  return count;
}

function answer(outcomes: (Outcome | ChatError)[], batch: Pending[]): void {
  for (let i = 0; i < batch.length; i++) {
    const outcome = outcomes[i];
    if (outcome === undefined) continue;
    if (outcome instanceof ChatError) batch[i]?.reject(outcome);
    else batch[i]?.resolve(outcome);
  }
}

function isError(outcome: Outcome | ChatError): outcome is ChatError {
  return outcome instanceof ChatError;
}
