/** What goes with the next message of each room. What sends it (files.ts) is fetched with the first file. */
import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { ChatError } from "../../base/errors.ts";
import type { FileInfo } from "../../protocol/model.ts";

export interface UploadState {
  /** `waiting`: for its turn; `lost`: for the connection; `failed`: for the reader, `error` says why. */
  status: "waiting" | "sending" | "done" | "lost" | "failed";
  /** From 0 to 1. */
  progress: number;
  /** What the server said; without it the file was too large, or could not be read. */
  error?: ChatError;
}

export interface Attachment {
  readonly key: string;
  readonly name: string;
  readonly size: number;
  /** A picture of it that is here already. */
  readonly preview: string | undefined;
  readonly state: ReadonlySignal<UploadState>;
  /** What the server made of it. */
  info?: FileInfo;
}

/** As the uploads know it. */
export interface Upload extends Attachment {
  readonly content: File | undefined;
  readonly state: Signal<UploadState>;
  abort?: AbortController;
  /** That came to nothing while the server was heard. */
  tries: number;
}

/** Ends the wait of a message; `sent`: it went out. */
type End = (sent: boolean) => void;

export class Attached {
  /** What one file may have, as the server said. */
  maxBytes = 10 * 1024 * 1024;
  /** By room. */
  readonly rooms = new Map<string, Signal<readonly Upload[]>>();
  /** Where the pictures of sent files are on this page, by file. */
  readonly pictures = new Map<string, string>();
  /** The rooms whose message waits for its files. */
  readonly held = signal<ReadonlyMap<string, End>>(new Map());

  /** What goes with the next message to a room. */
  of(roomId: string): Signal<readonly Upload[]> {
    let items = this.rooms.get(roomId);
    if (items === undefined) this.rooms.set(roomId, items = signal<readonly Upload[]>([]));
    return items;
  }

  /** Where a file's picture is: here, if this page sent it. */
  urlOf(fileId: string): string {
    return this.pictures.get(fileId) ?? `/api/files/${fileId}`;
  }

  /** Its message does not wait any more: the reader goes on writing. */
  release(roomId: string): void {
    this.held.peek().get(roomId)?.(false);
  }
}
