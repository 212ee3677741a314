/**
 * The files that go with the next message of each room. The code that uploads them (files.ts) is fetched with the first
 * file.
 */
import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { ChatError } from "../../base/errors.ts";
import type { FileInfo } from "../../protocol/model.ts";

export interface UploadState {
  /**
   * `waiting`: for its turn; `lost`: the connection was lost, tried again later; `failed`: the reader must act, `error`
   * says why.
   */
  status: "waiting" | "sending" | "done" | "lost" | "failed";
  /** From 0 to 1. */
  progress: number;
  /** The server's refusal. Without it the file was too large, or could not be read. */
  error?: ChatError;
}

export interface Attachment {
  readonly key: string;
  readonly name: string;
  readonly size: number;
  /** The address of a local preview. */
  readonly preview: string | undefined;
  readonly state: ReadonlySignal<UploadState>;
  /** The server's record of the file, once it is uploaded. */
  info?: FileInfo;
}

/** The upload as files.ts has it. */
export interface Upload extends Attachment {
  readonly content: File | undefined;
  readonly state: Signal<UploadState>;
  abort?: AbortController;
  /** It failed although the server could be heard. */
  tries: number;
}

/** Ends a message's wait; `sent`: it was sent. */
type End = (sent: boolean) => void;

export class Attached {
  /** The largest size of a file, as the server sent it. */
  maxBytes = 10 * 1024 * 1024;
  /** By room. */
  readonly rooms = new Map<string, Signal<readonly Upload[]>>();
  /** Local previews of sent files, by file id. */
  readonly pictures = new Map<string, string>();
  /** The rooms with a message that waits for its files. */
  readonly held = signal<ReadonlyMap<string, End>>(new Map());

  /** The files that go with the next message to a room. */
  of(roomId: string): Signal<readonly Upload[]> {
    let items = this.rooms.get(roomId);
    if (items === undefined) this.rooms.set(roomId, items = signal<readonly Upload[]>([]));
    return items;
  }

  /** The address of a file's picture: the local preview if this page sent it. */
  urlOf(fileId: string): string {
    return this.pictures.get(fileId) ?? `/api/files/${fileId}`;
  }

  /** The room's message stops waiting, because the reader goes on writing. */
  release(roomId: string): void {
    this.held.peek().get(roomId)?.(false);
  }
}
