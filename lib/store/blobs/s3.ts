/**
 * Files in a bucket of an S3-compatible server, as objects of at most 5 MiB: a part is in memory while it is sent (a PUT
 * says its length beforehand), and an upload that breaks off leaves only whole objects, which are known by name.
 */
import { AwsClient } from "aws4fetch";
import type { S3Config } from "../../base/config/config.ts";
import { ChatError, messageOf } from "../../base/errors.ts";
import { type Blobs, BytesMissing } from "./blobs.ts";

const ANSWER_MS = 30_000;
const TRIES = 3;

export class S3Blobs implements Blobs {
  readonly partBytes = 5 * 1024 * 1024;
  readonly #client: AwsClient;
  readonly #base: string;
  readonly #silentMs: number;

  /** `silentMs`: how long the bucket may say nothing in the middle of an object. */
  constructor({ endpoint, bucket, region, accessKeyId, secretAccessKey }: S3Config, silentMs = ANSWER_MS) {
    this.#silentMs = silentMs;
    this.#client = new AwsClient({ accessKeyId, secretAccessKey, region, service: "s3", retries: 0 });
    this.#base = `${endpoint}/${bucket}/files`;
  }

  async put(fileId: string, n: number, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
    const headers = { "x-amz-content-sha256": digest, "content-type": "application/octet-stream" };
    const response = await this.#ask(this.#url(fileId, n), { method: "PUT", body: bytes, headers });
    await response.body?.cancel();
    if (!response.ok) throw refused(response);
  }

  async *get(fileId: string, n: number, from: number, to: number): AsyncIterable<Uint8Array<ArrayBuffer>> {
    const headers = { range: `bytes=${from}-${to - 1}` };
    const response = await this.#ask(this.#url(fileId, n), { headers });
    // a server may answer with the whole object
    const skip = response.status === 200 ? from : 0;
    if (!response.ok || response.body === null) {
      await response.body?.cancel();
      throw response.status === 404 || response.status === 416 ? new BytesMissing() : refused(response);
    }
    let left = to - from;
    let at = 0;
    for await (const bytes of readWithin(response.body, this.#silentMs)) {
      const start = Math.max(0, skip - at);
      at += bytes.length;
      if (start >= bytes.length) continue;
      const wanted = bytes.subarray(start, start + left);
      left -= wanted.length;
      yield wanted;
      if (left === 0) return; // ends the loop, and with it the rest of the body
    }
    if (left > 0) throw new BytesMissing();
  }

  async erase(fileId: string, size: number): Promise<void> {
    for (let n = 0; n * this.partBytes < size; n++) {
      const response = await this.#ask(this.#url(fileId, n), { method: "DELETE" });
      await response.body?.cancel();
      if (!response.ok && response.status !== 404) throw refused(response);
    }
  }

  #url(fileId: string, n: number): string {
    return `${this.#base}/${fileId}/${n}`;
  }

  /**
   * Repeats a request where the server does not answer or answers that it is unavailable. All requests here are
   * idempotent.
   */
  async #ask(url: string, init: { method?: string; body?: Uint8Array<ArrayBuffer>; headers?: HeadersInit }) {
    for (let tries = 1;; tries++) {
      const late = new AbortController();
      const timer = setTimeout(() => late.abort(new Error(`no answer in ${ANSWER_MS / 1_000} s`)), ANSWER_MS);
      try {
        const request = await this.#client.sign(url, init);
        // a redirect leads to a server that the operator has not named
        const response = await fetch(request, { redirect: "error", signal: late.signal });
        if (response.status < 500 || tries === TRIES) return response;
        await response.body?.cancel();
      } catch (error) {
        if (tries === TRIES) throw unavailable(messageOf(error));
      } finally {
        clearTimeout(timer);
      }
      await new Promise((resolve) => setTimeout(resolve, 100 * tries));
    }
  }
}

/** Gives up a body, and its connection, where no byte arrives for `ms`. */
async function* readWithin(body: ReadableStream<Uint8Array<ArrayBuffer>>, ms: number) {
  const reader = body.getReader();
  try {
    for (;;) {
      const late = Promise.withResolvers<never>();
      const timer = setTimeout(() => late.reject(unavailable(`it stopped in the middle for ${ms / 1_000} s`)), ms);
      const { value, done } = await Promise.race([reader.read(), late.promise]).finally(() => clearTimeout(timer));
      if (done) return;
      yield value;
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

function refused(response: Response): ChatError {
  return unavailable(`it answered ${response.status}`);
}

function unavailable(why: string): ChatError {
  return new ChatError("storage_unavailable", `The bucket that keeps the files failed (${why}). Try again soon.`, {
    retryAfter: 5,
  });
}
