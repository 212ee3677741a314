/** A request's body, read within its limits. */
import type { Clock } from "./clock.ts";
import type { Config } from "./config.ts";
import { ChatError } from "./errors.ts";

/** A body that has not arrived by then does not come. */
const READ_MS = 30_000;

export interface BodyLimits {
  config: Pick<Config, "maxBodyBytes">;
  clock: Pick<Clock, "after">;
}

/** The whole body. Throws `too_large`, or `bad_request` where it breaks off or takes too long. */
export async function readBytes(request: Request, { config, clock }: BodyLimits): Promise<Uint8Array<ArrayBuffer>> {
  if (request.body === null) return new Uint8Array();
  if (Number(request.headers.get("content-length") ?? 0) > config.maxBodyBytes) throw tooLarge(config.maxBodyBytes);
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
      if (late) throw new ChatError("bad_request", `The body did not arrive within ${READ_MS / 1_000} s.`);
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

/** An upload whose sender falls silent for so long, or that takes longer in all, is given up. */
const SILENT_MS = 30_000;
const UPLOAD_MS = 900_000;

/** A body as it arrives, no faster than it is taken. Throws `bad_request` where it breaks off or takes too long. */
export async function* streamBytes(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  clock: BodyLimits["clock"],
): AsyncIterable<Uint8Array<ArrayBuffer>> {
  const reader = body.getReader();
  let late = false;
  const giveUp = () => {
    late = true;
    reader.cancel().catch(() => {});
  };
  const cancelAll = clock.after(UPLOAD_MS, giveUp);
  try {
    for (;;) {
      const cancelSilent = clock.after(SILENT_MS, giveUp);
      const { done, value } = await reader.read().catch(() => {
        throw new ChatError("bad_request", "The file broke off before its end: upload it again.");
      }).finally(cancelSilent);
      if (late) throw new ChatError("bad_request", "The file did not arrive in time: upload it again.");
      if (done) return;
      yield value;
    }
  } finally {
    cancelAll();
    reader.cancel().catch(() => {}); // nobody wants the rest
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
