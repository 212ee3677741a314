/** One upload, by XMLHttpRequest, because fetch does not report the progress of a request's body. */
import * as v from "../decode.ts";
import type { FileInfo } from "../../protocol/model.ts";
import { NoAnswer, toChatError } from "../connection/failure.ts";
import { errorBody, file } from "../connection/schemas.ts";
import { type Requests, STALL_MS } from "../connection/requests.ts";

export interface UploadOptions {
  /** From 0 to 1. */
  onProgress(done: number): void;
  signal: AbortSignal;
}

export type SendFile = (content: File, options: UploadOptions) => Promise<FileInfo>;

/** Sends a file and gives up if the upload stalls. */
export function bySteps(requests: Requests, send: SendFile): SendFile {
  return (content, { onProgress, signal }) =>
    requests.bounded((attempt) =>
      send(content, {
        signal: attempt.signal,
        onProgress(done) {
          attempt.alive();
          onProgress(done);
        },
      }), { ms: STALL_MS, signal });
}

/** Rejects with the server's ChatError, or NoAnswer. */
export const sendFile: SendFile = (content, { onProgress, signal }) =>
  new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", `/api/files?name=${encodeURIComponent(content.name.toWellFormed().slice(-300))}`);
    request.responseType = "json";
    request.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0);
    request.onerror = request.onabort = request.ontimeout = () => reject(new NoAnswer());
    request.onload = () => {
      const made = v.safeParse(file, request.response);
      if (request.status === 201 && made.success) return resolve(made.output);
      const told = v.safeParse(failure, request.response);
      reject(
        told.success
          ? toChatError(told.output.error)
          : toChatError({ code: "internal", message: `The server answered ${request.status}.` }),
      );
    };
    signal.addEventListener("abort", () => request.abort(), { once: true });
    request.send(content);
  });

const failure = v.object({ error: errorBody });
