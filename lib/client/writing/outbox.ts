/**
 * Messages that are sent but not acknowledged yet, for each account. They survive a reload and are sent in order once
 * there is a connection, from one tab at a time. A repeated `client_id` adds nothing on the server (D3), so a message
 * whose answer was lost is simply sent again.
 */
import { signal } from "@preact/signals";
import * as v from "../decode.ts";
import { ChatError } from "../../base/errors.ts";
import type { Environment } from "../connection/environment.ts";
import { isTransient, NoAnswer } from "../connection/failure.ts";
import { file } from "../connection/schemas.ts";
import type { FileInfo } from "../../protocol/model.ts";

const pending = v.object({
  client_id: v.string,
  room_id: v.string,
  content: v.string,
  reply_to: v.exactOptional(v.string),
  /** The ids of its uploaded files. */
  files: v.exactOptional(v.array(file)),
  /** The order of sending; about the time of writing, in ms. */
  order: v.number,
  /** The reason, once it was refused for good. */
  failed: v.exactOptional(v.string),
  /** The refusal's code, to show it in the reader's language. */
  failed_code: v.exactOptional(v.string),
  /** When the reader chose to send it although it was old, in ms. */
  agreed: v.exactOptional(v.number),
});
export type Pending = v.Decoded<typeof pending>;

export interface Sent {
  id: string;
  seq: number;
}

export interface OutboxOptions {
  user_id: string;
  storage: Storage | null;
  environment: Environment;
  /** Sends one message; rejects with NoAnswer if there is no connection. */
  send(pending: Pending): Promise<Sent>;
  /** Called to show a message that waits or has failed. */
  onShow(pending: Pending): void;
  onSent(pending: Pending, sent: Sent): void;
  /** Called when another tab sent or dropped a message, or the reader dropped it. */
  onGone(pending: Pending): void;
  /** Runs a task in one tab at a time. */
  exclusively?: (task: () => Promise<void>) => Promise<void>;
}

/** The most messages that may wait. */
export const OUTBOX_SIZE = 100;
/** The server recognises a `client_id` for at least 7 days (D3). After that a repeat may make a second message. */
const ASK_AFTER_MS = 7 * 86_400_000 - 3_600_000;
const TOO_OLD =
  "This was written a week ago or more and may have been sent then. Retry sends it now, perhaps a second time.";
/** A tab that has not sent its message after this long counts as gone. */
const LEFT_MS = 5_000;

export class Outbox {
  readonly #options: OutboxOptions;
  readonly #prefix: string;
  readonly #items = new Map<string, Pending>();
  /** Messages that were refused for good; each stays until the reader tries it again or drops it. */
  readonly failed = signal<readonly Pending[]>([]);
  /** The entries of #items that are in the storage unchanged. If one disappears there, another tab removed it. */
  readonly #stored = new Set<string>();
  #flushing = false;
  #again = false;
  #failures = 0;
  /** After "too fast" or a temporary error, nothing is tried before this time. */
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

  /** Queues a message and tries to send it. Throws `limit_reached` if too many wait. */
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

  /** Tries a failed message again, under the same client_id. */
  retry(clientId: string): void {
    const item = this.#items.get(clientId);
    if (item === undefined) return;
    const { failed: _, failed_code: _code, ...again } = item;
    this.#put({ ...again, agreed: this.#options.environment.now() });
    void this.flush();
  }

  /** Removes a message and returns it. */
  discard(clientId: string): Pending | undefined {
    const item = this.#items.get(clientId);
    if (item === undefined) return undefined;
    this.#remove(clientId);
    this.#options.onGone(item);
    return item;
  }

  /** For sign-out: removes this account's messages from the browser. */
  clear(): void {
    this.load();
    for (const item of this.list()) this.discard(item.client_id);
    this.dispose();
  }

  dispose(): void {
    this.#closed = true;
    this.#cancelRetry();
  }

  /** Reads the storage: after a reload, and when another tab changed it. */
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
      // A change that the storage refused is newer here.
      if (known !== undefined && !this.#stored.has(item.client_id)) continue;
      this.#stored.add(item.client_id);
      if (known !== undefined && known.failed === item.failed) continue;
      this.#items.set(item.client_id, item);
      this.#options.onShow(item);
    }
    this.#tellFailed();
  }

  /**
   * Another tab changed the storage. Messages that it does not send itself (it may have been closed) are sent from
   * here.
   */
  changedElsewhere(): void {
    this.load();
    if (this.#next() !== undefined) this.#tryIn(LEFT_MS);
  }

  /** Sends the waiting messages, one after the other. Call it whenever there is a connection. */
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
        // It was discarded while being sent; its event will show it.
        if (this.#remove(item.client_id)) this.#options.onSent(item, sent);
      } catch (error) {
        if (!this.#failed(item, error)) return;
      }
    }
  }

  /** Whether the next message may be tried. */
  #failed(item: Pending, error: unknown): boolean {
    // Signed out: the message stays, and is sent after the next sign-in.
    if (error instanceof ChatError && error.code === "unauthorized") return false;
    if (isTransient(error)) {
      const told = error instanceof ChatError ? error.retryAfter : undefined;
      const wait = told === undefined ? Math.min(30_000, 1_000 * 2 ** this.#failures++) : told * 1_000;
      // A new connection tries at once. On the same connection the server may just be slow, so wait.
      if (!(error instanceof NoAnswer)) this.#pausedUntil = this.#options.environment.now() + wait;
      this.#tryIn(wait);
      return false;
    }
    if (this.#items.has(item.client_id)) {
      const { code, message } = error instanceof ChatError
        ? error
        : new ChatError("internal", "The server refused the message.");
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
      // Nothing can be done; a repeated send adds nothing.
    }
    const known = this.#items.delete(clientId);
    this.#tellFailed();
    return known;
  }

  /** The content of the storage; null without a storage. Entries that cannot be read are dropped. */
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

/** Runs a task in one tab at a time, by the Web Locks API. Without that, tabs run it at once, which D3 makes safe. */
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
      await task(); // locks are forbidden here, as storage may be
    }
  };
}
