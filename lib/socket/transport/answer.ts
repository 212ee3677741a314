/** Sends a Response over `node:http` with back-pressure: as fast as the peer reads it, with one piece of it in memory. */
import type { ServerResponse } from "node:http";
import { Buffer } from "node:buffer";
import { textOf } from "../../http/whole_body.ts";
import { SLICE_BYTES, slices } from "./slices.ts";

type Reader = ReadableStreamDefaultReader<Uint8Array>;

/** Resolves when all of it was given to the connection, or the connection is gone. Rejects when the body does. */
export async function sendAnswer(outgoing: ServerResponse, response: Response): Promise<void> {
  const { status } = response;
  const headers = [...response.headers].flat();
  const hasLength = response.headers.has("content-length");
  const bodiless = outgoing.req.method === "HEAD" || status === 204 || status === 304;
  const text = textOf(response);
  if (text !== undefined && text.length <= SLICE_BYTES / 3 && !bodiless) {
    // together with its headers: one write. UTF-8 needs at most three bytes for a UTF-16 code unit.
    outgoing.on("error", ignore); // "close" follows
    if (!hasLength) headers.push("content-length", String(Buffer.byteLength(text)));
    outgoing.writeHead(status, headers);
    outgoing.end(text);
    return;
  }
  const { body } = response;
  if (body === null || bodiless) {
    await body?.cancel();
    if (!bodiless && !hasLength) headers.push("content-length", "0");
    outgoing.writeHead(status, headers);
    outgoing.end();
    return;
  }
  const reader: Reader = body.getReader();
  outgoing.on("error", ignore); // "close" follows
  outgoing.once("close", () => void reader.cancel().catch(ignore));
  try {
    const first = await reader.read();
    const next = reader.read();
    // this read may fail while the first piece waits for a slow peer: the loop below handles the error, and until then
    // it must not count as an unhandled rejection
    next.catch(ignore);
    // a body of one piece gets a length; a stream's first piece is sent without waiting for the next
    const second = hasLength ? undefined : await Promise.race([next, laterOn()]);
    if (first.done || second?.done) headers.push("content-length", String(first.value?.length ?? 0));
    if (outgoing.destroyed) return;
    outgoing.writeHead(status, headers);
    for (let piece = first; !piece.done; piece = piece === first ? await next : await reader.read()) {
      await write(outgoing, piece.value);
    }
    outgoing.end();
  } catch (error) {
    // a body that broke off must not look complete
    outgoing.destroy();
    throw error;
  }
}

/** Resolves when the connection takes more, or is gone. */
async function write(outgoing: ServerResponse, bytes: Uint8Array): Promise<void> {
  for (const slice of slices(bytes)) {
    if (outgoing.destroyed) return;
    if (!outgoing.write(slice)) await drained(outgoing);
  }
}

function drained(outgoing: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      outgoing.off("drain", done);
      outgoing.off("close", done);
      resolve();
    };
    outgoing.on("drain", done);
    outgoing.on("close", done);
    if (outgoing.destroyed) done();
  });
}

function laterOn(): Promise<undefined> {
  return new Promise((resolve) => setTimeout(resolve, 0, undefined));
}

function ignore(): void {}
