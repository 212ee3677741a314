/**
 * What was written and is not acknowledged yet, per account. It survives a reload, goes out in order once there is a
 * connection, and only from one tab at a time. A repeat of a `client_id` adds nothing on the server (D3), so anything
 * whose answer was lost is simply sent again.
 */
import { signal } from "@preact/signals";
import * as v from "valibot";
import { ChatError } from "../../base/errors.ts";
import type { Environment } from "../connection/environment.ts";
import { isTransient, NoAnswer } from "../connection/failure.ts";
import { file } from "../connection/schemas.ts";
import type { FileInfo } from "../../protocol/model.ts";

const pending = v.object({
  client_id: v.string(),
  room_id: v.string(),
  content: v.string(),
  reply_to: v.exactOptional(v.string()),
  /** Uploads that are there already. */
  files: v.exactOptional(v.array(file)),
  /** Sends go out in this order; about the time of writing, in ms. */
  order: v.number(),
  /** Set once it was refused for good: the reason. */
  failed: v.exactOptional(v.string()),
  /** Its code, for the reader's language. */
  failed_code: v.exactOptional(v.string()),
  /** When the reader said to send it, however old it was, in ms. */
  agreed: v.exactOptional(v.number()),
});
export type Pending = v.InferOutput<typeof pending>;

export interface Sent {
  id: string;
  seq: number;
}

export interface OutboxOptions {
  user_id: string;
  storage: Storage | null;
  environment: Environment;
  /** Sends one; rejects with NoAnswer where there is no connection. */
  send(pending: Pending): Promise<Sent>;
  /** It is waiting or has failed: show it so. */
  onShow(pending: Pending): void;
  onSent(pending: Pending, sent: Sent): void;
  /** Another tab sent or dropped it, or the reader dropped it. */
  onGone(pending: Pending): void;
  /** Runs a task in one tab at a time. */
  exclusively?: (task: () => Promise<void>) => Promise<void>;
}

/** So many sends may wait. */
export const OUTBOX_SIZE = 100;
/** The server knows a `client_id` again for 7 days at least (D3); after that a repeat may be a second message. */
const ASK_AFTER_MS = 7 * 86_400_000 - 3_600_000;
const TOO_OLD =
  "This was written a week ago or more and may have been sent then. Retry sends it now, perhaps a second time.";
/** A tab that has not sent its message after so long is taken to be gone. */
const LEFT_MS = 5_000;

export class Outbox {
  readonly #options: OutboxOptions;
  readonly #prefix: string;
  readonly #items = new Map<string, Pending>();
  /** What was refused for good; it stays until the reader has dealt with it. */
  readonly failed = signal<readonly Pending[]>([]);
  /** Those of #items that are in the storage as they are here: gone from there, they are another tab's doing. */
  readonly #stored = new Set<string>();
  #flushing = false;
  #again = false;
  #failures = 0;
  /** After "too fast" or an error that may pass: nothing is tried before this time. */
  #pausedUntil = 0;
  #closed = false;
  #cancelRetry = () => {};

  constructor(options: OutboxOptions) {
    this.#options = options;
    this.#prefix = `parley:outbox:${options.user_id}:`;
  }

  /** In the order of sending. */
  list(): Pending[] {
    return [...this.#items.values()].sort((a, b) => a.order - b.order);
  }

  /** Queues a send and tries it. Throws `limit_reached` where too many wait. */
  add(message: { room_id: string; content: string; reply_to?: string; files?: FileInfo[] }): Pending {
    if (this.#items.size >= OUTBOX_SIZE) {
      throw new ChatError("limit_reached", `${OUTBOX_SIZE} messages are waiting to be sent: wait for the connection.`);
    }
    const newest = Math.max(0, ...this.list().map((item) => item.order + 1));
    const item = { ...message, client_id: newClientId(), order: Math.max(newest, this.#options.environment.now()) };
    this.#put(item);
    void this.flush();
    return item;
  }

  /** Tries a failed one again, under the same client_id. */
  retry(clientId: string): void {
    const item = this.#items.get(clientId);
    if (item === undefined) return;
    const { failed: _, failed_code: _code, ...again } = item;
    this.#put({ ...again, agreed: this.#options.environment.now() });
    void this.flush();
  }

  /** Takes one out and returns it. */
  discard(clientId: string): Pending | undefined {
    const item = this.#items.get(clientId);
    if (item === undefined) return undefined;
    this.#remove(clientId);
    this.#options.onGone(item);
    return item;
  }

  /** For sign-out: nothing of this account stays on the machine. */
  clear(): void {
    this.load();
    for (const item of this.list()) this.discard(item.client_id);
    this.dispose();
  }

  dispose(): void {
    this.#closed = true;
    this.#cancelRetry();
  }

  /** Takes in what the storage holds: after a reload, and when another tab changed it. */
  load(): void {
    const stored = this.#read();
    if (stored === null) return;
    for (const id of [...this.#stored]) {
      const item = this.#items.get(id);
      if (stored.has(id) || item === undefined) continue;
      this.#items.delete(id);
      this.#stored.delete(id);
      this.#options.onGone(item);
    }
    for (const item of [...stored.values()].sort((a, b) => a.order - b.order)) {
      const known = this.#items.get(item.client_id);
      // what the storage would not take is newer here
      if (known !== undefined && !this.#stored.has(item.client_id)) continue;
      this.#stored.add(item.client_id);
      if (known !== undefined && known.failed === item.failed) continue;
      this.#items.set(item.client_id, item);
      this.#options.onShow(item);
    }
    this.#tellFailed();
  }

  /** Another tab changed it. What that tab does not send itself (it was closed) goes out from here. */
  changedElsewhere(): void {
    this.load();
    if (this.#next() !== undefined) this.#tryIn(LEFT_MS);
  }

  /** Sends what waits, one after the other. Call it whenever a connection is there. */
  async flush(): Promise<void> {
    this.#again = true;
    if (this.#flushing || this.#paused()) return;
    this.#flushing = true;
    const exclusively = this.#options.exclusively ?? ((task) => task());
    try {
      while (this.#again && !this.#closed && !this.#paused()) {
        this.#again = false;
        if (this.#next() !== undefined) await exclusively(() => this.#sendAll());
      }
    } finally {
      this.#flushing = false;
    }
  }

  async #sendAll(): Promise<void> {
    for (;;) {
      this.load();
      const item = this.#next();
      if (item === undefined || this.#closed) return;
      if (this.#options.environment.now() - Math.max(item.order, item.agreed ?? 0) > ASK_AFTER_MS) {
        this.#put({ ...item, failed: TOO_OLD, failed_code: "too_old" });
        continue;
      }
      try {
        const sent = await this.#options.send(item);
        this.#failures = 0;
        // discarded while it was on its way: the event will show it
        if (this.#remove(item.client_id)) this.#options.onSent(item, sent);
      } catch (error) {
        if (!this.#failed(item, error)) return;
      }
    }
  }

  /** Whether the next one may be tried. */
  #failed(item: Pending, error: unknown): boolean {
    // signed out: it stays, and goes out when one is signed in again
    if (error instanceof ChatError && error.code === "unauthorized") return false;
    if (isTransient(error)) {
      const told = error instanceof ChatError ? error.retryAfter : undefined;
      const wait = told === undefined ? Math.min(30_000, 1_000 * 2 ** this.#failures++) : told * 1_000;
      // a new connection need not wait; but a server may be slow to answer on one that lives on
      if (!(error instanceof NoAnswer)) this.#pausedUntil = this.#options.environment.now() + wait;
      this.#tryIn(wait);
      return false;
    }
    if (this.#items.has(item.client_id)) {
      const { code, message } = error instanceof ChatError ? error : new ChatError("internal", "It was refused.");
      this.#put({ ...item, failed: message, failed_code: code });
    }
    return true;
  }

  #tryIn(ms: number): void {
    if (this.#closed) return;
    const { environment } = this.#options;
    this.#cancelRetry();
    this.#cancelRetry = environment.after(
      Math.max(ms, this.#pausedUntil - environment.now()),
      () => void this.flush(),
    );
  }

  #paused(): boolean {
    return this.#options.environment.now() < this.#pausedUntil;
  }

  #tellFailed(): void {
    const failed = this.list().filter((item) => item.failed !== undefined);
    if (failed.length > 0 || this.failed.peek().length > 0) this.failed.value = failed;
  }

  #next(): Pending | undefined {
    return this.list().find((item) => item.failed === undefined);
  }

  #put(item: Pending): void {
    this.#items.set(item.client_id, item);
    try {
      this.#options.storage?.setItem(this.#prefix + item.client_id, JSON.stringify(item));
      if (this.#options.storage !== null) this.#stored.add(item.client_id);
    } catch {
      // full or forbidden: it lives as long as the page
      this.#stored.delete(item.client_id);
    }
    this.#tellFailed();
    this.#options.onShow(item);
  }

  #remove(clientId: string): boolean {
    this.#stored.delete(clientId);
    try {
      this.#options.storage?.removeItem(this.#prefix + clientId);
    } catch {
      // nothing to be done; sent again it adds nothing
    }
    const known = this.#items.delete(clientId);
    this.#tellFailed();
    return known;
  }

  /** What the storage holds, or null where there is none. What cannot be read is thrown away. */
  #read(): Map<string, Pending> | null {
    const { storage } = this.#options;
    if (storage === null) return null;
    const found = new Map<string, Pending>();
    try {
      const keys = Array.from({ length: storage.length }, (_, i) => storage.key(i) ?? "");
      for (const key of keys) {
        if (!key.startsWith(this.#prefix)) continue;
        const item = decode(storage.getItem(key));
        if (item !== null && found.size < OUTBOX_SIZE) found.set(item.client_id, item);
        else if (item === null) storage.removeItem(key);
      }
    } catch {
      return null;
    }
    return found;
  }
}

function decode(text: string | null): Pending | null {
  try {
    const result = v.safeParse(pending, JSON.parse(text ?? ""));
    return result.success ? result.output : null;
  } catch {
    return null;
  }
}

/** 20 random bytes in hex. `randomUUID` is missing on pages without TLS. */
function newClientId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(20)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** One tab at a time by the Web Locks API; where that is missing, each for itself, which D3 makes safe. */
export function tabLock(name: string): (task: () => Promise<void>) => Promise<void> {
  return async (task) => {
    const locks = typeof navigator === "undefined" ? undefined : navigator.locks;
    if (locks === undefined) return await task();
    let begun = false;
    try {
      await locks.request(name, () => {
        begun = true;
        return task();
      });
    } catch (error) {
      if (begun) throw error;
      await task(); // forbidden here, as storage may be
    }
  };
}
