/**
 * Follows the control log (D6b): ends the sockets of sessions that have ended. The log is read on a wake and once a
 * second. When the last good reading is two seconds old, nothing is delivered any more (`isFresh`); rooms catch up from
 * their logs once the control log reads again. Freshness is a comparison of times, not a timer: a process that was
 * stalled cannot deliver first and notice later.
 */
import { type ControlEntry, readControl } from "../chat/sign_in/session_ends.ts";
import type { ControlRecord } from "../protocol/model.ts";
import { CLOSE } from "../protocol/close_codes.ts";
import type { HubContext } from "./hub_context.ts";
import type { LocalSocket } from "./local.ts";

const POLL_MS = 1_000;
const UNSURE_AFTER_MS = 2_000;
/** So long a join waits for the log to be fresh again: refused, it would come again and cost the same once more. */
const FRESHENED_MS = 3_000;
/** Entries kept for sockets whose session was read just before one of them was written. */
const RECENT_MAX = 500;

export class SessionEnds {
  readonly #hub: HubContext;
  readonly #cancel: () => void;
  /** When the last successful reading began, by the monotonic clock. */
  #readAt = Number.NEGATIVE_INFINITY;
  #reading: Promise<void> | undefined;
  #again = false;
  /** Resolved when the log was read in time once more, or the hub closes. */
  #next: PromiseWithResolvers<void> | undefined;
  #recent: ControlEntry[] = [];
  /** The last entry that was read. */
  head = 0;

  constructor(hub: HubContext) {
    this.#hub = hub;
    this.#cancel = hub.chat.clock.every(POLL_MS, () => void this.read().catch(() => {}));
  }

  /** Finds the log's end; entries before it are about sessions that nobody can open a socket with any more. */
  async start(): Promise<void> {
    const now = this.#hub.chat.clock.elapsed();
    this.head = (await readControl(this.#hub.chat, Number.MAX_SAFE_INTEGER - 1)).head;
    this.#readAt = now;
  }

  close(): void {
    this.#cancel();
    this.#next?.resolve();
  }

  /** Resolves once it is fresh, to true; to false after a while. */
  async freshened(): Promise<boolean> {
    if (this.isFresh()) return true;
    this.#next ??= Promise.withResolvers();
    await Promise.race([this.#next.promise, this.#hub.delay(FRESHENED_MS)]);
    return this.isFresh();
  }

  isFresh(): boolean {
    return this.#hub.chat.clock.elapsed() - this.#readAt < UNSURE_AFTER_MS;
  }

  /** Resolves when everything written before the call was acted on. Rejects when the log cannot be read. */
  read(): Promise<void> {
    if (this.#reading === undefined) {
      this.#reading = this.#read();
      return this.#reading;
    }
    this.#again = true;
    return this.#reading;
  }

  /**
   * The reason why a session that was read when the log ended at `head` has ended since; undefined where it has not.
   * Where the entries since then are no longer kept, the session counts as ended.
   */
  hasEnded(connection: LocalSocket, head: number): ControlRecord["reason"] | undefined {
    if (head === this.head) return undefined;
    const oldest = this.#recent[0]?.n ?? this.head + 1;
    if (head + 1 < oldest) return "signed_out";
    return this.#recent.find((entry) => entry.n > head && matches(entry, connection))?.reason;
  }

  async #read(): Promise<void> {
    const { chat } = this.#hub;
    try {
      do {
        this.#again = false;
        const began = chat.clock.elapsed();
        const { head, entries } = await readControl(chat, this.head);
        for (const entry of entries) this.#apply(entry);
        const last = entries.at(-1)?.n ?? head;
        if (last < head) this.#again = true;
        this.head = Math.max(last, this.head);
        const wasStale = !this.isFresh();
        this.#readAt = began;
        // a read that took too long is stale already: then the next one resumes delivery
        if (wasStale && this.isFresh()) this.#hub.resumeFeeding();
        if (this.isFresh()) {
          this.#next?.resolve();
          this.#next = undefined;
        }
      } while (this.#again);
    } catch (error) {
      this.#hub.report("the control log could not be read", error);
      throw error;
    } finally {
      // in the same turn as the last check of #again, so that no request for a read is lost in between (lost wake-up)
      this.#reading = undefined;
    }
  }

  #apply(entry: ControlEntry): void {
    this.#recent.push(entry);
    if (this.#recent.length > RECENT_MAX) this.#recent.splice(0, RECENT_MAX / 2);
    this.end(entry);
  }

  /** Closes the sockets of the sessions that ended. */
  end(entry: ControlRecord): void {
    for (const connection of this.#hub.users.get(entry.user_id)?.connections ?? []) {
      if (matches(entry, connection)) endSession(connection, entry.reason);
    }
  }
}

export function endSession(connection: LocalSocket, reason: ControlRecord["reason"]): void {
  const disabled = reason === "disabled" || reason === "deleted";
  connection.close(disabled ? CLOSE.account_disabled : CLOSE.session_ended, reason);
}

function matches(entry: ControlRecord, { actor }: LocalSocket): boolean {
  return entry.user_id === actor.user_id && (entry.sessions === "all" || entry.sessions.includes(actor.session_id));
}
