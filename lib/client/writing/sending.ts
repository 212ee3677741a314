/** Sends messages: the outbox, and the files that go with a message. Each verb takes the room's id. */
import * as v from "../decode.ts";
import { isBlank } from "../../protocol/text/visible.ts";
import type { Connection } from "../connection/connection.ts";
import type { Environment } from "../connection/environment.ts";
import { integer, string } from "../connection/schemas.ts";
import type { LazyApi } from "../connection/page_api.ts";
import type { Requests } from "../connection/requests.ts";
import { Attached } from "./attached.ts";
import type { Drafts } from "./drafts.ts";
import type { Files, FilesOptions } from "./files.ts";
import { Outbox, type OutboxOptions, type Pending, type Sent, tabLock } from "./outbox.ts";
import type { SendFile } from "./upload.ts";

const sent = v.object({ id: string, seq: integer });

export interface SendingOptions extends Pick<OutboxOptions, "user_id" | "storage" | "onShow" | "onSent" | "onGone"> {
  environment: Environment;
  connection: Connection;
  requests: Requests;
  api: LazyApi;
  drafts: Drafts;
  /** Fetches the chunk that uploads files. */
  loadFiles(): Promise<{ Files: new (options: FilesOptions) => Files }>;
  sendFile: SendFile | undefined;
  /** Called when a message of a room was queued. */
  onQueued(roomId: string): void;
}

export class Sending {
  readonly outbox: Outbox;
  /** The files that go with the next message of each room. */
  readonly attached = new Attached();
  readonly #options: SendingOptions;
  #files: Files | null = null;

  constructor(options: SendingOptions) {
    this.#options = options;
    this.outbox = new Outbox({
      user_id: options.user_id,
      storage: options.storage,
      environment: options.environment,
      exclusively: tabLock(`parley:outbox:${options.user_id}`),
      send: (pending) => this.#send(pending),
      onShow: options.onShow,
      onSent: options.onSent,
      onGone: options.onGone,
    });
  }

  #send({ room_id, content, client_id, reply_to, files }: Pending): Promise<Sent> {
    return this.#options.connection.command({
      type: "chat_message",
      room_id,
      content,
      client_id,
      ...(reply_to === undefined ? {} : { reply_to }),
      ...(files === undefined ? {} : { files: files.map(({ id }) => id) }),
    }, sent);
  }

  /** The code that uploads files; fetched by the first call. Rejects with NoAnswer if it cannot be fetched. */
  async files(): Promise<Files> {
    if (this.#files !== null) return this.#files;
    const { requests, environment, connection, loadFiles, sendFile } = this.#options;
    const { Files } = await requests.chunk(loadFiles);
    return this.#files ??= new Files({
      attached: this.attached,
      requests,
      environment,
      sendFile,
      online: () => connection.state.peek() === "open",
      forget: (fileId) => this.#forget(fileId),
      send: (roomId, text, replyTo) => this.send(roomId, text, replyTo),
    });
  }

  /** The server can be heard again. */
  resume(fileBytes: number | undefined): void {
    if (fileBytes !== undefined) this.attached.maxBytes = fileBytes;
    this.#files?.uploads.resume();
    void this.outbox.flush();
  }

  /** Queues a message with its attached files; it is shown at once. Throws `limit_reached` if too many wait. */
  send(roomId: string, text: string, replyTo?: string): void {
    const attached = this.attached.of(roomId).peek().flatMap(({ info }) => info ?? []);
    if (isBlank(text) && attached.length === 0) return;
    this.outbox.add({
      room_id: roomId,
      content: text,
      ...(replyTo === undefined ? {} : { reply_to: replyTo }),
      ...(attached.length === 0 ? {} : { files: attached }),
    });
    this.#files?.uploads.take(roomId);
    this.#options.drafts.empty(roomId);
    this.#options.onQueued(roomId);
  }

  /** Removes a pending or failed message and its files. */
  discard(clientId: string): void {
    for (const { id } of this.outbox.discard(clientId)?.files ?? []) this.#forget(id);
  }

  /** For sign-out. */
  clear(): void {
    this.#files?.clear();
    this.outbox.clear();
  }

  /** Tells the server that an upload is not needed any more. If that fails, the server removes it later by itself. */
  #forget(fileId: string): void {
    void this.#options.api.removeUpload(fileId).catch(() => {});
  }
}
