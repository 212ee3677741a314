/** Files that the reader added to a message. They are uploaded at once, a few at a time; the message is sent later. */
import { signal } from "@preact/signals";
import { ChatError } from "../../base/errors.ts";
import type { FileInfo } from "../../protocol/model.ts";
import { LIMITS } from "../../protocol/limits.ts";
import { isTransient, NoAnswer } from "../connection/failure.ts";
import type { Attached, Upload, UploadState } from "./attached.ts";
import type { SendFile } from "./upload.ts";

export interface UploadsOptions {
  attached: Attached;
  send: SendFile;
  /** Tells the server that an upload is not needed any more. */
  forget(fileId: string): void;
  after(ms: number, run: () => void): () => void;
  /** Whether the server can be heard. */
  online(): boolean;
}

const AT_ONCE = 3;
const AGAIN_MS = 5_000;
const TRIES = 3;
/** The most local previews of sent files that are kept, so that a message shows the same picture before and after. */
const KEPT = 60;

export class Uploads {
  readonly #attached: Attached;
  readonly #options: UploadsOptions;
  #sending = 0;
  #last = 0;

  constructor(options: UploadsOptions) {
    this.#attached = options.attached;
    this.#options = options;
  }

  /** Adds files. Returns how many did not fit into one message. */
  add(roomId: string, files: readonly File[]): number {
    const items = this.#attached.of(roomId);
    const taken = files.slice(0, Math.max(0, LIMITS.files - items.peek().length));
    items.value = [...items.peek(), ...taken.map((content) => this.#itemOf(content))];
    this.#next();
    return files.length - taken.length;
  }

  #itemOf(content: File): Upload {
    const fits = content.size <= this.#attached.maxBytes;
    return {
      key: String(++this.#last),
      name: content.name,
      size: content.size,
      content,
      tries: 0,
      preview: /^image\/(png|jpeg|gif|webp|avif)$/.test(content.type) ? URL.createObjectURL(content) : undefined,
      state: signal<UploadState>({ status: fits ? "waiting" : "failed", progress: 0 }),
    };
  }

  remove(roomId: string, key: string): void {
    const items = this.#attached.of(roomId);
    const item = items.peek().find((one) => one.key === key);
    if (item === undefined) return;
    items.value = items.peek().filter((one) => one !== item);
    item.abort?.abort();
    if (item.info !== undefined) this.#options.forget(item.info.id);
    if (item.preview !== undefined && item.content !== undefined) URL.revokeObjectURL(item.preview);
  }

  retry(roomId: string, key: string): void {
    const item = this.#attached.of(roomId).peek().find((one) => one.key === key);
    if (item === undefined || item.size > this.#attached.maxBytes) return;
    item.tries = 0;
    item.state.value = { status: "waiting", progress: 0 };
    this.#next();
  }

  /** The connection is back. */
  resume(): void {
    for (const item of this.#all()) {
      if (item.state.peek().status === "lost") item.state.value = { status: "waiting", progress: 0 };
    }
    this.#next();
  }

  /** Takes the uploaded files of a room, for a message. */
  take(roomId: string): FileInfo[] {
    const items = this.#attached.of(roomId);
    const taken = items.peek();
    items.value = [];
    return taken.flatMap(({ info, preview }) => {
      if (info === undefined) return [];
      if (preview !== undefined) this.#keep(info.id, preview);
      return [info];
    });
  }

  /** A message that could not be sent is back in the composer: its files are uploaded already. */
  restore(roomId: string, files: readonly FileInfo[]): void {
    const items = this.#attached.of(roomId);
    const room = LIMITS.files - items.peek().length;
    items.value = [
      ...items.peek(),
      ...files.slice(0, Math.max(0, room)).map((info): Upload => ({
        key: String(++this.#last),
        name: info.name,
        size: info.size,
        content: undefined,
        tries: 0,
        preview: info.width === undefined ? undefined : this.#attached.urlOf(info.id),
        state: signal<UploadState>({ status: "done", progress: 1 }),
        info,
      })),
    ];
  }

  /** For sign-out. */
  clear(): void {
    for (const [roomId, items] of this.#attached.rooms) for (const { key } of items.peek()) this.remove(roomId, key);
    for (const url of this.#attached.pictures.values()) URL.revokeObjectURL(url);
    this.#attached.pictures.clear();
  }

  #keep(fileId: string, url: string): void {
    this.#attached.pictures.set(fileId, url);
    // If the oldest is still shown, its picture is fetched from the server.
    if (this.#attached.pictures.size <= KEPT) return;
    for (const [id, oldest] of this.#attached.pictures) {
      this.#attached.pictures.delete(id);
      return URL.revokeObjectURL(oldest);
    }
  }

  *#all(): Iterable<Upload> {
    for (const items of this.#attached.rooms.values()) yield* items.peek();
  }

  #next(): void {
    for (const item of this.#all()) {
      if (this.#sending >= AT_ONCE) return;
      if (item.state.peek().status === "waiting" && item.content !== undefined) void this.#send(item, item.content);
    }
  }

  #failed(item: Upload, error: unknown): void {
    const online = this.#options.online();
    // A file that was removed, or a folder, fails in the same way as a lost connection.
    if (isTransient(error) && !(online && ++item.tries >= TRIES)) {
      item.state.value = { status: "lost", progress: 0 };
      if (online) this.#options.after(AGAIN_MS, () => this.resume());
      return;
    }
    const told = error instanceof ChatError && !(error instanceof NoAnswer);
    item.state.value = { status: "failed", progress: 0, ...(told ? { error } : {}) };
  }

  async #send(item: Upload, content: File): Promise<void> {
    this.#sending++;
    const abort = item.abort = new AbortController();
    item.state.value = { status: "sending", progress: 0 };
    try {
      const info = await this.#options.send(content, {
        signal: abort.signal,
        onProgress: (progress) => item.state.value = { status: "sending", progress },
      });
      // It was removed at the last moment.
      if (abort.signal.aborted) this.#options.forget(info.id);
      item.info = info;
      item.state.value = { status: "done", progress: 1 };
    } catch (error) {
      this.#failed(item, error);
    } finally {
      this.#sending--;
      this.#next();
    }
  }
}
