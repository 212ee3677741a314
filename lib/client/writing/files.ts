/** Uploads files and sends the messages that wait for them. Fetched with the first file. */
import type { Environment } from "../connection/environment.ts";
import type { Requests } from "../connection/requests.ts";
import type { Attached } from "./attached.ts";
import { HeldSends } from "./held_sends.ts";
import { bySteps, type SendFile, sendFile } from "./upload.ts";
import { Uploads } from "./uploads.ts";

export interface FilesOptions {
  attached: Attached;
  requests: Requests;
  environment: Environment;
  /** How to upload; by XMLHttpRequest by default. */
  sendFile: SendFile | undefined;
  /** Tells the server that an upload is not needed any more. */
  forget(fileId: string): void;
  /** Whether the server can be heard. */
  online(): boolean;
  /** Sends a message with the files that are attached in its room. */
  send(roomId: string, text: string, replyTo?: string): void;
}

export class Files {
  readonly uploads: Uploads;
  /** The messages that wait for their files. */
  readonly held: HeldSends;

  constructor({ attached, requests, environment, forget, online, send, ...options }: FilesOptions) {
    this.uploads = new Uploads({
      attached,
      send: bySteps(requests, options.sendFile ?? sendFile),
      after: environment.after,
      forget,
      online,
    });
    this.held = new HeldSends(attached, send);
  }

  /** For sign-out. */
  clear(): void {
    this.held.clear();
    this.uploads.clear();
  }
}
