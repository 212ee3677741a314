/** A request's body, read within its limits. */
import type { Clock } from "../base/clock.ts";
import type { Config } from "../base/config/config.ts";
import { ChatError } from "../base/errors.ts";
import { isReadableWhole } from "./whole_body.ts";

/** A body that has not arrived whole within this time is refused. */
const READ_MS = 30_000;
const LATE = `The body did not arrive within ${READ_MS / 1_000} s.`;

export interface BodyLimits {
  config: Pick<Config, "maxBodyBytes">;
  clock: Pick<Clock, "after">;
}

/** The whole body. Throws `too_large`, or `bad_request` where it breaks off or takes too long. */
export async function readBytes(request: Request, { config, clock }: BodyLimits): Promise<Uint8Array<ArrayBuffer>> {
  const length = request.headers.get("content-length");
  if (Number(length ?? 0) > config.maxBodyBytes) throw tooLarge(config.maxBodyBytes);
  if (length !== null && isReadableWhole(request)) return await readWhole(request, clock);
  if (request.body === null) return new Uint8Array();
  const reader = request.body.getReader();
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  let late = false;
  const cancelTimer = clock.after(READ_MS, () => {
    late = true;
    reader.cancel().catch(() => {});
  });
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (late) throw new ChatError("bad_request", LATE);
      if (done) return joined(chunks, size);
      size += value.length;
      // counted as it comes: a chunked body says nothing beforehand
      if (size > config.maxBodyBytes) throw tooLarge(config.maxBodyBytes);
      chunks.push(value);
    }
  } catch (error) {
    reader.cancel().catch(() => {});
    if (error instanceof ChatError) throw error;
    throw new ChatError("bad_request", "The body broke off before its end.");
  } finally {
    cancelTimer();
  }
}

/** Reads a body whose length is known and within its bound: HTTP's parser takes no more than that. */
async function readWhole(request: Request, clock: BodyLimits["clock"]): Promise<Uint8Array<ArrayBuffer>> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const cancelTimer = clock.after(READ_MS, () => reject(new ChatError("bad_request", LATE)));
  try {
    return new Uint8Array(await Promise.race([request.arrayBuffer(), late]));
  } catch (error) {
    if (error instanceof ChatError) throw error;
    throw new ChatError("bad_request", "The body broke off before its end.");
  } finally {
    cancelTimer();
  }
}

/** An upload is given up when its sender is silent for SILENT_MS, or when it takes longer than UPLOAD_MS in all. */
const SILENT_MS = 30_000;
const UPLOAD_MS = 900_000;
/** In every PACE_MS that the server spends waiting for it, an upload has to bring PACE_BYTES: 4 KiB a second. */
const PACE_MS = 30_000;
const PACE_BYTES = 122_880;

/**
 * A body as it arrives, with back-pressure: no faster than the caller takes it. Throws `bad_request` where the body
 * breaks off, is too slow or takes too long, and the abort reason where `signal` is aborted.
 */
export async function* streamBytes(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  clock: Pick<Clock, "after" | "elapsed">,
  signal?: AbortSignal,
): AsyncIterable<Uint8Array<ArrayBuffer>> {
  const reader = body.getReader();
  let late = false;
  const giveUp = () => {
    late = true;
    stop();
  };
  const stop = () => void reader.cancel().catch(() => {});
  const pace = new Pace(clock);
  const cancelAll = clock.after(UPLOAD_MS, giveUp);
  signal?.addEventListener("abort", stop);
  try {
    for (;;) {
      signal?.throwIfAborted();
      const cancelSilent = clock.after(SILENT_MS, giveUp);
      const { done, value } = await pace.wait(() => reader.read()).catch(() => {
        throw new ChatError("bad_request", "The file broke off before its end: upload it again.");
      }).finally(cancelSilent);
      signal?.throwIfAborted();
      if (late || !pace.holds(value?.length ?? 0) && !done) {
        throw new ChatError("bad_request", "The file did not arrive in time: upload it again.");
      }
      if (done) return;
      yield value;
    }
  } finally {
    cancelAll();
    signal?.removeEventListener("abort", stop);
    stop(); // the rest of the body is not wanted
  }
}

/**
 * Checks that a sender is fast enough. Only the time that the server waits for the sender counts, not the time that the
 * store takes.
 */
class Pace {
  readonly #clock: Pick<Clock, "elapsed">;
  #waited = 0;
  #bytes = 0;

  constructor(clock: Pick<Clock, "elapsed">) {
    this.#clock = clock;
  }

  async wait<T>(read: () => Promise<T>): Promise<T> {
    const since = this.#clock.elapsed();
    try {
      return await read();
    } finally {
      this.#waited += this.#clock.elapsed() - since;
    }
  }

  /** Counts bytes that arrived. Returns false where a PACE_MS brought too few. */
  holds(bytes: number): boolean {
    this.#bytes += bytes;
    if (this.#waited < PACE_MS) return true;
    if (this.#bytes < PACE_BYTES) return false;
    this.#waited = 0;
    this.#bytes = 0;
    return true;
  }
}

function joined(chunks: Uint8Array<ArrayBuffer>[], size: number): Uint8Array<ArrayBuffer> {
  const [only] = chunks;
  if (chunks.length === 1 && only !== undefined) return only;
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

function tooLarge(limit: number): ChatError {
  return new ChatError("too_large", `The body is larger than ${limit} bytes.`);
}
